"""Reads captured page text: a news page that was saved as text.

The parts come in this order: a breadcrumb, the headline, date lines and bylines, the lead picture's caption, the body,
and the page's furniture. All but the headline may be missing, and a date line may be above the headline. In doubt, text
is kept as body and never lost.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from feedsvc.model.article import ArticleCopy, Person
from feedsvc.model.problem import Problem
from feedsvc.model.reader import Notes, Reader, ReaderOptions, Reading, Removal, Source, Unreadable
from feedsvc.readers._data import fold
from feedsvc.readers._dates import REMEDY
from feedsvc.readers._decoding import decode_prose
from feedsvc.readers.lines import alternate_addresses, breadcrumbs, bylines, captions, datelines, furniture, layout
from feedsvc.readers.lines.layout import SENTENCE_END
from feedsvc.readers.metadata.fields import complete, origins
from feedsvc.readers.metadata.front_matter import split_prose

_MOST_ABOVE = 8
"""Most lines down to the headline, which is one of them."""
_LONGEST_HEADLINE = 200
_FEW_SIGNS = 3


class _Page(NamedTuple):
    """A page from its headline on; the fields are in the order of parsing."""

    title: str
    below: list[str]
    """The lines below the headline."""
    alternates: tuple[str, ...]
    own: list[str]
    """The lines without the alternate addresses."""
    kept: list[str]
    """The lines of `own` without furniture."""
    told: dict[str, Any]
    """The fields that the lines above the text give."""
    text: list[str]
    width: int
    """The column at which the lines were wrapped, or 0."""


class _Top(NamedTuple):
    """The index of the headline's line, and the fields that the lines above it give."""

    headline: int
    sections: tuple[str, ...]
    dates: dict[str, datetime]


def read(source: Source, rules: ReaderOptions) -> Reading:
    """The article in a saved page. Raises Unreadable for a file that is no text, or has no headline."""
    front, text = split_prose(decode_prose(source.data))
    raw = layout.raw_lines(text)
    lines = [layout.tidy(line) for line in raw]
    if title := _title(front):
        told = _told([title, "", *lines], 0, rules)
    else:
        top = _top(raw, lines, source, rules)
        told = {"sections": (top.sections,)} | top.dates | _told(lines, top.headline, rules)
    copy, problems = complete(told, source, rules, front)
    return Reading(copy, (*problems, *_doubts(copy, source.path)))


def _title(front: dict[str, object]) -> str:
    return next((value for key, value in front.items() if key.lower() == "title" and isinstance(value, str)), "")


def _top(raw: list[str], lines: list[str], source: Source, rules: ReaderOptions) -> _Top:
    """The headline's line, and the breadcrumb and the dates above it. Raises Unreadable if there is no headline."""
    texts = _texts(lines, rules)
    at = next(texts, None)
    if at is None:
        raise Unreadable("has no headline", "put the headline on the first line, and the text below it")
    dates: dict[str, datetime] = {}
    sections: tuple[str, ...] | None = None
    for below in islice(texts, _MOST_ABOVE):
        if sections is None and (crumbs := _crumbs(raw[at], lines, below, source, rules)):
            sections, dates = crumbs.names, crumbs.dates | dates
        elif (found := datelines.dates(lines[at], rules.timezone)) and _can_be_headline(lines[below]):
            dates = found | dates
        else:
            break
        at = below
    return _Top(at, sections or (), dates)


def _texts(lines: list[str], rules: ReaderOptions) -> Iterator[int]:
    """The indexes of the lines that are not furniture. A word such as `Advertisement` above a text is a headline."""
    begun = False
    for at, line in enumerate(lines):
        if not line or _is_mark(line) or (not begun and breadcrumbs.is_home(line)):
            continue
        if furniture.is_phrase(line, rules.furniture) and not (furniture.is_doubtful(line) and _has_text(lines, at)):
            continue
        begun = True
        yield at


def _is_mark(line: str) -> bool:
    """True for a lone `.` or `>`, the rest of a button or a breadcrumb."""
    return not line.strip(".…") or (len(line) < _FEW_SIGNS and not any(map(str.isalnum, line)))


def _has_text(lines: list[str], at: int) -> bool:
    below = next((line for line in lines[at + 1 :] if line), "")
    return bool(SENTENCE_END.search(below))


def _crumbs(raw: str, lines: list[str], below: int, source: Source, rules: ReaderOptions) -> breadcrumbs.Crumbs | None:
    """The breadcrumb in the line `raw`; `below` is the index of the next line with text. None if there is none."""
    headline = lines[below]
    if datelines.dates(headline, rules.timezone):
        headline = next(filter(None, lines[below + 1 :]), headline)
    return breadcrumbs.read(raw, lines[below], headline, source.folder, rules.timezone)


def _can_be_headline(line: str) -> bool:
    return len(line) <= _LONGEST_HEADLINE and not line.endswith(".") and not captions.split(line)


def _told(lines: list[str], start: int, rules: ReaderOptions) -> dict[str, Any]:
    """The fields of the article whose headline is on line `start`."""
    page = _taken_apart(lines, start, rules)
    body = "\n\n".join(layout.paragraphs(page.text, page.width))
    return {"title": page.title, "body": body, "alternates": page.alternates} | page.told


def _taken_apart(lines: list[str], start: int, rules: ReaderOptions) -> _Page:
    width = layout.wrapped_at(lines)
    title, below = _headline(lines[start:], width)
    if "" not in lines:
        below = layout.parted(below, width)
    own, alternates, outlet = alternate_addresses.take(below)
    kept = furniture.drop(own, rules.furniture, outlet)
    told, text = _opening(kept, title, rules.timezone)
    return _Page(title, below, alternates, own, kept, told, text, width)


