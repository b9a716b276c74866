"""Caches rendered items, so that an unchanged item of a feed is not built again.

feedgen makes objects of each item, then a tree, then bytes: 65 µs for an item of 3 kB. A feed has fifty items, of which
usually one is new. Only new ones are rendered by feedgen here, and the document is assembled from its own beginning and
end and all items. The bytes are the same, since lxml indents each item only by its depth.
"""

from collections.abc import Callable
from hashlib import blake2b
from threading import Lock
from typing import NamedTuple

from cachetools import LRUCache
from msgspec import json

from feedsvc.model.article import Article
from feedsvc.model.feed import Feed

KEPT = 12 * 2**20
"""Maximum bytes of cached items in each process, the last rendered: all items of some forty feeds."""


class Shape(NamedTuple):
    """The form of the items of one format."""

    format: str
    begin: bytes
    """The beginning of an item, at the start of a line. It cannot occur in a text, since texts contain no `<`."""
    end: bytes
    """The end of an item, with its line break."""
    after: bytes
    """The end tags after the last item."""
    terms: Callable[[Feed], tuple[object, ...]]
    """All values of a feed, besides its articles, that its items depend on."""


_kept: LRUCache[bytes, bytes] = LRUCache(KEPT, getsizeof=len)
_last: list[tuple[tuple[Article, ...], list[bytes]]] = [((), [])]
_lock = Lock()


def print_with_kept_items(feed: Feed, shape: Shape, make: Callable[[Feed], bytes]) -> bytes:
    """The document that `make` renders from `feed`; `make` gets only the articles whose items are not cached."""
    terms = repr((shape.format, shape.terms(feed))).encode()
    try:
        keys = [terms + article_hash for article_hash in _article_hashes(feed.articles)]
    except (TypeError, ValueError, OverflowError):  # a value that cannot be encoded: render without the cache
        return make(feed)
    with _lock:
        items = {key: _kept.get(key) for key in keys}
    missing = {key: article for key, article in zip(keys, feed.articles, strict=True) if items[key] is None}
    document = make(feed.with_only(*missing.values()))
    parts = _split(document, shape)
    if parts is None or len(parts[1]) != len(missing):
        return make(feed)
    begin, found, end = parts
    printed = dict(zip(missing, found, strict=True))
    with _lock:
        for key, item in printed.items():
            if len(item) <= KEPT // 8:  # a larger one would displace too many
                _kept[key] = item
    return b"".join((begin, *(items[key] or printed[key] for key in keys), end))


def _split(document: bytes, shape: Shape) -> tuple[bytes, list[bytes], bytes] | None:
    """`document` as the part before its items, the items, and the part after them; None if it has another shape."""
    first = document.find(b"\n" + shape.begin) + 1
    if not first:
        first = document.rfind(shape.after)
        return (document[:first], [], document[first:]) if first >= 0 else None
    *items, end = document[first:].split(shape.end)
    return document[:first], [item + shape.end for item in items], end


def _article_hashes(articles: tuple[Article, ...]) -> list[bytes]:
    """Hashes of the whole articles. The last ones are cached, as each format of a feed needs them."""
    with _lock:
        last, hashes = _last[0]
    if articles is not last:
        hashes = [blake2b(json.encode(article), digest_size=16).digest() for article in articles]
        with _lock:
            _last[0] = articles, hashes
    return hashes
