"""Remembers the feed of which each document was rendered last, so that an equal feed is not rendered again.

An article of the backlog that is added, or edited, leaves the feeds of its sections as they are: that is seen in a
twentieth of the time that it takes to render one of them.
"""

from hashlib import blake2b
from typing import NamedTuple

from cachetools import LRUCache
from msgspec import json

from feedsvc.model.feed import Feed

MAX_DOCUMENTS = 10_000
"""Documents that are remembered, those that were written last: some megabytes."""


class _Rendered(NamedTuple):
    content_hash: bytes
    tags: tuple[str, ...]


class RenderCache:
    """Lasts from one publication to the next, under the same formats and configuration."""

    def __init__(self) -> None:
        self._documents: LRUCache[str, _Rendered] = LRUCache(MAX_DOCUMENTS)
        self._last: tuple[Feed | None, bytes] = None, b""

    def content_hash(self, feed: Feed) -> bytes:
        """A hash that is equal for equal feeds. The last one is kept, as each format of a feed asks for it."""
        if feed is not self._last[0]:
            self._last = feed, blake2b(json.encode(feed), digest_size=16).digest()
        return self._last[1]

    def tags(self, path: str, content_hash: bytes) -> tuple[str, ...]:
        """The ETags, by address, of the document at `path`; empty if it was made of another feed, or is not known."""
        rendered: _Rendered | None = self._documents.get(path)
        return rendered.tags if rendered and rendered.content_hash == content_hash else ()

    def put(self, path: str, content_hash: bytes, tags: tuple[str, ...]) -> None:
        """Remembers the document at `path`."""
        self._documents[path] = _Rendered(content_hash, tags)
