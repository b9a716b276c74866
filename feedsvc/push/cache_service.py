"""The port of caches: a module of `push/caches/` says how its service is told what to drop."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from feedsvc.push.outcome import Request


class Order(NamedTuple):
    """The URLs or tags that one request is to purge, and what the configuration and the environment say."""

    names: tuple[str, ...]
    """URLs; or tags, if it is `by_tag`."""
    by_tag: bool
    api: str
    """The address of the service, without a last slash."""
    id: str
    method: str
    secrets: Mapping[str, str]
    """By variable of the environment."""
    reference: str
    """The same for the same order, and for no other."""
    now: int
    """The present instant in seconds since 1970."""


class TagRules(NamedTuple):
    """The rules by which a service purges by tag."""

    header: str
    """The header of answers in which it looks for their tags."""
    size: int
    """The most tags of one request."""
    needs: tuple[str, ...] = ()
    """The keys that the configuration has to have for that."""


class CacheService(NamedTuple):
    """A kind of cache, under the name that `[[purge]] service` gives it."""

    name: str
    request: Callable[[Order], Request]
    """The request that purges at most `size` URLs, or as many tags as its rules allow."""
    size: Callable[[str], int]
    """The most URLs of one request, by the address of the service."""
    tags: TagRules | None = None
    """None for a service that knows no tags."""
    api: str = ""
    """The usual address of the service."""
    needs: tuple[str, ...] = ()
    """The keys that the configuration has to have."""
    secrets: tuple[str, ...] = ()
    """The variables of the environment that there have to be."""
    options: tuple[str, ...] = ()
    """The variables that there may be."""
    at_once: int = 1
    """The most requests at the same time."""
    pause: float = 0.05
    """Seconds from one such group of requests to the next."""
    absent: Callable[[str], tuple[int, ...]] = lambda _api: ()
    """The statuses of answers by which a URL was not in the cache, which is as well, by the address of the service."""
    busy: tuple[bytes, ...] = ()
    """The marks of answers that refuse nothing, but ask to come again."""
    fails: tuple[bytes, ...] = ()
    """The marks of answers that seem well, and are not."""
