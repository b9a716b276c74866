"""Measures the elements of a page and walks through them, in time linear in their number."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from lxml.etree import iterwalk, strip_elements

from feedsvc.readers.lines.layout import tidy
from feedsvc.readers.page.elements import Element, words

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_TEXT = (
    "address blockquote caption center dd dl dt figcaption figure hr li ol p pre table tbody td tfoot th thead tr ul"
)
_PARTS = "article aside body details dialog div fieldset footer form header html main nav section summary"
BLOCKS = HEADINGS | frozenset(f"{_TEXT} {_PARTS}".split())
_NO_TEXT = frozenset(
    ("button", "head", "iframe", "nav", "noembed", "option", "script", "select", "style", "svg", "template", "textarea")
)
_SHOWN = frozenset(("img", "video", "audio", "picture", "iframe"))
_COMMAS = ",،、，；;"
_SENTENCE = 40
"""Fewest characters outside of links in a block of prose."""


class Measure:
    """The size of an element: its characters (`chars`), those in links (`linked`), and those in blocks of `prose`.

    `own`, `own_linked` and `commas` count the text outside of blocks within the element; `blocks` and `shown` are the
    numbers of blocks, and of pictures, films and sounds, within it.
    """

    __slots__ = ("blocks", "chars", "commas", "linked", "own", "own_linked", "prose", "shown")

    def __init__(self) -> None:
        self.chars = self.linked = self.own = self.own_linked = self.commas = 0
        self.prose = self.blocks = self.shown = 0

    @property
    def density(self) -> float:
        """The share of the text that is in links; 0 without text."""
        return self.linked / self.chars if self.chars else 0.0

    def read(self, text: str) -> None:
        """Counts text directly in the element."""
        if length := len(text.strip()):
            self.chars += length
            self.own += length
            self.commas += sum(map(text.count, _COMMAS))

    def add(self, inner: "Measure", tag: str) -> None:
        """Counts an inner element, whose own measure is complete."""
        is_block = tag in BLOCKS
        self.blocks += inner.blocks + is_block
        self.shown += inner.shown + (tag in _SHOWN)
        if not inner.chars:  # as with most elements of a malicious page
            return
        self.chars += inner.chars
        self.linked += inner.linked
        self.prose += inner.prose
        if not is_block:
            self.own += inner.own
            self.own_linked += inner.own_linked
            self.commas += inner.commas


Measures = dict[Element, Measure]


def measured(root: Element) -> Measures:
    """The Measure of `root` and of every element below it, in the order of their end tags."""
    open_ = [Measure()]
    found: Measures = {}
    links = 0
    for event, element in iterwalk(root, events=("start", "end")):
        tag = str(element.tag)
        if event == "start":
            links += tag == "a"
            measure = Measure()
            open_.append(measure)
            if text := element.text:
                measure.read(text)
            continue
        measure = open_.pop()
        if tag == "a":
            links -= 1
            measure.linked = measure.chars
            measure.own_linked = measure.own
        elif tag in BLOCKS and tag not in HEADINGS and not links and measure.own - measure.own_linked >= _SENTENCE:
            measure.prose += measure.own - measure.own_linked
        found[element] = measure
        open_[-1].add(measure, tag)
        if text := element.tail:
            open_[-1].read(text)
    return found


def prose_of(measures: Measures, elements: Iterable[Element]) -> int:
    """The number of characters of prose in `elements`, none of which is within another."""
    return sum(measures[element].prose for element in elements if element in measures)


def outermost(root: Element, is_one: Callable[[Element], bool]) -> list[Element]:
    """The elements for which `is_one` is true, without those within another."""
    found = []
    walk = iterwalk(root, events=("start",))
    for _, element in walk:
        if is_one(element):
            found.append(element)
            walk.skip_subtree()
    return found


def leaves(container: Element) -> list[tuple[Element, str]]:
    """The blocks that have text but no inner blocks, in document order, each with its text on one line; without
    `container` itself.
    """
    found = measured(container)
    blocks = (element for element in found if element.tag in BLOCKS and element is not container)
    return [(each, tidy(words(each))) for each in blocks if found[each].chars and not found[each].blocks]


class Line(NamedTuple):
    """A line as readers see it, with the element in which it begins."""

    element: Element
    text: str


def lines(root: Element) -> list[Line]:
    """The lines of a page: the texts between block boundaries and `br` elements."""
    found: list[Line] = []
    pieces: list[str] = []
    first = root

    def end() -> None:
        if pieces:
            found.append(Line(first, tidy("".join(pieces))))
            pieces.clear()

    walk = iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if element.tag == "br" or element.tag in BLOCKS:
            end()
        is_start = event == "start"
        if is_start and element.tag in _NO_TEXT:
            walk.skip_subtree()
            continue
        text = element.text if is_start else element.tail
        if text and (pieces or not text.isspace()):
            if not pieces:
                outer = element if is_start else element.getparent()
                first = root if outer is None else outer
            pieces.append(text)
    end()
    return [line for line in found if line.text]


def cut(container: Element, elements: Iterable[Element]) -> None:
    """Removes `elements`, but not the text after them. All at once, since each single removal copies its siblings."""
    for element in elements:
        element.tag = "cut"
    strip_elements(container, "cut", with_tail=False)


def unwrapped(elements: Iterable[Element]) -> None:
    """Turns `elements` into plain `div` elements, without names or roles."""
    for element in elements:
        element.tag = "div"
        for name in ("class", "id", "role", "hidden", "style", "aria-hidden"):
            element.attrib.pop(name, None)
