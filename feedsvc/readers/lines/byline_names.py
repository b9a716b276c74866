"""Reads the names of authors in bylines such as `By Ann Aal and Bo Brigg, The Quay Post`, in many languages."""

import re
from collections.abc import Callable

from feedsvc.model.lazy_pattern import lazy_pattern
from feedsvc.readers.lines import person_names
from feedsvc.readers.lines.places import is_place

_LABEL = lazy_pattern(
    r"""\W* (?:
        (?:(?:ein|eine|a|an|une?)\s+)?+
        (?:article|story|text[eo]?|words|report(?:ing|ed)?|written|posted|published|review(?:ed)?|interview|analysis
            |(?:blog\s)?beitrag|gastbeitrag|kolumne|kommentar|bericht|erstellt|geschrieben|verfasst|veröffentlicht|column)
            (?: \s+ (?:by|von|par|por|di)\b \s*+ :?+ | \s*[:|] )
      | (?:authors?|aut(?:or(?:in|a|e|en|s|es)?|eur)|redaktion) \s*:
      | autoren\s
      | by\b \s*:?
      | (?:von|vom|par|por|de|di|da|door|av|af|przez|autor)\s
      | автор\S* \s*:?
      | (?:文|作者|著者|記者|글) \s*[/／:：]?
    ) \s*""",
    re.IGNORECASE | re.VERBOSE,
)
_INSIDE = lazy_pattern(r"(?<![^\W\d_])(?:von|by|par|por|autor(?:in|en)?:?|author:?|redaktion:)\s+(?=\S)", re.IGNORECASE)
_MOST_BESIDE = 12
"""Most words of a line with a date and an author."""
_SUFFIX = r"(?:Jr|Sr|II|III|IV|Ph\.?\s?D|M\.?D|Esq|MBE|OBE|CBE)\b"
_BETWEEN = lazy_pattern(
    rf"(?:(?<!\s)\s++)?+(?:[;/、，،؛&+]|,(?!\s*+{_SUFFIX})|(?<=\s)(?:and|und|et|y|og|och|en|и|ve|with|mit|avec|con|و)(?=\s))\s*+",
    re.IGNORECASE,
)
_END = lazy_pattern(
    r"""\s+ (?: [|•·∙–—-] | on | in | at | updated | published | posted | am | vor | il\ y\ a | hace ) \s
      | \s+ (?-i: le | el ) \s+ (?= [\da-z] )
      | \s (?:apr|aug|avr|d[eé]c|dez|dic|ene|feb|fév|jan|ju[ln]|juil|ma[iry]|mär|nov|oct|okt|sep)[^\W\d_]{0,8}\.?\s\d
      | \s (?:datum|date|fotos?|photos?|quelle|source|stand|updated)\s?:
      | \s (?:fotos?|photos?|illustration(?:en|s)?|bilder|pictures|video)\s(?:by|von|par|de)\b
      | [|•·∙\n\t] | \s{3,} | \d{1,4}[./:-]\d | \b\d{4}\b | \s@ | \bfollow\b""",
    re.IGNORECASE | re.VERBOSE,
)
_DROPPED = lazy_pattern(
    r"\s?(?:\([^()]{0,80}\)|\[[^\[\]]{0,80}\]|<[^<>]{0,80}>|(?<!\S)[^\s@]++@\S+|https?:\S+|(?<!\w)@\w+)"
)
_RANK = "associate|assistant|chief|contributing|deputy|executive|foreign|freelance|guest|managing|national|political"
_WORK = (
    "author|blogger|columnist|contributor|correspondent|critic|editor(?:-in-chief)?|journalist|photographer|producer"
    "|reporter|writer|redakteur(?:in)?|korrespondent(?:in)?|journalistin|autor(?:in)?|periodista|redactora?|corresponsal"
    "|journaliste|correspondante?|giornalista|redakcja"
)
_ROLE = (
    rf"(?:(?:{_RANK}|senior|special|sports|staff|web)\s+)*(?:\w+\s+){{0,2}}(?:{_WORK})"
    r"|(?:founder|ceo|director|president|professor|pressesprecher(?:in)?)\b.*"
)
_IS_ROLE = lazy_pattern(_ROLE, re.IGNORECASE)
_TRAILING_ROLE = lazy_pattern(rf"(?<=\w)[\s,|-]+(?:{_ROLE})$", re.IGNORECASE)
_ABBREVIATED = re.compile(r"\b(?:Jr|Sr|Esq|Ph\.D|M\.D)$")
_NOBODY = frozenset(("admin", "administrator", "anonymous", "author", "authors", "autor", "byline", "editor", "guest"))
_NOBODY |= {"none", "null", "staff", "unknown", "user", "webmaster", "posted", "published", "updated", "text", "texte"}
_NOBODY |= {
    "date",
    "datum",
    "fecha",
    "no",
    "yes",
    "cc by",
    "log in",
    "log out",
    "sign in",
    "sign up",
    "cookies",
    "facebook",
    "twitter",
    "instagram",
    "youtube",
}
_ASKING = frozenset(("login", "logout", "log-in", "anmelden", "registrieren", "register", "registrierung", "settings"))
_ASKING |= {
    "passwort",
    "password",
    "account",
    "konto",
    "bearbeiten",
    "cookies",
    "newsletter",
    "abonnieren",
    "subscribe",
}
_ASKING |= {
    "nutzung",
    "datenschutz",
    "privacy",
    "impressum",
    "kontakt",
    "contact",
    "list",
    "memberlist",
    "designed",
    "online?",
    "senden",
}
"""Words of buttons and page footers: no text that contains one is a name."""
_PARTICLES = frozenset(("af", "al", "and", "bin", "da", "de", "del", "den", "der", "di", "dos", "el", "et", "la", "le"))
_PARTICLES |= {"ter", "und", "van", "von", "y", "zu"}
_LETTER = re.compile(r"[^\W\d_]")
_ACCOUNT = re.compile(r"[^\W\d_][^\W_]{2,30}")
"""A user name on a site, such as `keel1984`."""
_LONGEST, _LONGEST_NAME, _MOST_WORDS = 300, 80, 6
_MOST = 50
"""Most authors of one article."""


