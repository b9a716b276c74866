"""The article's text in a page: the element that holds it, without what belongs to the page."""

import re
from collections import deque
from collections.abc import Iterable
from datetime import datetime
from html import escape
from typing import NamedTuple

from lxml.etree import strip_elements, tostring

from feedsvc.model.reader import ReaderOptions
from feedsvc.readers import _alternates, _dateline, _furniture
from feedsvc.readers._base import settle
from feedsvc.readers._html import check
from feedsvc.readers._layout import SENTENCE_END
from feedsvc.readers._page import Element
from feedsvc.readers._pageblocks import Part, cut, leaves, outermost, parts

_NEVER = (
    "aside base button canvas dialog embed footer form header iframe input link meta nav noscript object script select"
    " style svg template textarea title"
)
_NAMES = frozenset(("article-body", "articlebody", "entry-content", "post-content", "story-body"))
"""What systems for news call the text by its class; with `-`, `_` or `__`."""
_WRAPPERS = frozenset(("article", "body", "div", "html", "main", "section"))
_ROLES = frozenset(("banner", "complementary", "contentinfo", "dialog", "form", "navigation", "search", "toolbar"))
_NAMED = re.compile(
    r"\b(?:ads?|advert\w*|breadcrumbs?|comments?|most-?read|newsletter|outbrain|pagination|promo\w*|read-?more|recirc\w*"
    r"|related|shar(?:e|ing)|social|sponsor\w*|subscri\w+|taboola|tags|toolbar)\b"
)
_COMMENTS = re.compile(r"(?:^|\s)(?:comments(?:-\w+)?|comment-(?:area|list|section|thread)|disqus-thread)(?:\s|$)")
_BYLINE = re.compile(r"\b(?:author|byline|date-?(?:line|published|modified)|pubdate|published|time-?stamp)\b")
_LONGEST_BYLINE = 200


class Body(NamedTuple):
    """The text as HTML, the dates above it, and the alternate addresses below it."""

    html: str
    dates: dict[str, datetime]
    alternates: tuple[str, ...]


def take(root: Element, title: str, base: str, rules: ReaderOptions) -> Body:
    """The text of the page's article, with its relative addresses seen from `base`, or left if that is empty. What is
    no text is taken out of `root`.

    Raises Unreadable for more markup than any article has.
    """
    strip_elements(root, *_NEVER.split(), with_tail=False)
    dates: dict[str, datetime] = {}
    alternates: list[str] = []
    containers: list[Element] = []
    for container in _containers(root):
        cut(container, [part.element for part in parts(container) if _is_of_the_page(part)])
        dates = _cut_above(container, title, rules.timezone) | dates
        alternates += _cut_furniture(container, rules.furniture)
        text = _narrowed(container)
        if text[0] is not container:
            dates = _cut_above(text[0], title, rules.timezone) | dates
        containers += text
    html = _joined(containers)
    check(html)
    if base:
        html = _joined(settle(container, base) for container in containers)
    return Body(html, dates, tuple(alternates))


def _containers(root: Element) -> list[Element]:
    """What is said to be the text, else the longest article, else the main part, else all there is."""
    said = outermost(root, _is_said)
    if any(map(_length, said)):
        return said
    for is_one in (_is_article, _is_main):
        longest = max(outermost(root, is_one), key=_length, default=None)
        if longest is not None and _length(longest):
            return [longest]
    # Where a page has no <body>, the parser leaves elements that HTML 4 did not have in the head.
    return [element for element in (*root.iter("body"), root) if _length(element)][:1]


def _is_said(element: Element) -> bool:
    return "articleBody" in element.get("itemprop", "").split()


def _is_article(element: Element) -> bool:
    return "article" in (element.tag, *element.get("role", "").split())


def _is_main(element: Element) -> bool:
    return "main" in (element.tag, *element.get("role", "").split())


def _is_named(element: Element) -> bool:
    return not _NAMES.isdisjoint(element.get("class", "").lower().replace("__", "-").replace("_", "-").split())


def _narrowed(container: Element) -> list[Element]:
    """What is named as the text within `container`, which has lost what belongs to the page by now; else all of it.

    Of an article or main part also the pictures and sentences above, and only if this is most of it: text is kept,
    never lost. All there is on a page may well be for the most part something else.
    """
    if _is_said(container) or not outermost(container, _is_named):
        return [container]
    is_article = _is_article(container) or _is_main(container)
    leading = _leading(container) if is_article else set()
    found = outermost(container, lambda element: _is_named(element) or element in leading)
    end = max(at for at, element in enumerate(found, 1) if _is_named(element))
    least = _length(container) / 2 if is_article else 0
    return found[:end] if sum(map(_length, found[:end])) > least else [container]


def _leading(container: Element) -> set[Element]:
    """The pictures, and the paragraphs that are sentences."""
    sentences = (element for element, line in leaves(container) if element.tag == "p" and SENTENCE_END.search(line))
    return {*container.iter("figure"), *sentences}


def _length(element: Element) -> int:
    return sum(map(len, map(str.strip, map(str, element.itertext()))))


def _joined(containers: Iterable[Element]) -> str:
    return "\n".join(map(_inside, containers)).strip()


def _inside(element: Element) -> str:
    """The element's content as HTML; the element itself too where it is a paragraph or the like."""
    if element.tag not in _WRAPPERS:
        return str(tostring(element, encoding="unicode", method="html", with_tail=False))
    children = (tostring(child, encoding="unicode", method="html") for child in element)
    return escape(element.text or "", quote=False) + "".join(children)


def _is_of_the_page(part: Part) -> bool:
    """Hidden, or no part of the text by its role, or named like page furniture and made of links."""
    element = part.element
    if element.get("hidden") is not None or element.get("role") in _ROLES or _COMMENTS.search(_signs(element)):
        return True
    made_of_links = 2 * part.linked >= part.chars and (part.linked > 0 or not part.shows)
    return made_of_links and bool(_NAMED.search(_signs(element)))


def _signs(element: Element) -> str:
    return " ".join(element.get(key, "") for key in ("class", "id", "itemprop", "rel")).lower().replace("_", "-")


def _cut_above(container: Element, title: str, timezone: str) -> dict[str, datetime]:
    """Take out the headline, the byline and the date line above the text, and return what the date line says."""
    gone = []
    found: dict[str, datetime] = {}
    for element, line in leaves(container):
        dates = _dateline.dates(line, timezone)
        if element.tag == "h1" or line.casefold() == title.casefold() or dates or _is_byline(element, line):
            gone.append(element)
            found = dates | found
        elif element.tag != "figcaption":
            break
    cut(container, gone)
    return found


def _is_byline(element: Element, line: str) -> bool:
    if len(line) > _LONGEST_BYLINE or SENTENCE_END.search(line):
        return False
    return any(_BYLINE.search(_signs(each)) for each in element.iter())


def _cut_furniture(container: Element, own: tuple[str, ...]) -> tuple[str, ...]:
    """Take out what belongs to the page by its words, and return the alternate addresses that it named."""
    found = leaves(container)
    lines = [text for _, line in found for text in (line, "")]
    rest, alternates, outlet = _alternates.take(lines)
    kept = deque(filter(None, _furniture.drop(rest, own, outlet)))
    gone = []
    for element, line in found:
        if kept and kept[0] == line:
            kept.popleft()
        else:
            gone.append(element)
    cut(container, gone)
    return alternates
