"""What was printed last, by what it was made of, so that the same is not made once more.

An article of an archive that comes, or changes, leaves the feeds of its sections as they are: that is seen in a
twentieth of the time that it takes to render one of them.
"""

from hashlib import blake2b
from typing import NamedTuple

from cachetools import LRUCache
from msgspec import json

from feedsvc.model.feed import Feed

MOST = 10_000
"""Documents, those that were printed last: some MB."""


class _Proof(NamedTuple):
    origin: bytes
    tags: tuple[str, ...]


class RenderCache:
    """They last from one publication to the next, under the same formats and configuration."""

    def __init__(self) -> None:
        self._kept: LRUCache[str, _Proof] = LRUCache(MOST)
        self._last: tuple[Feed | None, bytes] = None, b""

    def content_hash(self, feed: Feed) -> bytes:
        """Equal for equal feeds. All that is in one can be encoded: it comes from the ledger's JSON, or the config."""
        if feed is not self._last[0]:  # it is asked for in each format
            self._last = feed, blake2b(json.encode(feed), digest_size=16).digest()
        return self._last[1]

    def tags(self, path: str, origin: bytes) -> tuple[str, ...]:
        """The ETags, by address, of what was made of `origin` for `path`; none if that was another, or is not known."""
        proof: _Proof | None = self._kept.get(path)
        return proof.tags if proof and proof.origin == origin else ()

    def keep(self, path: str, origin: bytes, tags: tuple[str, ...]) -> None:
        self._kept[path] = _Proof(origin, tags)
