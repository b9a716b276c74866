"""Reads microdata: the schema.org article that a page marks up in its elements, in the form of JSON-LD."""

import re
from itertools import islice

from lxml.etree import iterwalk

from feedsvc.model.text import one_line
from feedsvc.readers.json.nodes import Table
from feedsvc.readers.page.elements import Element, words

_ARTICLE = re.compile(r"https?://schema\.org/(?:\w*Article|Report|(?:Live)?BlogPosting)/?")
_PROPERTIES = frozenset(
    ["alternativeHeadline", "articleSection", "author", "creator", "description", "headline", "inLanguage", "keywords"]
)
"""The properties that are read. Not addresses and identifiers, which templates put into every page, nor pictures, which
OpenGraph names better; dates are read by `dates`."""
_MOST_ARTICLES = 5
"""Most articles of a page that are looked at."""
_MOST = 500
"""Most values of one article."""


def article(root: Element) -> Table:
    """The first article that has any of the properties; an empty table if there is none."""
    found = (each for each in root.iter() if _ARTICLE.fullmatch(each.get("itemtype", "").strip()))
    tables = map(_properties, islice(found, _MOST_ARTICLES))
    return next(({"@type": "Article"} | table for table in tables if table), {})


def _properties(item: Element) -> Table:
    """The values of an item, by property; a list if a property occurs several times."""
    found: dict[str, list[object]] = {}
    count = 0
    walk = iterwalk(item, events=("start",))
    for _, element in walk:
        if element is item:
            continue
        is_item = element.get("itemscope") is not None
        for name in _PROPERTIES.intersection(element.get("itemprop", "").split()):
            if value := _person(element) if is_item else _value(element):
                found.setdefault(name, []).append(value)
                count += 1
        if is_item:
            walk.skip_subtree()
        if count > _MOST:
            break
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _value(element: Element) -> str:
    said = element.get("content") or element.get("datetime")
    return one_line(said if said is not None else words(element))


def _person(item: Element) -> object:
    """The name of an item within the article, as a table."""
    named = (each for each in item.iterdescendants() if "name" in each.get("itemprop", "").split())
    found = next(named, None)
    return {"name": _value(found if found is not None else item)}