def _headline(lines: list[str], width: int) -> tuple[str, list[str]]:
    count = 1
    while count < len(lines) and layout.continues(lines[count - 1], lines[count], width):
        count += 1
    return " ".join(lines[:count]), lines[count:]


def _opening(lines: list[str], title: str, timezone: str) -> tuple[dict[str, Any], list[str]]:
    """The fields given by the lines between headline and text, and the lines after them."""
    told: dict[str, Any] = {}
    at = 0
    while at < len(lines):
        if not lines[at]:
            at += 1
        elif found := _said(lines, at, title, told, timezone):
            told |= found.fields
            at = found.end
        else:
            break
    return told, lines[at:]


class _Said(NamedTuple):
    """The fields that some lines give, and the index of the line after them."""

    fields: dict[str, Any]
    end: int


def _said(lines: list[str], at: int, title: str, told: dict[str, Any], timezone: str) -> _Said | None:
    """The fields that the line at `at` gives, perhaps with some below it; None if it is text, or if another line has
    given them already (`told`)."""
    line = lines[at]
    if len(line) <= _LONGEST_HEADLINE and (found := _said_in_short(lines, at, title, told, timezone)):
        return found
    if "caption" in told:  # the caption of a further picture is no text
        return _Said({}, at + 1) if captions.split(line) else None
    caption, credit, rest = captions.take(lines[at:])
    return _Said({"caption": caption, "credit": credit}, len(lines) - len(rest)) if caption or credit else None


def _said_in_short(lines: list[str], at: int, title: str, told: dict[str, Any], timezone: str) -> _Said | None:
    """The same for a line that is no caption."""
    line = lines[at]
    if not told and _is_same(line, title):
        return _Said({}, at + 1)
    if (dated := datelines.read(line, timezone)).dates:
        fields = dated.dates | ({"authors": _people(dated.authors)} if dated.authors else {})
        return _Said(fields, at + 1) if not fields.keys() & told.keys() else None
    if "authors" not in told and (byline := _named(lines, at, timezone)):
        return _Said({"authors": _people(byline.names)}, at + byline.lines)
    return _Said({}, at + 1) if datelines.is_reading_time(line) else None


def _is_same(line: str, title: str) -> bool:
    return len(line) == len(title) and fold(line) == fold(title)


def _named(lines: list[str], at: int, timezone: str) -> bylines.Byline | None:
    """The byline at `at`; None if there is none. A bare name is a byline above an outlet or a date."""
    below = lines[at + 1] if at + 1 < len(lines) else ""
    if found := bylines.read(lines[at], below):
        return found
    if bylines.is_bare_name(lines[at]):
        following = below or next(filter(None, lines[at + 1 :]), "")
        if datelines.dates(following, timezone):
            return bylines.Byline((lines[at],), 1)
    return None


def _people(names: tuple[str, ...]) -> tuple[Person, ...]:
    return tuple(Person(name=name) for name in names)


def _doubts(copy: ArticleCopy, path: str) -> tuple[Problem, ...]:
    opening = copy.body.partition("\n\n")[0]
    if copy.published or not datelines.resembles(opening):
        return ()
    reason = f"{opening!r} may be a date, but not one that can be read; it stays in the text"
    remedy = f"put the date into the sidecar: {REMEDY}"
    return (Problem(place=path, reason=reason, remedy=remedy, warning=True),)


def notes(source: Source, rules: ReaderOptions) -> Notes:
    """The sources of the article's fields, and the lines that are not part of it."""
    front, text = split_prose(decode_prose(source.data))
    raw = layout.raw_lines(text)
    lines = [layout.tidy(line) for line in raw]
    title = _title(front)
    top = _Top(0, (), {}) if title else _top(raw, lines, source, rules)
    page = _taken_apart([title, "", *lines] if title else lines, top.headline, rules)
    told = {"sections": top.sections, "alternates": page.alternates, "body": page.text} | top.dates | page.told
    found = {name: _ORIGINS[name] for name, value in told.items() if value} | {"title": _ORIGINS["title"]}
    return Notes(found | origins(source, front), tuple(_removals(page)))


_ORIGINS = {
    "title": "the headline",
    "body": "the text",
    "sections": "the breadcrumb",
    "alternates": "the alternate addresses",
    "authors": "the byline",
    **dict.fromkeys(("published", "updated"), "the date line"),
    **dict.fromkeys(("caption", "credit"), "the caption"),
}


def _removals(page: _Page) -> Iterator[Removal]:
    """The lines that are neither text nor metadata of the article, each with the reason."""
    for before, after, reason in (
        (page.below, page.own, "an alternate address"),
        (page.own, page.kept, "page furniture"),
    ):
        gone = Counter(before) - Counter(after)
        yield from (Removal(line, reason) for line in before if line and gone.pop(line, 0))
    for line in page.kept[: len(page.kept) - len(page.text)]:
        if _is_same(line, page.title):
            yield Removal(line, "the headline once more")
        elif datelines.is_reading_time(line):
            yield Removal(line, "the time that it takes to read")
        elif (caption := captions.split(line)) and caption[0] != page.told.get("caption"):
            yield Removal(line, "the caption of a further picture")


READER = Reader(name="captured", kind="captured page text", suffixes=(".txt",), read=read, notes=notes)
