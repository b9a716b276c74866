"""The wiring of purges: builds a purger for each cache from the configuration and the environment."""

import os
import random
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor

from feedsvc.config import Config, PurgeTable
from feedsvc.model.urls import MEDIA
from feedsvc.push.caches import SERVICES
from feedsvc.push.client import HttpClient
from feedsvc.push.guard import Guard
from feedsvc.push.purge_plan import Cache, Reached
from feedsvc.push.purging import Purger
from feedsvc.service.push_wiring import FOLLOWED, clock
from feedsvc.service.settings import addresses_of
from feedsvc.store import destinations, state
from feedsvc.store.port import Store
from feedsvc.store.transaction import Transaction

AGENT = "feedsvc (purge)"
NODES = 3_000
"""Milliseconds after which all nodes of a shared store serve a new Edition; a cache may get documents from any of
them."""


def make_purgers(settings: Config, store: Store, threads: Executor, settles: int | None = None) -> list[Purger]:
    """The purgers of all caches. `settles` is the number of milliseconds until all processes of the origin serve an
    Edition; None for the longest time that this takes."""
    client = HttpClient(Guard(settings.push.allow), time.monotonic, agent=AGENT)

    def make(table: PurgeTable) -> Purger:
        cache, reached = cache_of(settings, table, os.environ), _reached(table)
        wait = _settles(settings, table) if settles is None else settles
        return Purger(cache, store, client, reached, wait, clock, random.random, threads)

    return [make(table) for table in settings.purge]


def cache_of(settings: Config, table: PurgeTable, environment: Mapping[str, str]) -> Cache:
    """The cache of `table`; its secrets come from `environment`."""
    service = SERVICES[table.service]
    secrets = {name: environment[name] for name in (*service.secrets, *service.options) if environment.get(name)}
    sites = addresses_of(settings)
    return Cache(
        name=table.name,
        service=service,
        api=table.url or service.api,
        id=table.id,
        method=table.method,
        secrets=secrets,
        missing=tuple(name for name in service.secrets if name not in secrets),
        addresses=tuple(site if site in (table.addresses or sites) else "" for site in sites),
        feeds=table.feeds,
        paths_of=_paths_of(settings, table),
        by_tag=table.by == "tag",
    )


def _settles(settings: Config, table: PurgeTable) -> int:
    if table.behind:
        return 0
    return NODES if settings.state.url else FOLLOWED


def _reached(table: PurgeTable) -> Callable[[Transaction], Reached]:
    """A function that returns which Edition the cache gets from its origin."""
    if not table.behind:
        return lambda transaction: Reached(state.current_edition(transaction))

    def delivered(transaction: Transaction) -> Reached:
        found = destinations.everything(transaction).get(table.behind)
        return Reached(found.edition, found.withdrawn) if found else Reached(0)

    return delivered


def _paths_of(settings: Config, table: PurgeTable) -> Callable[[str], tuple[str, ...]]:
    """A function that returns the paths under which a cache may have a document: in front of a bucket, also the keys
    that a function at the edge makes of the path."""
    from feedsvc.service.destinations import is_bucket

    if not is_bucket(table.behind):
        return lambda path: (path,)
    from feedsvc.web.export.objects import key_of
    from feedsvc.web.export.sheets import SUFFIXES

    compressed = any(each.compressed for each in settings.publish if each.to == table.behind)
    suffixes = tuple(filter(None, SUFFIXES.values())) if compressed else ()

    def paths(path: str) -> tuple[str, ...]:
        key = key_of(path)
        coded = () if path.startswith(MEDIA) else (key + suffix for suffix in suffixes)
        return tuple(dict.fromkeys((path, key, *coded)))

    return paths
