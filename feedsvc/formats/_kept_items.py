"""Keeps items as they were printed, so that an item of a feed that did not change is not built again.

feedgen makes objects of each item, then a tree, then bytes: 65 µs for an item of 3 kB, of which fifty stand in a feed
and mostly one is new. Here the new ones alone go through it, and the document is put together of its own beginning and
end and of all items: the same bytes, as lxml indents each item by its depth alone.
"""

import re
from collections.abc import Callable
from hashlib import blake2b
from threading import Lock
from typing import NamedTuple

from cachetools import LRUCache
from msgspec import json

from feedsvc.model.article import Article
from feedsvc.model.feed import Feed

KEPT = 12 * 2**20
"""Bytes of items that each process keeps, those that were printed last: all of some forty feeds."""


class Shape(NamedTuple):
    """The form of the items of one format."""

    format: str
    item: re.Pattern[bytes]
    """A whole item with the white space before and after it. None of its texts can match: they hold no `<`."""
    terms: Callable[[Feed], tuple[object, ...]]
    """All that the items are told by a feed, besides its articles."""


RSS_ITEM = re.compile(rb"^ {4}<item>\n.*?^ {4}</item>\n", re.DOTALL | re.MULTILINE)
ATOM_ENTRY = re.compile(rb"^ {2}<entry[ >].*?^ {2}</entry>\n", re.DOTALL | re.MULTILINE)

_kept: LRUCache[bytes, bytes] = LRUCache(KEPT, getsizeof=len)
_lock = Lock()


def print_with_kept_items(feed: Feed, shape: Shape, make: Callable[[Feed], bytes]) -> bytes:
    """The document that `make` prints of `feed`; `make` gets only the articles whose items are not kept."""
    terms = repr((shape.format, shape.terms(feed))).encode()
    try:
        keys = [_key(terms, article) for article in feed.articles]
    except (TypeError, ValueError, OverflowError):  # a value that only feedgen's wall can handle
        return make(feed)
    with _lock:
        items = {key: _kept.get(key) for key in keys}
    missing = {key: article for key, article in zip(keys, feed.articles, strict=True) if items[key] is None}
    document = make(feed.with_only(*missing.values()))
    found = list(shape.item.finditer(document))
    if len(found) != len(missing):
        return make(feed)
    printed = dict(zip(missing, (match[0] for match in found), strict=True))
    with _lock:
        for key, item in printed.items():
            if len(item) <= KEPT // 8:  # a larger one would take the place of too many
                _kept[key] = item
    begin, end = (found[0].start(), found[-1].end()) if found else _empty_place(document)
    return b"".join((document[:begin], *(items[key] or printed[key] for key in keys), document[end:]))


def _key(terms: bytes, article: Article) -> bytes:
    """The hash of all that an item is made of."""
    return blake2b(terms + json.encode(article), digest_size=16).digest()


def _empty_place(document: bytes) -> tuple[int, int]:
    """The place of the items in a document that has none: before the end tags."""
    end = _END.search(document)
    place = end.start() if end else len(document)
    return place, place


_END = re.compile(rb"(?:^ {2}</channel>\n)?^</(?:rss|feed)>\n?\Z", re.MULTILINE)
