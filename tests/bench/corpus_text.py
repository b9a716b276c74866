"""Invented text in several languages and scripts, made of random words: the same seed gives the same text."""

import random
from typing import NamedTuple


class Language(NamedTuple):
    """`letters` are all that words are made of; `space` stands between words, `stop` at the end of a sentence."""

    code: str
    letters: str
    space: str = " "
    stop: str = "."


LANGUAGES = {
    language.code: language
    for language in (
        Language("en", "etaoinshrdlucmfwypvbgk"),
        Language("de", "enisratdhulcgmobwfkzäöüß"),
        Language("pt-BR", "aeosrindmutclpvgáãçéêíó"),
        Language("ru", "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъ"),
        Language("ar", "اليمونترسعبدحفقكجشهغصضطخذزثئءةى", stop="."),
        Language("he", "ויהלאתרבםמשןנחדקפעזצגטכסךץף", stop="."),
        Language("fa", "ایرنهدمتوشبسکزلگخپعفحقجچضصطظثذغژ", stop="."),
        Language(
            "zh",
            "的一是不了人我在有他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生",
            space="",
            stop="。",
        ),
    )
}
_STOCK = 600
"""Words of a language."""
_ODD = (
    " & <i>, said the sign",
    " – “quite so” –",
    " (5 < 6 > 4)",
    " ‘at\u00a0last’",
    " 🚢 ]]>",
    " £1,200 — or €1.400",
    " e\u0301te\u0301 \u200bzero",
    " a bell \x07 rings",
)
"""Characters that formats have to escape or clean, put into a sentence now and then."""


class Text:
    """Draws words from `source`, one language's stock for the whole corpus."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._source = random.Random(seed)
        self._stocks: dict[str, list[str]] = {}

    def words(self, code: str, count: int) -> str:
        language = LANGUAGES[code]
        return language.space.join(self._source.choices(self._stock(language), k=count))

    def headline(self, code: str) -> str:
        """Up to 70 characters."""
        return _capital(self.words(code, 9))[:70].rstrip()

    def name(self, code: str) -> str:
        return self.words(code, 2).title()

    def sentence(self, code: str, words: int = 14) -> str:
        return _capital(self.words(code, words)) + LANGUAGES[code].stop

    def paragraph(self, code: str) -> str:
        """Three or four sentences; in some there are odd characters."""
        sentences = [self.sentence(code, self._source.randint(6, 18)) for _ in range(self._source.randint(3, 4))]
        if self._source.random() < 0.15:
            sentences[0] = sentences[0][:-1] + self._source.choice(_ODD) + LANGUAGES[code].stop
        return (LANGUAGES[code].space or "").join(sentences)

    def paragraphs(self, code: str) -> tuple[str, ...]:
        return tuple(self.paragraph(code) for _ in range(self._source.randint(3, 6)))

    def _stock(self, language: Language) -> list[str]:
        if language.code not in self._stocks:
            source, longest = random.Random(f"{self._seed} {language.code}"), 2 if not language.space else 9
            self._stocks[language.code] = [
                "".join(source.choices(language.letters, k=source.randint(min(2, longest), longest)))
                for _ in range(_STOCK)
            ]
        return self._stocks[language.code]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
