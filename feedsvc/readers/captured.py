"""Captured page text: what is left when a news page is saved as text.

In this order: a breadcrumb, the headline, date lines, the lead picture's caption, the body, and the page's furniture.
All but the headline may be missing. Where it is uncertain what a text is, it is body: text is kept, never lost.
"""

from datetime import datetime
from itertools import islice
from typing import Any

from feedsvc.model.article import ArticleCopy
from feedsvc.model.problem import Problem
from feedsvc.model.reader import Reader, ReaderOptions, Reading, Source, Unreadable
from feedsvc.readers import _alternates, _breadcrumb, _caption, _dateline, _furniture, _layout
from feedsvc.readers._dates import REMEDY
from feedsvc.readers._decoding import decode_prose
from feedsvc.readers._metadata import complete


def read(source: Source, rules: ReaderOptions) -> Reading:
    """The article in a saved page. Raises Unreadable for a file that is no text, or has no headline."""
    raw = _layout.raw_lines(decode_prose(source.data))
    lines = [_layout.tidy(line) for line in raw]
    texts = (at for at, line in enumerate(lines) if line and not _furniture.is_phrase(line, rules.furniture))
    first, second = (*islice(texts, 2), None, None)[:2]
    if first is None:
        raise Unreadable("has no headline", "put the headline on the first line, and the text below it")
    sections = _breadcrumb.names(raw[first], lines[second] if second else "", source.folder)
    told = {"sections": (sections,)} | _told(lines, second if second and sections else first, rules)
    copy, problems = complete(told, source, rules)
    return Reading(copy, (*problems, *_doubts(copy, source.path)))


def _told(lines: list[str], start: int, rules: ReaderOptions) -> dict[str, Any]:
    """The fields of the article whose headline is at `start`."""
    width = _layout.wrapped_at(lines)
    title, rest = _headline(lines[start:], width)
    if "" not in lines:
        rest = _layout.parted(rest, width)
    rest, alternates, outlet = _alternates.take(rest)
    rest = _furniture.drop(rest, rules.furniture, outlet)
    dates, rest = _dates(rest, rules.timezone)
    caption, credit, rest = _caption.take(rest)
    later, rest = _dates(rest, rules.timezone)
    body = "\n\n".join(_layout.paragraphs(rest))
    texts = {"title": title, "body": body, "caption": caption, "credit": credit, "alternates": alternates}
    return texts | later | dates


def _headline(lines: list[str], width: int) -> tuple[str, list[str]]:
    count = 1
    while count < len(lines) and _layout.continues(lines[count - 1], lines[count], width):
        count += 1
    return " ".join(lines[:count]), lines[count:]


def _dates(lines: list[str], timezone: str) -> tuple[dict[str, datetime], list[str]]:
    """What the date lines say with which `lines` begin, and the lines after them."""
    found: dict[str, datetime] = {}
    for at, line in enumerate(lines):
        dates = _dateline.dates(line, timezone)
        if line and (not dates or dates.keys() & found.keys()):
            return found, lines[at:]
        found |= dates
    return found, []


def _doubts(copy: ArticleCopy, path: str) -> tuple[Problem, ...]:
    opening = copy.body.partition("\n\n")[0]
    if copy.published or not _dateline.resembles(opening):
        return ()
    reason = f"{opening!r} may be a date, but not one that can be read; it stays in the text"
    remedy = f"put the date into the sidecar: {REMEDY}"
    return (Problem(place=path, reason=reason, remedy=remedy, warning=True),)


READER = Reader(name="captured", suffixes=(".txt",), read=read)
