"""Reads date lines of saved pages, such as `Monday, 15 November 2021 7:52 AM  [ Last Update: … ]`."""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import NamedTuple

from feedsvc.model.lazy_pattern import lazy_pattern
from feedsvc.readers import _dates
from feedsvc.readers._data import fold, table, words
from feedsvc.readers.lines import bylines
from feedsvc.readers.lines.layout import SENTENCE_END

_ENGLISH_LABEL = lazy_pattern(
    r"""\b (?: (?P<updated> (?:last\ |latest\ )? (?:updated?|modified|revised|edited) )
             | (?:first\ |date\ )? (?:published|posted|released|date) ) \b (?:\ on|\ at)? \ ?:?""",
    re.IGNORECASE | re.VERBOSE,
)
_DIGIT, _YEAR = re.compile(r"\d"), re.compile(r"\d{4}")
_TRIM = " ,;|-–—·•[]()"
_LONGEST = 200
_MOST_WORDS = 16
_PARTS = re.compile(r"(?<!\s)\s++(?:[|•·–—/-]\s++)++")
_ENDS_IN_DOT = re.compile(r"(?:[ap]\. ?m|г|р|ч|h|hrs|uhr|μ)\.$", re.IGNORECASE)
_EDITION = re.compile(r"(?<=\d)\s+(?:RU|EN|AZ|KZ|UZ|KG|TJ|TM|GE|AM|UA|FR|DE|ES|IT|PT|AR|FA|TR)$")
"""The code of the page's language, which some pages print after the time."""


class DateLine(NamedTuple):
    """The dates in a line, `published` and `updated` as far as given, and the names of its authors."""

    dates: dict[str, datetime]
    authors: tuple[str, ...]


def dates(line: str, timezone: str) -> dict[str, datetime]:
    """The dates in a line, `published` and `updated`, if it consists only of dates with their labels and perhaps a
    byline and a reading time; else empty."""
    return read(line, timezone).dates


def read(line: str, timezone: str) -> DateLine:
    """The dates and authors of a line as in `dates`; both empty for any other line."""
    if len(line) > _LONGEST or not _YEAR.search(line):
        return _NONE
    if found := _parsed(_pieces(line, _ENGLISH_LABEL), timezone):
        return DateLine(found, ())
    return _NONE if _is_prose(line) else _composite(line, timezone)


_NONE = DateLine({}, ())


def _parsed(pieces: Iterable[tuple[str, str]], timezone: str) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    try:
        for name, text in pieces:
            found.setdefault(name, _dates.parse(text, timezone))
    except ValueError:
        return {}
    return found


def _pieces(line: str, label: re.Pattern[str]) -> list[tuple[str, str]]:
    """The field and the text of each date; the text before the first label is the date of publication."""
    labels = [*label.finditer(line)]
    starts = [0, *(label.end() for label in labels)]
    ends = [*(label.start() for label in labels), len(line)]
    names = ["published", *("updated" if label["updated"] else "published" for label in labels)]
    texts = (line[start:end].strip(_TRIM) for start, end in zip(starts, ends, strict=True))
    return [(name, text) for name, text in zip(names, texts, strict=True) if text or len(labels) == 0]


def _is_prose(line: str) -> bool:
    ends = SENTENCE_END.search(line) and not _ENDS_IN_DOT.search(line)
    return line.count(" ") > _MOST_WORDS or bool(ends)


def _composite(line: str, timezone: str) -> DateLine:
    """The dates and authors of a line that has labels in another language, or other parts besides dates."""
    authors: tuple[str, ...] = ()
    kept = []
    for part in _PARTS.split(_before_by().sub(" | ", _EDITION.sub("", line))):
        if is_reading_time(part):
            continue
        if not _DIGIT.search(part) and not authors and (names := bylines.names_after_by(part)):
            authors = names
        else:
            kept.append(part)
    found = _parsed(_pieces(fold(" ".join(kept)), _labels()), timezone)
    return DateLine(found, authors) if found else _NONE


def is_reading_time(line: str) -> bool:
    """True for a reading time such as `5 min read`, in any of the languages known."""
    if len(line) > 60 or not _DIGIT.search(line):
        return False
    return bool(_reading_times().fullmatch(fold(line).strip(" .:~≈")))


@cache
def _reading_times() -> re.Pattern[str]:
    forms = (r"\d{1,3}".join(map(_spaced, form.split("N"))) for form in table("dates")["reading"]["times"])
    return re.compile("|".join(forms))


def _spaced(phrase: str) -> str:
    """A pattern for `phrase`, with a colon, spaces or nothing between its words."""
    return re.escape(fold(phrase)).replace(r"\ ", r"\s*[:：]?\s*")


@cache
def _labels() -> re.Pattern[str]:
    """The labels of all languages, in folded text."""
    told = table("dates")["labels"]
    updated, published = (
        "|".join(sorted((re.escape(fold(label)) for label in told[name]), key=len, reverse=True))
        for name in ("updated", "published")
    )
    return re.compile(rf"(?<!\w)(?:(?P<updated>{updated})|{published})(?!\w)\s?[:：]?")


@cache
def _before_by() -> re.Pattern[str]:
    """The space before `by Ann Aal`."""
    singles = "|".join(re.escape(word) for word in words("bylines", "by") if " " not in word and word.isascii())
    return re.compile(rf"\s(?=(?i:{singles}) [^\W\d_a-z])")


def resembles(line: str) -> bool:
    """True if a line has a year and a time of day, and is no sentence: it may be a date that a person should check."""
    return bool(
        len(line) <= _LONGEST
        and re.search(r"\b(?:1[2-5]|19|20|25)\d\d\b", line)
        and re.search(r"\b\d{1,2}:\d\d\b", line)
        and not SENTENCE_END.search(line)
    )
