"""Splits a text into names of people: `Ann Aal, Bo Brigg and dpa` has three, and `John Tide, Jr.` has one."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import NamedTuple

from feedsvc.readers._data import fold, words

_ROMAN = re.compile(r"[IVX]{2,4}")
_IS_WORD = re.compile(r"[^\W\d_a-z][^\W\d_]*(?:[-'’.][^\W\d_]+)*\.?")
_COMMA = re.compile(r"(?:(?<!\s)\s++)?+[,;、，；]\s*+")


def bare(text: str) -> str:
    """The text of a field for authors without the words that announce a name; `Von Hansen` is a name as it is."""
    rest = without_by(text)
    return text if begins_name(text.rstrip().removesuffix(rest), rest) else rest


def begins_name(label: str, rest: str) -> bool:
    """True if `label`, a word such as `Von` or `Di`, and the one name after it are the whole name of somebody: a given
    name and a surname, or a surname alone (`Von Hansen`, `De la Cruz`). False for `Von Ann Aal` and `Von dpa`."""
    if fold(label.strip()) not in words("bylines", "beginnings"):
        return False
    found = [*islice(_name_words(rest), 2)]
    return len(found) == 1 and not _is_office(found[0])


def begins_shown_name(label: str, rest: str) -> bool:
    """True like `begins_name`, but False for `von Ann` and `von Aal`: in a text for people these are rather bylines."""
    return label.strip().istitle() and begins_name(label, rest) and not is_given(next(_name_words(rest)))


def is_given(name: str) -> bool:
    return fold(name) in words("given_names", "names")


def _name_words(text: str) -> Iterator[str]:
    """The words of the name that `text` begins with, without particles and suffixes."""
    for token in text.split():
        word = token.rstrip(",;:")
        is_particle = fold(word) in words("bylines", "particles")
        if fold(word) in words("bylines", "and") or not (word[:1].isupper() or is_particle):
            return
        if not is_particle and not is_suffix(word):
            yield word
        if word != token:
            return


def _is_office(word: str) -> bool:
    kinds = (("captions", "agencies"), ("bylines", "roles"), ("bylines", "labels"))
    return any(fold(word) in words(*kind) for kind in kinds)


def without_by(text: str) -> str:
    """`text` without the words that announce a name, as in `By Ann Aal`, `Von Ann Aal` and `Autor: Ann Aal`."""
    first, _, rest = text.partition(" ")
    if not rest or fold(first) not in _by().first_words:
        return text
    for count in range(_by().longest, 0, -1):
        head = text.split(None, count)
        if len(head) <= count:
            continue
        label = fold(" ".join(head[:count]))
        if label in _by().words or label.removesuffix(":") in (_by().labels if label.endswith(":") else _by().words):
            return head[count].strip()
    return text


def joined(names: list[str]) -> list[str]:
    """`names` with each suffix (`Jr.`, `III`, `PhD`) joined again to the name before it; each name once."""
    if len(names) == 1:
        return names
    found: list[str] = []
    for name in names:
        if found and is_suffix(name):
            found[-1] = f"{found[-1]}, {name}"
        elif name:
            found.append(name)
    return [*{fold(name): name for name in reversed(found)}.values()][::-1]


def turned(text: str) -> str:
    """The name `Tide, John`, as in catalogues, turned into `John Tide`; any other text unchanged.

    It is one name only if the word after the comma is a known first name, and the one before it is not.
    """
    surname, comma, given = map(str.strip, text.partition(","))
    if not comma or not _IS_WORD.fullmatch(surname) or not _IS_WORD.fullmatch(given):
        return text
    return f"{given} {surname}" if is_given(given) and not is_given(surname) else text


def is_suffix(name: str) -> bool:
    return len(name) < 8 and (fold(name) in words("bylines", "suffixes") or bool(_ROMAN.fullmatch(name)))


def split(text: str) -> list[str]:
    """The names in `text`, separated by commas, semicolons and the word for `and` in many languages."""
    return joined([name for part in _COMMA.split(text) for name in conjoined(part)])


def conjoined(part: str) -> list[str]:
    """The names in a text without commas. `Simon and Sons` is one, and so is `Ann and Bo Brigg`: an `and` separates
    names only if there is a whole name, or an agency, on both sides."""
    if part.count(" ") < 2:
        return [part]
    tokens = part.split()
    for at in range(1, len(tokens) - 1):
        if fold(tokens[at]) in words("bylines", "and") and _is_whole(tokens[:at]) and _is_whole(tokens[at + 1 :]):
            return [" ".join(tokens[:at]), *conjoined(" ".join(tokens[at + 1 :]))]
    return [" ".join(tokens)]


def _is_whole(tokens: list[str]) -> bool:
    name = fold(" ".join(tokens))
    return len(tokens) > 1 or name in words("captions", "agencies") or name in words("bylines", "roles")


class _By(NamedTuple):
    words: frozenset[str]
    labels: frozenset[str]
    first_words: frozenset[str]
    longest: int
    """Most words in one of them."""


@cache
def _by() -> _By:
    by, labels = words("bylines", "by"), words("bylines", "labels")
    firsts = frozenset(form for each in by | labels for form in (each.split()[0], f"{each.split()[0]}:"))
    return _By(by, labels, firsts, max(len(each.split()) for each in by | labels))
