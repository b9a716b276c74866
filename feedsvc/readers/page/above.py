"""Finds the lines above the text of a page: headline, lead, byline, date line and the caption of its picture."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from feedsvc.readers.lines import byline_names, captions, datelines
from feedsvc.readers.lines.layout import SENTENCE_END, tidy
from feedsvc.readers.page import main_text
from feedsvc.readers.page.blocks import Line, Measures, cut, leaves, lines, measured, outermost
from feedsvc.readers.page.class_names import is_byline, is_named_lead
from feedsvc.readers.page.elements import Element, words
from feedsvc.readers.page.pictures import is_named_caption

_LEAST_LEAD, _LONGEST_LEAD, _MOST_BLOCKS = 20, 2_000, 5
"""Fewest and most characters of a lead, and most blocks in it."""
_LEAST_PROSE = 60
"""Characters from which a paragraph between headline and text is a lead, whatever its end."""
_LONGEST_BYLINE = 200
_LEAST_LINE = 40
"""Fewest characters of a line above the text that belongs to it, unless it is a sentence."""
_SHORT = frozenset(("p", "div", "span", "h5", "h6"))
_SYMBOLS = re.compile(r"(?<=[.!?…])[^\w.!?…\"'”’»)]++\Z")
"""Symbols that may follow a sentence, as in `Good morning! 👋`."""
_QUOTED = re.compile('[„“"«»]')
_NEAR = 3
"""Levels around the text within which its lead must be if there is no headline."""
_NO_LEADS = frozenset(("h1", "a", "li", "td"))


class _Above(NamedTuple):
    """A line above the text: True if it is not part of the text, and the fields that it gives."""

    is_gone: bool
    told: dict[str, object]


def leading(root: Element, title: str, elements: list[Element]) -> list[Element]:
    """The elements before `elements` that introduce the text: a named lead or a sentence below the headline, and
    pictures of the same article."""
    heading = main_text.headline(root, title)
    if heading is not None and not {heading, *heading.iterancestors()}.isdisjoint(elements):
        heading = None
    return (_leading(heading, elements) if heading is not None else []) or _leading(None, elements)


def _leading(heading: Element | None, elements: list[Element]) -> list[Element]:
    """The elements as in `leading`, below `heading`; if that is None, nearby: a sentence is then a lead only if it is
    named so or is in the same article."""
    inside = {*elements}
    part = main_text.around(elements[0])
    outer = _outer(heading, part, elements[0])
    if outer is None or outer in inside:
        return []
    measures = measured(outer)
    found: list[Element] = []
    is_below = heading is None
    for element in outermost(outer, lambda each: each is heading or each in inside or _leads(each, measures)):
        if element in inside:
            return found
        if element is heading:
            is_below = True
        elif element.tag == "figure":
            found += [element] if part is not None and part in element.iterancestors() else []
        elif is_below and (heading is not None or part is not None or is_named_lead(element)):
            found.append(element)
    return []


def dates(elements: list[Element], timezone: str) -> dict[str, object]:
    """The dates of the date lines before `elements` in the same article, by field."""
    part = main_text.around(elements[0])
    inside = {*elements}
    found: dict[str, object] = {}
    if part is None or part in inside:
        return found
    for element, line in leaves(part):
        if not {element, *element.iterancestors()}.isdisjoint(inside):
            break
        found = {**datelines.dates(line, timezone), **found}
    return found


def cut_headers(container: Element) -> None:
    """Removes all elements of the headers in `container` except the headline, leads and pictures."""
    gone: list[Element] = []
    for header in outermost(container, lambda element: element.tag == "header" and element is not container):
        measures = measured(header)
        if measures[header].chars > _LONGEST_LEAD or next(header.iter("h1", "h2"), None) is None:
            continue
        inside = [element for element in measures if element is not header]
        gone += [element for element in inside if _is_about(element, header, measures)]
    cut(container, gone)


def cut_above(container: Element, title: str, timezone: str) -> dict[str, object]:
    """Removes headline, byline, date line and caption from the top of `container`, and returns the fields they give."""
    gone = [line.element for line in lines(container)[:_MOST_BLOCKS] if _is_date_alone(line)]
    found: dict[str, object] = {}
    has_prose = measured(container)[container].prose > 0
    for element, line in leaves(container):
        above = _above(element, line, title, timezone)
        if above.is_gone or (has_prose and _is_scrap(element, line)):
            gone.append(element)
            found = above.told | found
        elif element.tag != "figcaption":
            break
    cut(container, gone)
    return found


def _is_date_alone(line: Line) -> bool:
    """True for a `time` element that is a whole line, without a block of its own."""
    element = line.element
    return element.tag == "time" and bool(element.get("datetime")) and tidy(words(element)) == line.text


def _above(element: Element, line: str, title: str, timezone: str) -> _Above:
    if (element.tag == "h1" and len(line) <= _LONGEST_BYLINE) or line.casefold() == title.casefold():
        return _Above(True, {})
    if told := datelines.dates(line, timezone):
        return _Above(True, {**told})
    if _is_byline(element, line):
        return _Above(True, {})
    split = captions.split(line) if element.tag != "figcaption" else None
    if split:
        return _Above(True, {"caption": split[0], "credit": split[1]})
    if element.tag != "figcaption" and is_named_caption(element):
        return _Above(True, {"caption": line})
    return _Above(False, {})


def _is_scrap(element: Element, line: str) -> bool:
    """True for a few words that are no sentence, such as the reading time."""
    is_short = element.tag in _SHORT and len(line) < _LEAST_LINE
    is_sentence = SENTENCE_END.search(_SYMBOLS.sub("", line))
    return is_short and not is_sentence and not _QUOTED.match(line)


def _is_byline(element: Element, line: str) -> bool:
    if len(line) > _LONGEST_BYLINE or SENTENCE_END.search(line):
        return False
    return any(map(is_byline, element.iter())) or byline_names.is_labelled(line)


def _outer(heading: Element | None, part: Element | None, first: Element) -> Element | None:
    """The element within which a lead may be: the article, or the element that holds both headline and text."""
    outer = _nearby(first) if heading is None else _shared(heading, first)
    if part is not None and (outer is None or part in outer.iterancestors()):
        return part
    return outer


def _nearby(element: Element) -> Element | None:
    """The element up to _NEAR levels around `element`, below `body`; else `body`; None if there is neither."""
    outer = [each for each in element.iterancestors() if each.tag != "html"]
    below = [each for each in outer if each.tag != "body"]
    return next(reversed(below[:_NEAR] or outer), None)


def _shared(heading: Element, first: Element) -> Element | None:
    """The innermost element around both."""
    outer = {*heading.iterancestors()}
    return next((each for each in first.iterancestors() if each in outer and each.tag != "html"), None)


def _leads(element: Element, measures: Measures) -> bool:
    """True for a figure with a picture, for an element named as the lead, and for a sentence."""
    measure = measures[element]
    if element.tag == "figure":
        return bool(measure.shown)
    if not 0 < measure.chars <= _LONGEST_LEAD or measure.density > 0.5 or element.tag in _NO_LEADS:
        return False
    is_sentence = bool(SENTENCE_END.search(words(element).strip()))
    if is_named_lead(element):
        return measure.blocks <= _MOST_BLOCKS and (is_sentence or measure.chars >= _LEAST_LEAD)
    if measure.blocks or element.tag not in ("p", "h2") or measure.chars < _LEAST_LEAD:
        return False
    return is_sentence or measure.prose >= _LEAST_PROSE


def _is_about(element: Element, header: Element, measures: Measures) -> bool:
    """True for a line in a header that is neither a headline, lead or picture nor part of one."""
    measure = measures[element]
    if measure.blocks or measure.shown or element.tag in ("h1", "figure", "figcaption") or _leads(element, measures):
        return False
    kept = ("p", "h1", "figure", "figcaption")
    return not any(each.tag in kept or is_named_lead(each) for each in _within(element, header))


def _within(element: Element, outer: Element) -> Iterator[Element]:
    """The elements around `element` below `outer`."""
    for each in element.iterancestors():
        if each is outer:
            return
        yield each
