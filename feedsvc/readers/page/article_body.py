"""Takes the article's text from a page: the elements that hold it, without those that belong to the page."""

from collections import deque
from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from lxml.etree import tostring

from feedsvc.model.reader import ReaderOptions
from feedsvc.readers.html.cleaning import check
from feedsvc.readers.lines import alternate_addresses, furniture
from feedsvc.readers.page import above, main_text
from feedsvc.readers.page.base_address import settle
from feedsvc.readers.page.blocks import BLOCKS, cut, leaves
from feedsvc.readers.page.cleaning import clean
from feedsvc.readers.page.elements import Element
from feedsvc.readers.page.main_text import Mark

_WRAPPERS = frozenset(("article", "body", "div", "form", "html", "main", "section", "td"))
_SOFT_HYPHEN = "\u00ad"


class Body(NamedTuple):
    """The text as HTML; how it was found, and how many characters of prose were left out; the fields given above it
    (dates, caption and credit); and the alternate addresses below it."""

    html: str
    mark: Mark
    left_out: int
    told: dict[str, object]
    alternates: tuple[str, ...]


def take(root: Element, title: str, base: str, rules: ReaderOptions) -> Body:
    """The text of the page's article, with its relative addresses resolved against `base`, unless that is empty. All
    else is removed from the elements of `root` that hold the text.

    Raises Unreadable for more markup than any article has.
    """
    main_text.drop_unseen(root)
    text = main_text.find(root, title)
    told = above.dates(text.elements, rules.timezone)
    alternates: list[str] = []
    containers = [*above.leading(root, title, text.elements), *text.elements]
    for container in containers:
        if container.tag in _WRAPPERS:
            above.cut_headers(container)
            told = above.cut_above(container, title, rules.timezone) | told
            clean(container, title)
            alternates += _cut_furniture(container, rules.furniture)
    html = _joined(containers)
    check(html)
    if base:
        html = _joined(settle(container, base) for container in containers)
    return Body(html, text.mark, text.left_out, told, tuple(alternates))


def _joined(containers: Iterable[Element]) -> str:
    elements = list(containers)
    parts = map(_as_blocks if len(elements) > 1 else _inside, elements)
    return "\n".join(parts).replace(_SOFT_HYPHEN, "").strip()


def _inside(element: Element) -> str:
    """The element's content as HTML; including the element itself if it is a paragraph or the like."""
    if element.tag not in _WRAPPERS:
        return str(tostring(element, encoding="unicode", method="html", with_tail=False))
    if element.tag == "html" and not "".join(map(str, element.itertext())).strip():
        return ""
    children = (tostring(child, encoding="unicode", method="html") for child in element)
    return escape(element.text or "", quote=False) + "".join(children)


def _as_blocks(element: Element) -> str:
    """The element's content as HTML, in a paragraph if it has no blocks: lead and text must not run into each other."""
    inside = _inside(element)
    is_line = element.tag in _WRAPPERS and not any(child.tag in BLOCKS for child in element.iterdescendants())
    return f"<p>{inside.strip()}</p>" if is_line and inside.strip() else inside


def _cut_furniture(container: Element, own: tuple[str, ...]) -> tuple[str, ...]:
    """Removes lines that belong to the page by their words, and returns the alternate addresses in them."""
    found = leaves(container)
    lines = [text for _, line in found for text in (line, "")]
    rest, alternates, outlet = alternate_addresses.take(lines)
    kept = deque(filter(None, furniture.drop(rest, own, outlet)))
    gone = []
    for element, line in found:
        if kept and kept[0] == line:
            kept.popleft()
        else:
            gone.append(element)
    cut(container, gone)
    return alternates
