"""Decides what is purged, and in which order: what is gone before everything else, then pages, then feeds."""

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
    """One cache as the configuration and the environment describe it."""

    name: str
    service: CacheService
    api: str
    id: str
    method: str
    secrets: Mapping[str, str]
    missing: tuple[str, ...]
    """The variables that the environment lacks."""
    addresses: tuple[str, ...]
    """Scheme and host of each address of the site; empty for those that the cache does not have."""
    feeds: bool
    """False if feeds are left to their max-age, unless something was taken back."""
    paths_of: Callable[[str], tuple[str, ...]]
    """The paths under which the cache may have the document at a path."""
    by_tag: bool = False
    """True if it is told tags, not URLs."""

    @property
    def size(self) -> int:
        """The most URLs or tags of one request."""
        tags = self.service.tags if self.by_tag else None
        return tags.size if tags else self.service.size(self.api)


class Reached(NamedTuple):
    """The newest Edition that the cache gets from its origin as a whole, and the newest that has withdrawn nothing that
    it still gets there; 0 for none."""

    whole: int
    withdrawn: int = 0


class Pending(NamedTuple):
    """A URL or tag that is to be purged, since `edition` has changed what is there."""

    turn: int
    name: str
    edition: int


def pending(
    changes: Iterable[ChangedDocument], cache: Cache, reached: Reached, refused: Collection[str] = ()
) -> list[Pending]:
    """The URLs or tags that `changes` make stale, in the order in which they are purged.

    Those that were `refused` come last. What changed later than `reached` is purged now, for what came before, and once
    more then.
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
    """The URLs or the tag by which the cache knows the document; none if it does not have its address."""
    site = cache.addresses[change.address] if change.address < len(cache.addresses) else ""
    if not site:
        return ()
    return (cache_tag(change.path),) if cache.by_tag else (site + quote(path) for path in cache.paths_of(change.path))


def _turn(change: ChangedDocument) -> int:
    if change.is_gone:
        return GONE
    return PAGE if change.path.startswith((ARTICLES, MEDIA)) else FEED


def batches(waiting: Iterable[Pending], size: int, most: int) -> list[list[Pending]]:
    """The next requests, at most `most` of at most `size` names each.

    All are of the turn of the first, so that what is gone waits for nothing else. What was refused is asked for alone.
    """
    found = iter(waiting)
    first = next(found, None)
    if first is None:
        return []
    size = 1 if first.turn == REFUSED else size
    alike = takewhile(lambda each: each.turn == first.turn, found)
    mine = [first, *islice(alike, size * most - 1)]
    return [mine[start : start + size] for start in range(0, len(mine), size)]
