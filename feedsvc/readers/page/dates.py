"""Reads the dates of a page, in meta elements and `time` elements, in the many formats that systems write."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from feedsvc.model.text import one_line
from feedsvc.readers import _dates
from feedsvc.readers.lines import datelines
from feedsvc.readers.page.class_names import is_of_others, names
from feedsvc.readers.page.elements import Element, words

_EPOCH = re.compile(r"(\d{9,10})(\d{3})?(?:\.\d+)?", re.ASCII)
_LOOSE = re.compile(r"([12]\d{3})-(\d{1,2})-(\d{1,2})(?:[T ]|(?:[A-Z]{3,4}))(\d{1,2})[:h](\d{2})(.*)", re.ASCII)
_DOTTED = re.compile(
    r"(?:[^\W\d]{2,12}[.,]{0,2}\s+)?(\d{1,2})\.\s?(\d{1,2})\.\s?([12]\d{3})(?:\s*[-–,|]?\s*(?:um\s+)?(\d{1,2})[:.](\d{2})(?:[:.]\d{2})?(?:\s*Uhr)?)?"
    r"(?:\s+(MEZ|MESZ|CET|CEST))?"
)
_ZONES = {"MEZ": "+01:00", "CET": "+01:00", "MESZ": "+02:00", "CEST": "+02:00"}
_PUBLISHED = re.compile(
    r"(?<![^\s-])(?:published|pub-?date|entry-date|post-date|date-?published|dt-published|publish-date|publication-date|article-date|posted-on|posted-date|news-date|story-date)(?![^\s-])"
)
_DATE = re.compile(
    r"(?<![^\s-])(?:date|datum|date-?time|dateline|date-?line|timestamp|time-?stamp|time|fecha|data)(?![^\s-])"
)
_UPDATED = re.compile(r"(?<![^\s-])(?:updated|modified|lastmod|date-?modified|dt-updated)(?![^\s-])")
_MOST = 40
"""Most dates of a page that are looked at."""
_EARLIEST, _YEARS = datetime(1990, 1, 1, tzinfo=UTC), 400
_LONGEST = 120


def normal(said: str) -> str:
    """`said` as ISO 8601 if it is a date in one of the formats below; else unchanged.

    The formats are seconds or milliseconds since 1970, single digits for months and days, and dates with dots.
    """
    text = one_line(said)
    if epoch := _EPOCH.fullmatch(text):
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(epoch[1]))).isoformat()
    if loose := _LOOSE.fullmatch(text):
        year, month, day, hour, minute, rest = loose.groups()
        return f"{year}-{month:0>2}-{day:0>2}T{hour:0>2}:{minute}{rest.strip()}"
    if dotted := _DOTTED.fullmatch(text):
        day, month, year, hour, minute, zone = dotted.groups()
        time = f"T{hour:0>2}:{minute}{_ZONES.get(zone or '', '')}" if hour else ""
        return f"{year}-{month:0>2}-{day:0>2}{time}"
    return text


def first(said: list[str], timezone: str) -> str:
    """The first of `said` that is one whole date, in the form of `normal`; empty if none is."""
    return next((normal(text) for text in said if is_date(text, timezone)), "")


def is_date(said: str, timezone: str) -> bool:
    """True if `said` is one whole date."""
    try:
        _dates.parse(normal(said), timezone)
    except ValueError:
        return False
    return True


def shown(root: Element, timezone: str) -> dict[str, str]:
    """The dates that the page shows, `published` and `updated`: in `time` elements and in elements named as dates."""
    found: dict[str, str] = {}
    for kind, said in _candidates(root):
        if kind not in found and said and len(said) <= _LONGEST:
            told = datelines.dates(said, timezone)
            if is_date(said, timezone):
                found[kind] = normal(said)
            elif kind in told:
                found[kind] = told[kind].isoformat()
    if "published" not in found and "date" in found:
        found["published"] = found["date"]
    return {kind: found[kind] for kind in ("published", "updated") if kind in found}


def _candidates(root: Element) -> Iterator[tuple[str, str]]:
    """The kind and text of each element that may be a date of the article, in document order."""
    count = 0
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag in ("html", "body", "meta", "link", "script"):
            continue
        kind = _kind(element)
        if not kind or any(is_of_others(each) for each in (element, *element.iterancestors())):
            continue
        count += 1
        if count > _MOST:
            return
        said = (
            element.get("datetime") or element.get("content") or (element.get("title") if element.tag == "abbr" else "")
        )
        yield kind, one_line(said or "")
        yield kind, one_line(words(element))


def _kind(element: Element) -> str:
    """The kind of a date: `published`, `updated` or, if it may be either, `date`; empty if the element is no date."""
    props = element.get("itemprop", "").lower()
    said = names(element)
    if "datemodified" in props or _UPDATED.search(said):
        return "updated"
    if (
        "datepublished" in props
        or "datecreated" in props
        or element.get("pubdate") is not None
        or _PUBLISHED.search(said)
    ):
        return "published"
    if element.tag == "time" or (said and _DATE.search(said)):
        return "date"
    return ""
