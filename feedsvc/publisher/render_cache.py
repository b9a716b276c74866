"""Remembers the feed that each document was rendered from, so that an equal feed is not rendered again.

Many articles that are added or edited are in the backlog and leave the feeds of their sections unchanged: finding that
out takes a twentieth of the time of rendering one of them.
"""

from hashlib import blake2b
from typing import NamedTuple

from cachetools import LRUCache
from msgspec import json

from feedsvc.model.feed import Feed

MAX_DOCUMENTS = 10_000
"""Maximum documents that are remembered, the last ones written: some megabytes."""


class _Rendered(NamedTuple):
    content_hash: bytes
    tags: tuple[str, ...]


class RenderCache:
    """A cache that lasts from one publication to the next, under the same formats and configuration."""

    def __init__(self) -> None:
        self._documents: LRUCache[str, _Rendered] = LRUCache(MAX_DOCUMENTS)
        self._last: tuple[Feed | None, bytes] = None, b""

    def content_hash(self, feed: Feed) -> bytes:
        """A hash that is equal for equal feeds. The last one is cached, as each format of a feed needs it."""
        if feed is not self._last[0]:
            self._last = feed, blake2b(json.encode(feed), digest_size=16).digest()
        return self._last[1]

    def tags(self, path: str, content_hash: bytes) -> tuple[str, ...]:
        """The ETags, by address, of the document at `path`; empty if it was rendered from another feed, or is
        unknown."""
        rendered: _Rendered | None = self._documents.get(path)
        return rendered.tags if rendered and rendered.content_hash == content_hash else ()

    def put(self, path: str, content_hash: bytes, tags: tuple[str, ...]) -> None:
        """Remembers the document at `path`."""
        self._documents[path] = _Rendered(content_hash, tags)
