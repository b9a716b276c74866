"""Finds the elements of a page that hold its text: those that are marked, else those that read like an article."""

from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

from lxml.etree import iterwalk, strip_elements

from feedsvc.readers.lines.layout import tidy
from feedsvc.readers.page import score
from feedsvc.readers.page.blocks import BLOCKS, HEADINGS, Measures, cut, measured, outermost, prose_of, unwrapped
from feedsvc.readers.page.class_names import (
    is_about_text,
    is_hidden,
    is_named_lead,
    is_named_text,
    is_never_text,
    is_of_others,
)
from feedsvc.readers.page.elements import Element, words

_GONE = "base embed iframe input link meta script style svg title"
_SELDOM = frozenset(("button", "canvas", "object", "select", "template", "textarea"))
"""Elements without text, unless one was never closed and holds the whole page."""
_HALF = 0.5
_NEARLY_ALL = 0.8
_THIRD = 0.3
"""The share of a page's prose beyond which a part is text whatever its name."""
_MOST_OF_IT = 0.6
"""The share of the prose that reads like the article which marked elements must hold."""
_FEW = 0.2
_MOST_PARTS = 100
"""Most elements of one text."""
_LEAST_LINE = 40
"""Characters around an element from which it is part of a sentence."""
_LEAST_PROSE = 200
"""Characters of prose from which a part around the headline is the article."""
_ROOTS = frozenset(("html", "body"))
_KEPT = _ROOTS | HEADINGS | {"a", "article", "figcaption", "figure", "main"}
"""Elements that are kept whatever their names."""

_IsOne = Callable[[Element], bool]


class Mark(Enum):
    """The way in which the text of a page was found."""

    MARKED = "marked"
    """By elements and names that mark it."""
    READ = "read"
    """By prose that reads like an article."""
    ALL = "all"
    """The whole page, since nothing in it has sentences."""


class Text(NamedTuple):
    """The elements that hold the text, how they were found, and the number of characters of prose outside them."""

    elements: list[Element]
    mark: Mark
    left_out: int


def drop_unseen(root: Element) -> None:
    """Removes all that browsers do not show as text. `noscript` and hidden elements with most of the text stay."""
    strip_elements(root, *_GONE.split(), with_tail=False)
    inside = [*root.iter("noscript")]
    if inside and _hold_most(root, inside):
        unwrapped(inside)
    else:
        strip_elements(root, "noscript", with_tail=False)
    hidden = outermost(root, lambda element: element.tag in _SELDOM or _is_hidden(element))
    if hidden:
        measures = measured(root)
        large = {element for element in hidden if measures[element].prose > _NEARLY_ALL * measures[root].prose}
        unwrapped(large)
        cut(root, [element for element in hidden if element not in large])


def _hold_most(root: Element, elements: list[Element]) -> bool:
    measures = measured(root)
    return prose_of(measures, elements) > _HALF * measures[root].prose


def _is_hidden(element: Element) -> bool:
    return element.tag not in _ROOTS and is_hidden(element)


def find(root: Element, title: str) -> Text:
    """The text of the page; never empty. Elements that are never text are removed from `root`."""
    measures = _without_never(root)
    scored = _below_headline(root, title, score.best(measures), measures)
    least = _MOST_OF_IT * prose_of(measures, scored)
    for is_one in (_is_said, is_named_text, _is_article):
        marked = _marked(root, is_one, measures)
        if (
            0 < len(marked) <= _MOST_PARTS
            and prose_of(measures, marked) >= least
            and any(measures[each].chars for each in marked)
        ):
            return Text(marked, Mark.MARKED, 0)
    main = _marked(root, _is_main, measures)
    if main and prose_of(measures, scored) < _MOST_OF_IT * prose_of(measures, main):
        return Text(main, Mark.MARKED, 0)
    if scored and len(scored) > _MOST_PARTS and (parent := scored[0].getparent()) is not None:
        scored = [parent]
    if scored and least:
        left_out = measures[root].prose - prose_of(measures, scored)
        return Text(scored, Mark.READ, left_out)
    return Text([_body(root, measures)], Mark.ALL, 0)


