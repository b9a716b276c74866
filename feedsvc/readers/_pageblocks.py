"""Walking through a page's elements, each walk in time that is linear in their number."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from lxml.etree import iterwalk, strip_elements

from feedsvc.readers._layout import tidy
from feedsvc.readers._page import Element, words

_TEXT = "address blockquote dd dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre table tbody td th tr ul"
_BLOCKS = frozenset(f"{_TEXT} article details div fieldset main section".split())
_SHOWN = frozenset(("img", "video", "audio", "picture"))


class Part(NamedTuple):
    """An element with how much text it has, how much of that in links, and whether it is a block without blocks."""

    element: Element
    chars: int
    linked: int
    is_leaf: bool
    shows: bool


def outermost(root: Element, is_one: Callable[[Element], bool]) -> list[Element]:
    """The elements for which `is_one`, without those within another."""
    found = []
    walk = iterwalk(root, events=("start",))
    for _, element in walk:
        if is_one(element):
            found.append(element)
            walk.skip_subtree()
    return found


def parts(container: Element) -> Iterator[Part]:
    """Every element below `container`, children first, measured in one walk."""
    open_: list[list[int]] = []
    for event, element in iterwalk(container, events=("start", "end")):
        if event == "start":
            open_.append([len((element.text or "").strip()), 0, 0, element.tag in _SHOWN])
            continue
        chars, linked, blocks, shows = open_.pop()
        if not open_:
            return
        linked = chars if element.tag == "a" else linked
        is_block = element.tag in _BLOCKS
        yield Part(element, chars, linked, is_block and not blocks, bool(shows))
        above = open_[-1]
        above[0] += chars + len((element.tail or "").strip())
        above[1] += linked
        above[2] += blocks + is_block
        above[3] += shows


def leaves(container: Element) -> list[tuple[Element, str]]:
    """The blocks that have text and no blocks, in their order, each with its text on one line."""
    found = (part for part in parts(container) if part.is_leaf and part.chars)
    return [(part.element, tidy(words(part.element))) for part in found]


def cut(container: Element, elements: Iterable[Element]) -> None:
    """Take `elements` out, and leave the text after them. In one go, since each removal copies what is beside it."""
    for element in elements:
        element.tag = "cut"
    strip_elements(container, "cut", with_tail=False)