def names(byline: str) -> list[str]:
    """The names in `byline`, a text for people, each once; empty for a line that names nobody.

    The word before the names (`By`, `Von`) is left out, and so are roles, dates, addresses and the text after them.
    """
    return _names(_without_label(_without_others(byline), person_names.begins_shown_name))


def names_in_data(said: str) -> list[str]:
    """The names in a field for authors, like `names`; `Von Hansen` is a name as it is."""
    return _names(_without_label(_without_others(said), person_names.begins_name))


def _without_others(text: str) -> str:
    """`text` without parts in brackets, and without addresses."""
    return _DROPPED.sub(" ", text[: 4 * _LONGEST]).strip()


def _names(text: str) -> list[str]:
    end = _END.search(text)
    text = (text[: end.start()] if end else text)[:_LONGEST]
    parts = [part for part in map(_trimmed, _BETWEEN.split(text)) if part]
    if "," in text and len(parts) == 2 and not any(" " in part for part in parts):
        parts = [f"{parts[1]} {parts[0]}"]  # surname first, as in catalogues
    if len(parts) > 1 and "," in text and _is_place(text, parts):
        parts.pop()
    return once([part for part in parts if _is_name(part)])[:_MOST]


def _is_place(text: str, parts: list[str]) -> bool:
    """True if the last of `parts` is a place, after the last comma of `text`."""
    return _trimmed(text.rpartition(",")[2]) == parts[-1] and is_place(parts[-1], parts[0])


def labelled(line: str) -> str:
    """The part of a line from `By` on, if the line begins with it or has it beside a date; else empty."""
    if is_labelled(line):
        return line
    inside = _INSIDE.search(line) if any(map(str.isdigit, line)) and len(line.split()) <= _MOST_BESIDE else None
    return line[inside.start() :] if inside and is_labelled(line[inside.start() :]) else ""


def is_labelled(line: str) -> bool:
    """True for a line that begins with a word such as `By`, and continues with a name: `By Ann Aal`."""
    label = _LABEL.match(line)
    if label is None or not _is_capital(line[label.end() : label.end() + 1]):
        return False
    found = names(line)
    return bool(found) and _is_capital(found[0])


def once(people: list[str]) -> list[str]:
    """`people`, each once, regardless of case."""
    return [*{name.casefold(): name for name in reversed(people)}.values()][::-1]


def _without_label(text: str, begins_name: Callable[[str, str], bool]) -> str:
    """`text` without the word that announces a name, unless it is part of the name by `begins_name`."""
    label = _LABEL.match(text)
    if label is None or label.end() == len(text) or begins_name(label[0], text[label.end() :]):
        return text
    return text[label.end() :]


def _trimmed(part: str) -> str:
    bare = _without_label(" ".join(part.split()).strip(" .,:;|-–—·•*\"'“”"), person_names.begins_name)
    bare = _TRAILING_ROLE.sub("", bare).strip(" ,|-")
    return f"{bare}." if _ABBREVIATED.search(bare) else bare


def _is_name(part: str) -> bool:
    if len(part) > _LONGEST_NAME or not _LETTER.search(part) or part.casefold() in _NOBODY:
        return False
    if ":" in part or not _ASKING.isdisjoint(part.casefold().split()):
        return False
    if any(map(str.isdigit, part)) and not _ACCOUNT.fullmatch(part):
        return False
    return len(part.split()) <= _MOST_WORDS and not _IS_ROLE.fullmatch(part)


def _is_capital(text: str) -> bool:
    """True if every word begins with a capital, except particles such as `van` and `de`."""
    words = re.split(r"[\s,]+", text.strip())
    capital = [word for word in words if word[:1].isupper() or not word[:1].isascii()]
    return any(capital) and len(capital) + sum(word in _PARTICLES for word in words) >= sum(map(bool, words))
