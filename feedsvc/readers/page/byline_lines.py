"""Finds authors in the lines of a page: after `By`, beside a date, below the text, as agency, or as the site's
owner."""

import re
from collections.abc import Iterator
from itertools import islice

from feedsvc.readers._data import fold, words
from feedsvc.readers.json.nodes import Table
from feedsvc.readers.lines import byline_names
from feedsvc.readers.lines.bylines import is_bare_name, is_name_like, small_words
from feedsvc.readers.lines.layout import SENTENCE_END
from feedsvc.readers.page.blocks import Line
from feedsvc.readers.page.class_names import is_never_text, is_of_others
from feedsvc.readers.page.elements import Element

_LONGEST, _LEAST_PROSE = 120, 80
"""Most characters of a byline, and fewest characters of a line of text."""
_DATED = re.compile(r"\d.{5,40}?(?:\d|\d ?Uhr)\s++[|•·–—-]\s++(?=\D)")
_BEFORE_DATE = re.compile(r"(?P<name>[^\d/|•·–—]{5,40}+)[/|•·–—]\s++\d{1,2}[./]\s?\d")
_ARROW = re.compile(r"\A[«‹←]|[»›→]\Z")
_PLURAL = re.compile(r"\(\w{1,3}\)")
_DATELINE = re.compile(r"\w[^()]{1,40}\((?P<agency>[^()]{2,20})\)\s*+[-–—]\s")
_OWNER = re.compile(
    r"(?:copyright|©|\(c\))(?:[\s.,:–-]|copyright|©|\(c\)|\d{4}|by\b)*+(?P<name>[^\W\d_][^|•·,;©]{3,40})", re.IGNORECASE
)
_TITLES = re.compile(r"\A(?:(?:dr|prof|dipl|mag|ing)\.?\s++)*+", re.IGNORECASE)
_ABOVE, _BELOW, _OFTEN = 3, 12, 3
"""Lines above and below the headline within which a byline may have any name; and how many bylines further away are a
list of other articles."""


def heading(lines: list[Line], element: Element | None, title: str) -> int:
    """The index of the headline's line: that of `element`, else the last one with the text `title`, else 0."""
    inside = set() if element is None else {element, *element.iter()}
    found = (at for at, line in enumerate(lines) if line.element in inside)
    said = (at for at, line in reversed([*enumerate(lines)]) if line.text.casefold() == title.casefold())
    return next(found, next(said, 0))


def labelled(lines: list[Line], heading: int, title: str) -> Iterator[list[Table]]:
    """The people in each line that begins with `By` or `Author:`, or has it beside a date; or in the line below such a
    word.

    Far from the headline, only full names of people count, and only if such lines are too few for a list of other
    articles.
    """
    near, far = [], []
    for at, line in enumerate(lines):
        if at == heading or len(line.text) > _LONGEST or _ARROW.search(line.text) or fold(line.text) == fold(title):
            continue
        people = _announced(line.text, lines[at + 1].text if at + 1 < len(lines) else "")
        if people and heading - _ABOVE <= at <= heading + _BELOW and not is_of_other_part(line.element):
            near.append(people)
        elif people and all(map(is_bare_name, people)) and not _is_beside_text(line.element):
            far.append(people)
    for people in (*near, *far) if len(far) < _OFTEN else near:
        yield [{"name": name} for name in people]


def _announced(line: str, below: str) -> list[str]:
    """The people that a line names after a word such as `By`; if it is only that word, those in the line below it."""
    if _is_label(line):
        return _people(below) if len(below) <= _LONGEST else []
    if SENTENCE_END.search(line):
        label, colon, rest = line.partition(":")
        return _people(rest.rstrip(" .")) if colon and _is_label(f"{label}:") else []
    byline = byline_names.labelled(line)
    found = byline_names.names(byline) if byline else []
    return found if all(map(_is_surely_name, found)) else []


