"""Recognises the breadcrumb of a saved page, `News   /   EU` or `Home > News > EU`, and tells it from a headline.

A headline may have such separators, too, and a mistake would cost the article its headline; so several criteria have to
agree.
"""

import re
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from feedsvc.model.selection import DEEPEST
from feedsvc.model.text import one_line, slugify
from feedsvc.readers._data import fold, words
from feedsvc.readers.lines import captions, datelines
from feedsvc.readers.metadata.field_values import chain

_SLASH = re.compile(r"(?:^|\s)/(?:\s|$)")
_BAR = re.compile(r"(?:^|\s)(?:\||::)(?:\s|$)")
# Arrows, which nobody types into a headline; some of them also count without spaces around them.
_SIGN = re.compile(r"[>›»→❯▸►⟩]|&gt;")
_ARROW = re.compile(r"(?:^|\s)(?:[>›»→❯▸►⟩]|&gt;|-+>)(?:\s|$)|[›»→❯▸►]")
# Pages surround slashes with wide or no-break spaces; people who type a headline do not.
_WIDE = re.compile(r"(?:\s\s|[^\S ])[/|]|[/|](?:\s\s|[^\S ])")
_NO_NAME = re.compile(r"[?!:;…\"“”„«»()\[\]]|[^\W\d_A-Z]{2}[.]|, ")
# A full stop, except that of an abbreviation, as in "… in the U.S.".
_FULL_STOP = re.compile(r"[^\W_A-Z]\W?[.。।۔][\"”’»]?$")
_NUMBER = re.compile(r"\d{1,2}[.)]\s+(?=\D)")
_CUT = re.compile(r"(?<!\s)\s*+(?:…|(?<!\.)\.{2,}+)$")
_LONGEST_HEADLINE, _LONGEST = 200, 1_000


class Crumbs(NamedTuple):
    """The sections that a breadcrumb names, from the top (may be empty), and the dates in it."""

    names: tuple[str, ...]
    dates: dict[str, datetime]


class _Parts(NamedTuple):
    """The parts of a line: the names between its separators, without the site's home, and the dates."""

    names: tuple[str, ...]
    dates: dict[str, datetime]
    is_sure: bool
    """True if no headline looks like this."""


def read(line: str, below: str, headline: str, folder: str, timezone: str) -> Crumbs | None:
    """The breadcrumb in `line` (unchanged from the file); None if the line may be the headline.

    `below` is the next line with text, `headline` the next one that is no date, and `folder` the file's folder.
    """
    if not 0 < len(headline) <= _LONGEST_HEADLINE or len(line) > _LONGEST:
        return None
    names, dates, is_sure = _parts(line, timezone)
    if len(names) > 1 and len(shorter := _without_headline(names, headline)) < len(names):
        names, is_sure = shorter, True
    if len(names) > DEEPEST or not all(map(_is_name, names)) or captions.split(headline):
        return None
    agree = _agree if headline is below else _agree_above_a_date
    return Crumbs(names, dates) if is_sure or (names and agree(line, names, headline, folder)) else None


@lru_cache(256)  # the same ones recur on every page
def _parts(line: str, timezone: str) -> _Parts:
    parts, is_arrow = _parted(_without_label(one_line(line)))
    dates = {name: found for name in parts if (found := datelines.dates(name, timezone))} if len(parts) > 1 else {}
    above = tuple(name for name in parts if name not in dates)
    names = above[1:] if len(parts) > 1 and above and is_home(above[0]) else above
    is_sure = is_arrow or len(names) < len(parts) or bool(_WIDE.search(line.strip()))
    return _Parts(names, next(iter(dates.values()), {}), is_sure)


def _without_label(line: str) -> str:
    """`line` without `You are here:` before it."""
    label, colon, names = line.replace("：", ":").partition(":")
    return names.strip() if colon and fold(label.strip()) in words("breadcrumbs", "labels") else line


def is_home(line: str) -> bool:
    """True if the line is only the word for the top of the site, such as `Home`."""
    return fold(line.strip(" >›»→|/")) in words("breadcrumbs", "home")


def _parted(text: str) -> tuple[tuple[str, ...], bool]:
    """The names between the separators, and True if these certainly separate names: arrows between several, or a number
    before a section."""
    if _SIGN.search(text) and _ARROW.search(text):
        names = tuple(filter(None, map(str.strip, _ARROW.split(text))))
        return names, len(names) > 1
    if _BAR.search(text) and not _SLASH.search(text):
        return tuple(filter(None, map(str.strip, _BAR.split(text)))), False
    names = chain(text)
    if len(names) == 1 and (number := _NUMBER.match(names[0])) and _is_section(names[0][number.end() :]):
        return (names[0][number.end() :],), True
    return names, False


def _without_headline(names: tuple[str, ...], headline: str) -> tuple[str, ...]:
    """`names` without the last one if that is the headline below it, perhaps cut off."""
    last, whole = names[-1], fold(headline)
    if last[-1] in "….":
        start = fold(_CUT.sub("", last))
        return names[:-1] if len(start) > 2 and whole.startswith(start) else names
    return names[:-1] if len(last) == len(headline) and fold(last) == whole else names


def _agree(text: str, found: tuple[str, ...], headline: str, folder: str) -> bool:
    """True if two criteria show that `found` are sections."""
    if _BAR.search(text) and not all(_is_section(name) or _is_short(name) for name in found):
        return False  # `Opinion | Why the ferries must sail`
    signs = [_are_known(found, folder), not _FULL_STOP.search(headline)]
    if _SLASH.search(text):
        signs[0] = signs[0] or all(map(_is_short, found))
        signs.append(_look_like_names(found, headline))
    return sum(signs) > 1


def _agree_above_a_date(_text: str, found: tuple[str, ...], headline: str, _folder: str) -> bool:
    """The result of `_agree` if a date follows the line. It is stricter, since a date often follows a headline, too."""
    return all(map(_is_section, found)) and not _FULL_STOP.search(headline)


def _is_name(name: str) -> bool:
    return len(name) <= 40 and name.count(" ") < 4 and not _NO_NAME.search(name)


def _is_short(name: str) -> bool:
    """True for names such as `Politics` and `Middle East`: a headline has more than these."""
    parts = name.split()
    return len(parts) < 3 and all(part[0].isupper() for part in parts)


def _is_section(name: str) -> bool:
    return fold(name) in words("breadcrumbs", "sections")


def _are_known(found: tuple[str, ...], folder: str) -> bool:
    """True if the names are those of the folder, or the first one is a known section."""
    if found and _is_section(found[0]):
        return True
    slugs = [slugify(name) for name in found]
    return all(slugs) and set(slugs) <= set(folder.lower().split("/"))


def _look_like_names(found: tuple[str, ...], headline: str) -> bool:
    """True if all begin with a capital. Above a headline of one or two words, they must also have no long words in
    lower case, as sentences do."""
    parts = [part for name in found for part in name.split()]
    sentence = any(part[0].islower() and len(part) > 3 for part in parts)
    return not any(name[0].islower() for name in found) and not (sentence and len(headline.split()) < 3)
