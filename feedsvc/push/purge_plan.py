"""Decides what is purged, and in which order: what is gone before everything else, then pages, then feeds."""

from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import islice, takewhile
from typing import NamedTuple
from urllib.parse import quote

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


class Pending(NamedTuple):
    """A URL that is to be purged, since `edition` has changed what is there."""

    turn: int
    url: str
    edition: int


def pending(
    changes: Iterable[ChangedDocument], cache: Cache, reached: int, refused: Collection[str] = ()
) -> list[Pending]:
    """The URLs that `changes` make stale, in the order in which they are purged; those that were `refused` come last.

    `reached` is the newest Edition that the cache can get from its origin: what changed later is purged now, for what
    came before, and once more then.
    """
    found = {
        cache.addresses[each.address] + quote(path): (_turn(each), min(each.edition, reached))
        for each in changes
        if each.address < len(cache.addresses) and cache.addresses[each.address]
        for path in cache.paths_of(each.path)
    }
    keeps_feeds = not cache.feeds and all(turn != GONE for turn, _ in found.values())
    return sorted(
        Pending(REFUSED if url in refused else turn, url, edition)
        for url, (turn, edition) in found.items()
        if not (keeps_feeds and turn == FEED)
    )


def _turn(change: ChangedDocument) -> int:
    if change.is_gone:
        return GONE
    return PAGE if change.path.startswith((ARTICLES, MEDIA)) else FEED


def batches(waiting: Iterable[Pending], size: int, most: int) -> list[list[Pending]]:
    """The next requests, at most `most` of at most `size` URLs each: all of the turn of the first, so that what is gone
    waits for nothing else. What was refused is asked for alone."""
    found = iter(waiting)
    first = next(found, None)
    if first is None:
        return []
    size = 1 if first.turn == REFUSED else size
    alike = takewhile(lambda each: each.turn == first.turn, found)
    mine = [first, *islice(alike, size * most - 1)]
    return [mine[start : start + size] for start in range(0, len(mine), size)]
