"""The tags that identify documents in caches: one for each document, at all addresses and with any query."""

from functools import lru_cache
from hashlib import blake2b

from feedsvc.model.urls import ARTICLES


@lru_cache(4096)  # the same few feeds are requested again and again
def cache_tag(path: str) -> str:
    """The tag of the document at `path`, decoded. All paths of one article's page have the same tag."""
    if path.startswith(ARTICLES):
        path = "/".join(path.split("/", 3)[:3])
    return f"feedsvc-{blake2b(path.encode(errors='surrogateescape'), digest_size=8).hexdigest()}"
