"""Published documents, and their representations."""

from feedsvc.model.base import Value
from feedsvc.model.urls import SITE

ARCHIVE_MAX_AGE = 3_600
"""Seconds for which caches may keep an archive document: no articles are added to it, but its articles may be corrected
or withdrawn."""
FOR_GOOD = 366 * 86_400
"""Seconds for which caches may keep documents that never change: longer than any duration in a configuration."""


class Representation(Value, frozen=True, kw_only=True):
    """A document in one content coding (RFC 9110 section 8.4)."""

    coding: str
    """`identity`, `gzip` or `br`."""
    etag: str
    """A strong entity tag (RFC 9110 section 8.8.3)."""
    body: bytes


class Document(Value, frozen=True, kw_only=True):
    """A document at one path, on every address of the service."""

    path: str
    """Decoded; starts with `/`."""
    type: str
    """The media type, with parameters."""
    body: bytes
    """The service's own links in it start with SITE."""
    max_age: int
    """Seconds for which caches may keep it."""
    on_demand: bool = False
    """True if servers load it on request, since there are many of its kind; False if they keep it in memory."""
    topic: bool = False
    """True if hubs and subscribers are notified when it changes."""

    def at(self, address: str) -> bytes:
        """The body for readers of `address`, a scheme and host without a slash at the end."""
        return self.body.replace(SITE.encode(), address.encode())
