"""The database file: opened, checked, and set aside when it is damaged."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import QueuePool

from feedsvc.model import Problem
from feedsvc.store.schema import VERSION, metadata

OLDEST = (3, 35, 0)
BUSY_MS = 15_000
"""Longer than any transaction of ours should take."""


class StoreError(Exception):
    """The store cannot be used; says what, where, and the remedy."""


class Store:
    """One SQLite database. Readers never wait for the writer (WAL); there is one writer at a time."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        """Opens nothing yet; `path` is the file, which is made only with `create`."""
        self.path = path
        self._engine = _engine(path, "rwc" if create else "rw")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view."""
        with self._engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it lasts, or nothing."""
        with self._engine.connect() as connection, connection.execution_options(writing=True).begin():
            yield connection

    def close(self) -> None:
        self._engine.dispose()

    def abandon(self) -> None:
        """In a forked child: leave the parent's connections alone, and make new ones."""
        self._engine.dispose(close=False)


def _engine(path: Path, mode: str) -> Engine:
    uri = f"file:{quote(str(path))}?mode={mode}"
    connect = partial(sqlite3.connect, uri, uri=True, check_same_thread=False)
    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=2, max_overflow=8)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver's own rule takes the write lock too late
    for pragma in (f"busy_timeout={BUSY_MS}", "synchronous=FULL", "foreign_keys=ON", "cache_size=-8000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def open_store(folder: Path) -> Store:
    """The store in `folder` for reading, as it stands. Raises StoreError if nothing was ever stored there."""
    path = folder / "store.sqlite3"
    if not path.is_file():
        raise StoreError(f"{path}: nothing has been published yet; run `feedsvc publish` or `feedsvc serve`")
    store = Store(path)
    try:
        _check_version(store)
    except DatabaseError as error:
        store.close()
        raise StoreError(
            f"{path}: {_reason(error)}; the next `feedsvc publish` sets it aside and rebuilds it"
        ) from error
    return store


def prepare_store(folder: Path) -> tuple[Store, tuple[Problem, ...]]:
    """The store in `folder` for writing, made if it is missing, rebuilt if it is damaged.

    A damaged file is kept beside the new one, under its name and `.damaged`; nothing of it is deleted.
    Raises StoreError where SQLite is too old, or the folder cannot hold a database.
    """
    if sqlite3.sqlite_version_info < OLDEST:
        raise StoreError(
            f"SQLite {sqlite3.sqlite_version} is too old; feedsvc needs {'.'.join(map(str, OLDEST))} or later"
        )
    path = folder / "store.sqlite3"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _create(path), ()
    except OSError as error:
        raise StoreError(
            f"{folder}: cannot hold the state ({error.strerror}); make it writable or set [state] path"
        ) from error
    except OperationalError as error:
        raise StoreError(
            f"{path}: {_reason(error)}; make the folder writable, or set [state] path to another"
        ) from error
    except DatabaseError as error:
        aside = _set_aside(path)
        remedy = f"it was set aside as {aside.name} and rebuilt from the articles"
        return _create(path), (
            Problem(place=str(path), reason=f"the store was damaged: {_reason(error)}", remedy=remedy),
        )


def _create(path: Path) -> Store:
    store = Store(path, create=True)
    try:
        _check_wal(store)
        _check_version(store)
        _check_pages(store)
        with store.write() as connection:
            metadata.create_all(connection)
            connection.execute(text(f"PRAGMA user_version={VERSION}"))
    except BaseException:
        store.close()
        raise
    return store


def _check_pages(store: Store) -> None:
    with store.read() as connection:
        faults = list(connection.scalars(text("PRAGMA quick_check(1)")))
    if faults != ["ok"]:
        raise DatabaseError(None, None, sqlite3.DatabaseError("; ".join(faults)))


def _check_wal(store: Store) -> None:
    with store._engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        mode = raw.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    if mode != "wal":
        raise StoreError(
            f"{store.path}: this file system has no shared memory for SQLite; set [state] path to a local disk"
        )


def _check_version(store: Store) -> None:
    with store.read() as connection:
        version = connection.execute(text("PRAGMA user_version")).scalar_one()
    if version not in (0, VERSION):
        raise StoreError(f"{store.path}: was made by another feedsvc (tables {version}, here {VERSION}); use that one")


def _set_aside(path: Path) -> Path:
    aside = path.with_name(path.name + ".damaged")
    path.replace(aside)
    for tail in ("-wal", "-shm"):
        path.with_name(path.name + tail).unlink(missing_ok=True)
    return aside


def _reason(error: DatabaseError) -> str:
    return str(error.orig)
