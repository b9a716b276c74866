"""Finds the part of a page that reads like an article, if nothing marks one.

The score is that of Readability: a paragraph adds to the elements around it, the nearer the more; text in links lowers
it, and so do names that are typical of the surroundings of articles.
"""

import re
from collections.abc import Iterator
from itertools import islice

from feedsvc.readers.page.blocks import Measure, Measures
from feedsvc.readers.page.elements import Element

_PARAGRAPHS = frozenset(("h2", "h3", "h4", "h5", "h6", "p", "pre", "section", "td"))
_ROOTS = frozenset(("html", "body"))
_START = {"div": 5, "pre": 3, "td": 3, "blockquote": 3}
_START |= dict.fromkeys(("address", "ol", "ul", "dl", "dd", "dt", "li", "form"), -3)
_START |= dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "th"), -5)
_FOR = re.compile(r"article|body|content|entry|main|page|post|text|blog|story")
_AGAINST = re.compile(
    r"banner|combx|comment|com-|contact|foot|gdpr|hidden|masthead|media|meta|outbrain|promo|related|scroll|share"
    r"|shoutbox|side-?bar|sponsor|shopping|tags|widget"
)
_BY_NAME = 25
_LEAST = 25
"""Fewest characters of a paragraph that counts."""
_DEEPEST = 5
"""Number of elements around a paragraph to whose scores it adds."""
_NEAR = 0.75
"""The share of the best score from which other elements compete."""
_SHORT = 80
"""Characters up to which a paragraph beside the article belongs to it only if it has a sentence."""
_SENTENCE = re.compile(r"[.!?…。！？।۔؟](?:\s|[\"'”’»)]|$)")

_Scores = dict[Element, float]


def best(measures: Measures) -> list[Element]:
    """The elements, children of one parent, that read like the article; empty if there are none."""
    scores = _scored(measures)
    if not scores:
        return []
    top = _widened(scores)
    parent = top.getparent()
    if parent is None:
        return [top]
    least = max(10.0, scores.get(top, 0) * 0.2)
    return [each for each in parent if each is top or _belongs(each, top, least, scores, measures)]


def _scored(measures: Measures) -> _Scores:
    scores: _Scores = {}
    for element, measure in measures.items():
        if measure.own < _LEAST:
            continue
        worth = 2 + measure.commas + min(measure.own // 100, 3)
        for level, around in enumerate(_spoken_for(element, measure)):
            if around not in measures:
                break
            if around not in scores:
                scores[around] = _START.get(str(around.tag), 0) + _by_name(around)
            scores[around] += worth / (1, 2)[level] if level < 2 else worth / (3 * level)
    return {element: score * (1 - measures[element].density) for element, score in scores.items()}


def _spoken_for(element: Element, measure: Measure) -> Iterator[Element]:
    """The elements to whose scores the text directly in `element` adds, nearest first."""
    if element.tag in _PARAGRAPHS or (element.tag in ("div", "article", "main", "li", "dd") and not measure.blocks):
        return islice((each for each in element.iterancestors() if each.tag != "html"), _DEEPEST)
    if element.tag in ("article", "body", "div", "main"):
        return islice((each for each in (element, *element.iterancestors()) if each.tag != "html"), _DEEPEST)
    return iter(())


def _by_name(element: Element) -> int:
    """The score of an element's names: positive if typical of articles, negative if typical of their surroundings."""
    weight = 0
    for name in filter(None, (element.get("class", "").lower(), element.get("id", "").lower())):
        weight += _BY_NAME * (bool(_FOR.search(name)) - bool(_AGAINST.search(name)))
    return weight


def _widened(scores: _Scores) -> Element:
    """The best element, or one around it that also holds its competitors, or scores higher."""
    ranked = sorted(scores, key=lambda element: scores[element], reverse=True)[:_DEEPEST]
    top = _common(ranked, scores)
    last, least = scores.get(top, 0.0), scores.get(top, 0.0) / 3
    for around in top.iterancestors():
        if around.tag in _ROOTS or (score := scores.get(around, last)) < least:
            break
        if score > last:
            top = around
            break
        last = score
    for around in top.iterancestors():
        if around.tag in _ROOTS or len(around) != 1:
            break
        top = around
    return top


def _common(ranked: list[Element], scores: _Scores) -> Element:
    """The first of `ranked`, or the innermost element around it that also holds three with nearly the same score."""
    top = ranked[0]
    near = [{*each.iterancestors()} for each in ranked[1:] if scores[each] >= _NEAR * scores[top]]
    if top.tag in _ROOTS or len(near) < 3:
        return top
    around = (each for each in top.iterancestors() if each.tag not in _ROOTS)
    return next((each for each in around if sum(each in outer for outer in near) >= 3), top)


def _belongs(element: Element, top: Element, least: float, scores: _Scores, measures: Measures) -> bool:
    """True for a sibling of the best element that scores like it, or that is a paragraph of text."""
    if element not in measures:
        return False
    same = element.get("class") and element.get("class") == top.get("class")
    if element in scores and scores[element] + (scores.get(top, 0) * 0.2 if same else 0) >= least:
        return True
    measure = measures[element]
    if element.tag != "p" or not measure.chars:
        return False
    if measure.chars > _SHORT:
        return measure.density < 0.25
    return not measure.linked and bool(_SENTENCE.search("".join(map(str, element.itertext()))))
