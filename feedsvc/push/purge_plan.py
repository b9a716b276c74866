"""Decides what is purged, and in which order: withdrawn documents first, then pages, then feeds."""

from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import islice, takewhile
from typing import NamedTuple
from urllib.parse import quote

from feedsvc.model.cache_tags import cache_tag
from feedsvc.model.urls import ARTICLES, MEDIA
from feedsvc.push.cache_service import CacheService
from feedsvc.store.purges import ChangedDocument

GONE, PAGE, FEED, REFUSED = range(4)
"""The turns. A URL that the service has refused comes last, so that no other waits for it."""


class Cache(NamedTuple):
    """A cache as described by the configuration and the environment."""

    name: str
    service: CacheService
    api: str
    id: str
    method: str
    secrets: Mapping[str, str]
    missing: tuple[str, ...]
    """The environment variables that are missing."""
    addresses: tuple[str, ...]
    """Scheme and host of each address of the site; empty for those that the cache does not serve."""
    feeds: bool
    """False if feeds are not purged and simply expire (max-age), unless something was withdrawn."""
    paths_of: Callable[[str], tuple[str, ...]]
    """The paths at which the cache may hold the document at a path."""
    by_tag: bool = False
    """True to purge by tag instead of by URL."""

    @property
    def size(self) -> int:
        """Maximum URLs or tags in one request."""
        tags = self.service.tags if self.by_tag else None
        return tags.size if tags else self.service.size(self.api)


class Reached(NamedTuple):
    """The newest Edition that the cache gets as a whole from its origin, and the newest one whose withdrawn documents
    it no longer gets from there; 0 for none."""

    whole: int
    withdrawn: int = 0


class Pending(NamedTuple):
    """A URL or tag to be purged, since `edition` has changed the document there."""

    turn: int
    name: str
    edition: int


def pending(
    changes: Iterable[ChangedDocument], cache: Cache, reached: Reached, refused: Collection[str] = ()
) -> list[Pending]:
    """The URLs or tags that `changes` make stale, in the order of purging.

    Those that were `refused` come last. A document that changed later than `reached` is purged now for the change up to
    `reached`, and again for the later one.
    """
    found = dict[str, Pending]()
    for change in changes:
        turn, newest = _turn(change), max(reached) if change.is_gone else reached.whole
        edition = min(change.edition, newest)
        for name in _names(change, cache):
            before = found.get(name, Pending(turn, name, edition))  # one tag may stand for several documents
            found[name] = Pending(min(turn, before.turn), name, max(edition, before.edition))
    keeps_feeds = not cache.feeds and all(each.turn != GONE for each in found.values())
    wanted = (each for each in found.values() if not (keeps_feeds and each.turn == FEED))
    return sorted(each._replace(turn=REFUSED) if each.name in refused else each for each in wanted)


def _names(change: ChangedDocument, cache: Cache) -> Iterable[str]:
    """The URLs, or the tag, of the document in the cache; none if the cache does not serve its address."""
    site = cache.addresses[change.address] if change.address < len(cache.addresses) else ""
    if not site:
        return ()
    return (cache_tag(change.path),) if cache.by_tag else (site + quote(path) for path in cache.paths_of(change.path))


def _turn(change: ChangedDocument) -> int:
    if change.is_gone or change.is_locked:
        return GONE
    return PAGE if change.path.startswith((ARTICLES, MEDIA)) else FEED


def batches(waiting: Iterable[Pending], size: int, most: int) -> list[list[Pending]]:
    """The next requests: at most `most`, each with at most `size` names.

    All have the turn of the first, so that withdrawn documents do not wait for others. Refused names are sent one by
    one.
    """
    found = iter(waiting)
    first = next(found, None)
    if first is None:
        return []
    size = 1 if first.turn == REFUSED else size
    alike = takewhile(lambda each: each.turn == first.turn, found)
    mine = [first, *islice(alike, size * most - 1)]
    return [mine[start : start + size] for start in range(0, len(mine), size)]