def _is_surely_name(name: str) -> bool:
    """True for a likely name. False for a text with words in lower case, and for a language switch: `FR IT EN`."""
    tokens = name.split()
    is_code = name.isascii() and name.isupper() and all(len(token) < 3 for token in tokens)
    return is_name_like(name) and not is_code and (not small_words(tokens) or len(tokens) == 1)


def _is_label(line: str) -> bool:
    word = fold(_PLURAL.sub("", line)).rstrip(" :：")
    return word in words("bylines", "by") or word in words("bylines", "labels")


def _people(text: str) -> list[str]:
    """The names in a text, the first of which must have a first name and a surname; empty if it has not. Further names
    may also be offices, and count only if they begin with a known first name, or are agencies."""
    found = byline_names.names(text) if not SENTENCE_END.search(text) else []
    if not found or not is_bare_name(found[0]):
        return []
    others = [name for name in found[1:] if fold(name) in words("captions", "agencies") or _has_given_name(name)]
    return [found[0], *others]


def dated(lines: list[Line], heading: int) -> Iterator[Table]:
    """The author by a short line of a date and a name, or of a name and a date, next to the headline."""
    for line in lines[max(0, heading - 3) : heading + 4]:
        text = line.text if len(line.text) <= _LONGEST else ""
        before, date = _BEFORE_DATE.match(text), _DATED.match(text)
        for name in (before["name"].strip() if before else "", text[date.end() :] if date else ""):
            if is_bare_name(name):
                yield {"name": name}
                return


def signed(lines: list[Line]) -> Iterator[Table]:
    """The author by a name alone between a paragraph and a line that is no text, if there is exactly one such name."""
    found = set()
    for above, line, below in zip(
        lines, lines[1:], [*lines[2:], Line(lines[0].element, "")] if lines else [], strict=False
    ):
        if not _is_prose(above.text) or _is_prose(below.text) or not is_bare_name(line.text):
            continue
        if _has_given_name(line.text) and not _is_beside_text(line.element):
            found.add(line.text)
    if len(found) == 1:
        yield {"name": found.pop()}


def agency(lines: list[Line], heading: int) -> Iterator[Table]:
    """The author by an agency alone next to the headline, or in the dateline that begins the text."""
    for line in lines[heading + 1 : heading + 5]:
        if fold(line.text) in words("captions", "agencies"):
            yield {"name": line.text}
            return
    for line in islice((line for line in lines[heading:] if _is_prose(line.text)), 2):
        dateline = _DATELINE.match(line.text)
        if dateline and fold(dateline["agency"].partition("/")[0]) in words("captions", "agencies"):
            yield {"name": dateline["agency"]}
            return


def owner(root: Element, lines: list[Line]) -> Iterator[Table]:
    """The author by the person who owns the site, according to the site's name or its copyright line."""
    named = [meta.get("content", "") for meta in root.iter("meta") if meta.get("property") == "og:site_name"]
    rights = (_OWNER.search(line.text) for line in lines if len(line.text) <= _LONGEST)
    for name in (*named[:1], *(right["name"] for right in rights if right)):
        bare = _TITLES.sub("", name.strip(" .")).partition(". ")[0]
        if is_bare_name(bare) and _has_given_name(bare):
            yield {"name": bare}
            return


def _is_prose(line: str) -> bool:
    return len(line) >= _LEAST_PROSE and bool(SENTENCE_END.search(line))


def _has_given_name(name: str) -> bool:
    return fold(name.split()[0]) in words("given_names", "names")


def is_of_other_part(element: Element) -> bool:
    """True for comments and lists of other articles."""
    return any(each.tag == "nav" or is_of_others(each) for each in (element, *element.iterancestors()))


def _is_beside_text(element: Element) -> bool:
    """True for an element in a part of the page that is never text."""
    return is_of_other_part(element) or any(map(is_never_text, (element, *element.iterancestors())))
