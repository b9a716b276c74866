"""Removes from the text of a page what is not text: lists of links, their headings, and lines that lead elsewhere."""

import re
from collections.abc import Iterator

from lxml.etree import iterwalk

from feedsvc.readers.lines.layout import tidy
from feedsvc.readers.page.blocks import BLOCKS, HEADINGS, Measure, Measures, cut, measured
from feedsvc.readers.page.elements import Element, words
from feedsvc.readers.page.phrases import calls, is_label, leads_on

_GROUPS = frozenset(("article", "center", "div", "dl", "fieldset", "figure", "ol", "p", "section", "table", "ul"))
_LISTS = frozenset(("ol", "table", "ul"))
_LINES = HEADINGS | {"center", "div", "p", "section", "aside"}
_SET = frozenset(("pre", "td", "th"))
_SHOWN = frozenset(("audio", "img", "table", "video"))
_NOTES = frozenset(("em", "i", "small", "strong", "b"))
_ADDRESS = re.compile(r"@|\bwww\.|\bhttps?:")
_SENTENCE_END = re.compile(r"[.。।۔][\"'”’»)]*$")
_LINKED, _MOST_LINKED = 0.5, 0.8
_MOST_GONE, _MOST_TAIL = 0.8, 0.25
"""The largest share of a text that is removed, and the largest share for its end: more than that is text after all."""
_LONGEST_LINE, _LONGEST_CALL, _LONGEST_HEADING = 160, 400, 70
"""Most characters of a line that leads to other articles, of one that asks for something, and of their headings."""
_COMMAS = 10
"""Commas from which text is prose, however many links it has."""


def clean(container: Element, title: str) -> None:
    """Removes the elements in `container` that belong to the page around it."""
    measures = measured(container)
    inside = [element for element in measures if element is not container]
    gone = {element for element in inside if _is_links(element, measures[element])}
    gone |= {element for element in inside if _is_of_the_page(element, measures[element], title.casefold())}
    tail = {*_tail(inside, measures, gone)}
    if _chars(tail, measures) < _MOST_TAIL * measures[container].chars:
        gone |= tail
    if _chars(gone, measures) <= _MOST_GONE * measures[container].chars:
        cut(container, gone | {*_headings_above(container, measures, gone)})


def _chars(elements: set[Element], measures: Measures) -> int:
    """The number of characters in `elements`; nested elements are counted once."""
    outer = (each for each in elements if elements.isdisjoint(each.iterancestors()))
    return sum(measures[each].chars for each in outer)


def _is_links(element: Element, measure: Measure) -> bool:
    """True for a group of links, and for a group with neither text nor picture."""
    if element.tag not in _GROUPS or measure.prose or measure.commas >= _COMMAS:
        return False
    if not measure.chars:
        return not measure.shown and element.tag != "p"
    if measure.shown > 1 or (measure.shown and element.tag == "figure"):
        return False
    if element.tag == "p":
        return measure.density > _MOST_LINKED and not _ADDRESS.search(words(element))
    return measure.density > (_MOST_LINKED if element.tag in _LISTS else _LINKED)


def _is_of_the_page(element: Element, measure: Measure, title: str) -> bool:
    """True for a line that leads to other articles, for a label or button, and for the repeated headline."""
    if element.tag not in _LINES or measure.blocks or not 0 < measure.chars <= _LONGEST_LINE:
        return False
    line = tidy(words(element))
    if is_label(line) or (element.tag == "h1" and line.casefold() == title):
        return True
    return leads_on(line) and (measure.linked > 0 or not _SENTENCE_END.search(line))


def _tail(inside: list[Element], measures: Measures, gone: set[Element]) -> Iterator[Element]:
    """The last blocks of a text that ask for something, name sources, or consist of links; with their headings."""
    is_below = False
    for element in reversed(inside):
        measure = measures[element]
        if element.tag not in BLOCKS or measure.blocks or not measure.chars:
            continue
        if element in gone or not gone.isdisjoint(element.iterancestors()):
            is_below = True
        elif element.tag in HEADINGS and is_below and _is_short(element):
            yield element
        elif element.tag in HEADINGS or not _is_call(element, measure):
            return
        else:
            is_below = True
            yield element


def _is_call(element: Element, measure: Measure) -> bool:
    line = tidy(words(element))
    if len(line) > _LONGEST_CALL or element.tag in _SET:
        return False
    return measure.density > _LINKED or _is_note(element, measure) or calls(line) or leads_on(line) or is_label(line)


def _is_note(element: Element, measure: Measure) -> bool:
    """True for a paragraph with a link that is nearly all in italics, bold or small print."""
    inner = (each for each in element if each.tag in _NOTES)
    chars = sum(len(words(each).strip()) for each in inner)
    return measure.linked > 0 and chars > 0.9 * measure.chars


def _headings_above(container: Element, measures: Measures, gone: set[Element]) -> Iterator[Element]:
    """The short headings that are followed by an element of `gone`."""
    waiting: Element | None = None
    walk = iterwalk(container, events=("start",))
    for _, element in walk:
        if element in gone:
            if waiting is not None and _is_short(waiting):
                yield waiting
            waiting = None
            walk.skip_subtree()
        elif element.tag in HEADINGS:
            waiting = element
            walk.skip_subtree()
        elif measures[element].own or element.tag in _SHOWN:
            waiting = None


def _is_short(heading: Element) -> bool:
    line = tidy(words(heading))
    return len(line) <= _LONGEST_HEADING and not _SENTENCE_END.search(line)
