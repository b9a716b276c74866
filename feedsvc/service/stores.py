"""Opens the stores of a newsroom: the one that its publisher writes, and the one from which a node serves.

Without `[state] url` both are one SQLite file. With it, the first is in PostgreSQL, and each node serves from its own
copy of the Edition, a SQLite file below `[state] path`. PostgreSQL's driver is imported only here, and only in this
case.
"""

import time
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from types import ModuleType

from feedsvc.config import Config
from feedsvc.model.problem import Problem
from feedsvc.service.folder_lock import tried_lock
from feedsvc.store import lineage
from feedsvc.store.errors import OlderStore, StoreError
from feedsvc.store.lineage import Lineage
from feedsvc.store.port import Store
from feedsvc.store.sqlite import database

LONGEST, PAUSE = 10.0, 0.1
"""Seconds to wait while another process migrates the copy, and between two checks of it."""
COPY = "copy"
"""The folder of the copy, below the state folder. An older SQLite store in the state folder itself stays unchanged."""


def edition_folder(settings: Config) -> Path:
    """The folder of the store from which this node serves."""
    path = settings.state.path
    return path / COPY if settings.state.url else path


def following_lock(settings: Config) -> Path:
    """The lock file of the one process of this node that writes its copy of the Edition."""
    return edition_folder(settings) / "following.lock"


def open_edition(settings: Config) -> database.Store:
    """The store from which this node serves. Raises StoreError if there is none yet."""
    return database.open_store(edition_folder(settings))


def migrate_copy(settings: Config) -> None:
    """Migrates this node's copy of the Edition if an older version of the program wrote it. Returns once this process
    or another one of the node has done so, so that the first request is answered from the copy; after LONGEST seconds
    at the latest."""
    deadline = time.monotonic() + LONGEST
    while settings.state.url and _is_older(settings) and time.monotonic() < deadline:
        with suppress(StoreError), tried_lock(following_lock(settings)) as is_ours:
            if is_ours:
                database.prepare_store(edition_folder(settings))[0].close_for_good()
        time.sleep(PAUSE)


def _is_older(settings: Config) -> bool:
    try:
        open_edition(settings).close()
    except OlderStore:
        return True
    except StoreError:
        return False
    return False


def open_ledger(settings: Config) -> Store:
    """The store that the publisher writes. Raises StoreError if nothing was ever published, or it cannot be used."""
    if not settings.state.url:
        return database.open_store(settings.state.path)
    opened: Store = _postgresql().open_store(settings.state.url, partial(newest_lineage, settings))
    return opened


def prepare_ledger(settings: Config) -> tuple[Store, tuple[Problem, ...]]:
    """The store that the publisher writes, which is created if it is missing, and the problems that were found. Raises
    StoreError."""
    if not settings.state.url:
        return database.prepare_store(settings.state.path)
    return _postgresql().prepare_store(settings.state.url, partial(newest_lineage, settings)), ()


def newest_lineage(settings: Config) -> Lineage:
    """The lineage of the newest Edition that this node has seen; an empty one if it has seen none."""
    if not settings.state.url:
        return Lineage()
    try:
        with closing(open_edition(settings)) as store, store.read() as transaction:
            return lineage.position(transaction).lineage
    except StoreError:
        return Lineage()


def ledger_beside(settings: Config, edition: Store) -> Store:
    """The store that the publisher writes, not opened yet; `edition` itself if both are the same store."""
    if not settings.state.url:
        return edition
    unopened: Store = _postgresql().Store(settings.state.url, partial(newest_lineage, settings))
    return unopened


def _postgresql() -> ModuleType:
    """The module of the store in PostgreSQL. Raises StoreError if its driver is not installed."""
    try:
        from feedsvc.store.postgresql import database as postgresql
    except ImportError as error:
        raise StoreError(
            f"[state] url: PostgreSQL's driver is not installed ({error}); install it: "
            "pip install 'psycopg[binary]>=3.2' (the extra postgresql of feedsvc)"
        ) from None
    return postgresql


def check_driver(settings: Config) -> None:
    """Raises StoreError if the configuration names PostgreSQL and its driver is not installed."""
    if settings.state.url:
        _postgresql()
