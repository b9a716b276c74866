"""What is published at one path: a document, and its representations."""

from feedsvc.model.base import Value
from feedsvc.model.urls import SITE


class Representation(Value, frozen=True, kw_only=True):
    """A Document in one content coding (`identity`, `gzip`, `br`) with their strong ETag (RFC 9110, 8.8.3)."""

    coding: str
    etag: str
    body: bytes


class Document(Value, frozen=True, kw_only=True):
    """What is published at one path, before it is made for an address. `path` is decoded and starts with `/`."""

    path: str
    type: str
    body: bytes
    max_age: int
    """Seconds for which a cache may keep it."""
    shelved: bool = False
    """Looked up when somebody asks for it, as there are as many of its kind as articles; else held ready."""

    def at(self, address: str) -> bytes:
        """The body with the service's own links on `address` (scheme and host, no slash at the end)."""
        return self.body.replace(SITE.encode(), address.encode())


ARCHIVE_MAX_AGE = 3_600
"""Seconds for which a cache may keep an archive: it gets no other articles, but those it has may be corrected, and one
that is withdrawn must not live on in caches."""