def _below_headline(root: Element, title: str, scored: list[Element], measures: Measures) -> list[Element]:
    """`scored`, or the elements that read like an article in the part with the headline, if that is another part and
    has at least half as much prose."""
    heading = headline(root, title)
    if heading is None or not scored:
        return scored
    outer = next((each for each in heading.iterancestors() if measures[each].prose >= _LEAST_PROSE), None)
    if outer is None or outer.tag in _ROOTS:
        return scored
    if any(each is outer for each in (scored[0], *scored[0].iterancestors(), *scored[0].iter())):
        return scored
    if measures[outer].prose < _HALF * prose_of(measures, scored):
        return scored
    return score.best(measured(outer)) or [outer]


def _body(root: Element, measures: Measures) -> Element:
    # If a page has no <body>, the parser leaves elements that are not in HTML 4 in the head.
    return next((element for element in (*root.iter("body"), root) if measures[element].chars), root)


def _without_never(root: Element) -> Measures:
    """Removes elements that are never text, except those that hold much of the page's prose, or its headline. Returns
    the measures of the rest."""
    measures = measured(root)
    gone = []
    walk = iterwalk(root, events=("start",))
    for _, element in walk:
        if _is_gone(element, measures, measures[root].prose):
            gone.append(element)
            walk.skip_subtree()
    if not gone:
        return measures
    cut(root, gone)
    return measured(root)


def _is_gone(element: Element, measures: Measures, prose: int) -> bool:
    """True for an element that is never text; `prose` is the number of characters of prose on the page."""
    if element.tag in _KEPT or _is_said(element):
        return False
    if element.tag not in BLOCKS and _is_within_sentence(element, measures):
        return False
    own = measures[element].prose
    if is_never_text(element) and not is_named_lead(element):
        share = _NEARLY_ALL if is_of_others(element) else _THIRD
        return own <= share * prose and not (own and _has(element, "h1"))
    return own == 0 and is_about_text(element) and not _has(element, "h1", "h2")


def _is_within_sentence(element: Element, measures: Measures) -> bool:
    """True for an element in a block that has more text than the element."""
    block = next((each for each in element.iterancestors() if each.tag in BLOCKS), None)
    return block is not None and block.tag not in _ROOTS and measures[block].own - measures[element].own >= _LEAST_LINE


def _has(element: Element, *tags: str) -> bool:
    """True if `element` is, or contains, one of `tags`."""
    return element.tag in tags or next(element.iter(*tags), None) is not None


def _marked(root: Element, is_one: _IsOne, measures: Measures) -> list[Element]:
    """The outermost elements for which `is_one` is true; of several, only the longest and those that belong to it."""
    found = [element for element in outermost(root, is_one) if element.tag not in _ROOTS]
    if len(found) < 2 or is_one is _is_said:
        return found
    longest = max(found, key=lambda element: measures[element].prose)
    if is_one is _is_article:
        return [element for element in found if element is longest or _is_part(element, longest, measures)]
    if is_one is _is_main:
        return [longest]
    least = _FEW * measures[longest].prose
    part, classes = around(longest), longest.get("class")
    return [
        each
        for each in found
        if each.getparent() is longest.getparent()
        or measures[each].prose > least
        or (measures[each].prose and each.get("class") == classes and around(each) is part)
    ]


def _is_part(element: Element, longest: Element, measures: Measures) -> bool:
    """True for a block of the same article: a sibling of the longest one, of its class, with text and no headline."""
    if element.getparent() is not longest.getparent() or element.get("class") != longest.get("class"):
        return False
    return measures[element].prose > 0 and not any(_has(each, "h1", "h2") for each in (element, longest))


def _is_said(element: Element) -> bool:
    return "articleBody" in element.get("itemprop", "").split()


def _is_article(element: Element) -> bool:
    return "article" in (element.tag, *element.get("role", "").split())


def _is_main(element: Element) -> bool:
    return "main" in (element.tag, *element.get("role", "").split())


def headline(root: Element, title: str) -> Element | None:
    """The heading of the page with the text `title`, else its first `h1`; None if there is neither."""
    wanted = title.casefold()
    headings = [*root.iter("h1", "h2")]
    said = (heading for heading in headings if wanted and tidy(words(heading)).casefold() == wanted)
    return next(said, next((heading for heading in headings if heading.tag == "h1"), None))


def around(element: Element) -> Element | None:
    """The innermost article or main part around `element`; None if there is none."""
    return next((each for each in element.iterancestors() if _is_article(each) or _is_main(each)), None)
