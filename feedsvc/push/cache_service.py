"""The port of caches: each module of `push/caches/` defines the purge requests of one service."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from feedsvc.push.outcome import Request


class Order(NamedTuple):
    """The URLs or tags that one request purges, with settings from the configuration and the environment."""

    names: tuple[str, ...]
    """URLs; tags if `by_tag`."""
    by_tag: bool
    api: str
    """The address of the service, without a trailing slash."""
    id: str
    method: str
    secrets: Mapping[str, str]
    """The secrets by environment variable."""
    reference: str
    """An identifier of the purge in progress; retries in the same hour have the same one."""
    now: int
    """The present instant in seconds since 1970."""


class TagRules(NamedTuple):
    """The rules for purging by tag."""

    header: str
    """The response header in which the service looks for tags."""
    size: int
    """Maximum tags in one request."""
    needs: tuple[str, ...] = ()
    """The configuration keys that purging by tag requires."""


class CacheService(NamedTuple):
    """A kind of cache; `name` is its value for `[[purge]] service`."""

    name: str
    request: Callable[[Order], Request]
    """The request that purges up to `size` URLs, or the number of tags that `tags` allows."""
    size: Callable[[str], int]
    """Maximum URLs in one request, by the address of the service."""
    tags: TagRules | None = None
    """None if the service cannot purge by tag."""
    api: str = ""
    """The default address of the service."""
    needs: tuple[str, ...] = ()
    """The required configuration keys."""
    secrets: tuple[str, ...] = ()
    """The required environment variables."""
    options: tuple[str, ...] = ()
    """The optional environment variables."""
    at_once: int = 1
    """Maximum parallel requests."""
    pause: float = 0.05
    """Seconds between two groups of parallel requests."""
    absent: Callable[[str], tuple[int, ...]] = lambda _api: ()
    """The status codes, by the address of the service, that mean that the URL was not in the cache, which counts as
    success."""
    busy: tuple[bytes, ...] = ()
    """Texts in answers that mean "try again later", whatever the status code."""
    fails: tuple[bytes, ...] = ()
    """Texts in answers that mean failure despite a successful status code."""
