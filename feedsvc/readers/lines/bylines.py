"""Reads the byline of a saved page: `By Ann Aal`, `Von Ann Aal, dpa`, `Ann Aal` above `Press Quay, Port Arden`.

A text may also begin with such a word: `By the time the boat came in, everybody had left.` So the rest must look like
names, each word of which begins with a capital or is in a script without capitals.
"""

import re
from typing import NamedTuple

from feedsvc.readers._data import fold, table, words
from feedsvc.readers.lines import person_names
from feedsvc.readers.lines.places import is_place

_LONGEST = 160
_PHRASE = 4
"""Words from which a text with a word in lower case is no name."""
_MOST = 12
"""Most names in one byline."""
_PARTS = re.compile(r"(?<!\s)\s++[|•·–—/-]\s++|(?<!\s)\s++\(|\(")
_DIGIT = re.compile(r"\d")
_PLACE = re.compile(r"(?<!\s)\s++(?:in|for|at|from|reporting)\s++(?=\w).*", re.DOTALL)
_TOKEN = re.compile(r"[^\W\d_][^\W\d_.'’-]*(?:[.'’-][^\W\d_]*)*", re.UNICODE)
_OUTLET = re.compile(
    r"[^\W\d_a-z][\w.'’&-]*(?: [^\W\d_a-z&][\w.'’&-]*){0,4}, [^\W\d_a-z][\w.'’-]*(?: [^\W\d_a-z][\w.'’-]*){0,3}"
)
_ELIDED = re.compile(r"[dlo][’'][^\W\d_a-z]")
_SENTENCE = re.compile(r"[.!?…:;,。！？]$")
_ARTICLE_WORDS = frozenset(("the", "our", "a", "an", "and", "this", "that", "its", "their"))


class Byline(NamedTuple):
    """The names in a byline, and the number of its lines."""

    names: tuple[str, ...]
    lines: int


def read(line: str, below: str) -> Byline | None:
    """The byline in `line`, perhaps together with the line right `below` it; None if there is none."""
    if len(line) > _LONGEST:
        return None
    if names := names_after_by(line):
        return Byline(names, 1 + is_outlet(below))
    if is_bare_name(line) and is_outlet(below):
        return Byline((line,), 2)
    return None


def names_after_by(line: str) -> tuple[str, ...]:
    """The names in a line such as `By Ann Aal and Bo Brigg in Port Arden`; empty if it does not begin with such a word,
    or continues with other words than names."""
    rest = person_names.without_by(line)
    if rest == line:
        return _reporter(line)
    if fold(line[: len(line) - len(rest)].strip()) == "di" and len(rest.split()) != 2 and line[0].isupper():
        return ()  # `Di Maria Scores Twice`
    found = _names_in(rest)
    return found[:1] + tuple(name for name in found[1:] if not is_place(name, found[0]))


def named(byline: str) -> tuple[str, ...]:
    """The names in a text that is known to be a byline, with or without `By`; the text itself if no names are found.

    The part after a single comma may be a place or an office rather than a name, unless it is an agency: the text is
    then one name. An outlet such as `The Quay Post` is left out.
    """
    rest = person_names.bare(byline)
    found = _names_in(rest)
    if len(found) != 2 or rest != ", ".join(found) or fold(found[1]) in words("captions", "agencies"):
        return found or (rest,)
    return found[:1] if fold(found[1].split()[0]) in _ARTICLE_WORDS else (rest,)


def _names_in(text: str) -> tuple[str, ...]:
    """The names in the text after a `By`, without places, outlets and professions; empty if it has other words."""
    parts = _PARTS.split(text)
    if any(map(_DIGIT.search, parts[1:])):
        return ()
    first = _PLACE.sub("", parts[0].strip())
    if _SENTENCE.search(first) and not person_names.is_suffix(first.rpartition(" ")[2]):
        first = first.removesuffix(".")
    found = person_names.split(first)
    names = [name for at, name in enumerate(found) if at == 0 or not _is_role(name)]
    return tuple(names) if names and len(names) <= _MOST and all(map(_is_name, names)) else ()


def _reporter(line: str) -> tuple[str, ...]:
    """The name in a line such as `홍길동 기자`, where the profession follows the name; empty if it is none."""
    if line.isascii():
        return ()
    name, _, last = line.rpartition(" ")
    is_one = bool(name) and last in words("bylines", "roles") and name.count(" ") < 2
    return (name,) if is_one and _is_name(name) else ()


def is_bare_name(line: str) -> bool:
    """True for a line of two to four words that all begin with a capital, as in names."""
    tokens = line.split()
    return (
        2 <= len(tokens) <= 4 and _is_name(line) and all(token[0].isupper() or _is_particle(token) for token in tokens)
    )


def is_name_like(name: str) -> bool:
    """True for a text that may name a person, an account or an office: no month, and no phrase in lower case."""
    tokens = name.split()
    if fold(tokens[-1]) in words("bylines", "by"):
        return False
    if len(tokens) == 1:
        return fold(tokens[0]) not in _calendar()
    small = small_words(tokens)
    return not small or len(small) < len(tokens) < _PHRASE


def small_words(tokens: list[str]) -> list[str]:
    """The words that begin with a small letter and do not occur within names."""
    small = (token for token in tokens if token[0].islower() and not _ELIDED.match(token))
    return [token for token in small if fold(token) not in words("bylines", "within")]


def is_outlet(line: str) -> bool:
    """True for an outlet and its place, such as `Press Quay, Port Arden` below a name."""
    return len(line) <= 60 and bool(_OUTLET.fullmatch(line))


def _is_role(name: str) -> bool:
    return any(fold(token) in words("bylines", "roles") for token in name.split())


def _is_name(name: str) -> bool:
    tokens = name.replace(",", " ").split()
    if not 1 <= len(tokens) <= 7 or len(name) > 80 or not all(map(_is_part, tokens)):
        return False
    telling = [token for token in tokens if not _is_particle(token)]
    if len(telling) == 1 and (fold(telling[0]) in _calendar() or fold(telling[0]) in _ARTICLE_WORDS):
        return False
    return bool(telling)


def _is_part(token: str) -> bool:
    if not _TOKEN.fullmatch(token):
        return False
    return not token[0].islower() or _is_particle(token) or fold(token) in words("captions", "agencies")


def _is_particle(token: str) -> bool:
    """True for a particle such as `de`, and for a word that begins with an elided one, such as `d'Avel`."""
    return token[0].islower() and (fold(token) in words("bylines", "particles") or bool(_ELIDED.match(token)))


def _calendar() -> frozenset[str]:
    """The names of months and weekdays in English: `By Monday` names nobody."""
    dates = table("dates")
    return frozenset((dates["months"]["en"].replace("|", " ") + " " + dates["weekdays"]["en"]).split())
