"""The database file: opened, checked, and set aside when it is damaged."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateIndex

from feedsvc.model import codec
from feedsvc.model.problem import Problem
from feedsvc.store import notes, scanned_folders
from feedsvc.store.errors import StoreDamaged, StoreError
from feedsvc.store.push_schema import metadata
from feedsvc.store.schema import MIGRATED, VERSION, articles
from feedsvc.store.sqlite.clean_close import is_emptied, is_marked_clean, mark_clean, unmark_clean
from feedsvc.store.sqlite.engine import begin, make_engine
from feedsvc.store.sqlite.error_codes import machine_error, store_error
from feedsvc.store.sqlite.migration import migrate
from feedsvc.store.transaction import Transaction

OLDEST = (3, 35, 0)
MARK = 0x66656564
"""`application_id` less the tables' version: "feed". That the version stands in two places tells another program's
file from a damaged one."""


class Store:
    """One SQLite database. Readers never wait for the writer (WAL); there is one writer at a time."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        """Opens nothing yet. `path` is the file, which is created only with `create`."""
        self.path = path
        self._engine = make_engine(path, create=create)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Begins a consistent view of the store. Raises StoreError where it cannot be read."""
        with self._translated(), self._engine.begin() as connection:
            yield Transaction(connection)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Begins a transaction: all of it lasts, or nothing. Raises StoreError where the machine does not let it
        last."""
        with (
            self._translated(),
            self._engine.connect() as connection,
            connection.execution_options(writing=True).begin(),
        ):
            yield Transaction(connection)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Raises the database's errors as StoreError, StoreBusy or StoreDamaged."""
        try:
            yield
        except SQLAlchemyError as error:
            raise store_error(error, self.path) from error

    def commit_and_continue(self, transaction: Transaction) -> None:
        """Commits what was written so far, and begins another transaction. Between the two, another may write. No
        query may be open."""
        transaction.run_sql("COMMIT")
        begin(transaction.connection)

    def close(self) -> None:
        """Closes all connections."""
        self._engine.dispose()

    def close_for_good(self) -> None:
        """Closes a store that was written to, and marks it clean, so that the next opening skips the check of its
        pages."""
        with suppress(SQLAlchemyError, sqlite3.Error, OSError):
            with self._engine.connect() as connection:
                raw: Any = connection.connection.driver_connection
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self.close()
            mark_clean(self.path)
        self.close()

    def close_as_damaged(self) -> None:
        """Closes the store so that the next opening checks every page, and rebuilds it."""
        self.close()
        with suppress(OSError):
            unmark_clean(self.path)


def store_path(folder: Path) -> Path:
    """The file of the store in `folder`."""
    return folder / "store.sqlite3"


def open_store(folder: Path) -> Store:
    """The store in `folder`, for reading. Raises StoreError if nothing was ever stored there, or an older version
    wrote it."""
    path = store_path(folder)
    try:
        is_begun = path.is_file() and path.stat().st_size > 0
    except OSError as error:
        raise machine_error(error, path) from error
    if not is_begun:
        raise StoreError(f"{path}: nothing has been published yet; run `feedsvc publish` or `feedsvc serve`")
    store = Store(path)
    try:
        _check_is_up_to_date(store)
    except StoreError:
        store.close()
        raise
    return store


def prepare_store(folder: Path) -> tuple[Store, tuple[Problem, ...]]:
    """The store in `folder`, for writing, and the problems that were found: created if it is missing, migrated if it
    is older, rebuilt if it is damaged.

    A damaged file is kept beside the new one, under its name and `.damaged`; nothing of it is deleted. Raises
    StoreError where SQLite is too old, or the folder cannot hold a database.
    """
    if sqlite3.sqlite_version_info < OLDEST:
        raise StoreError(
            f"SQLite {sqlite3.sqlite_version} is too old; feedsvc needs {'.'.join(map(str, OLDEST))} or later"
        )
    path = store_path(folder)
    try:
        folder.mkdir(mode=_OURS_TO_ENTER, parents=True, exist_ok=True)
        _keep_private(path)
        emptied = is_emptied(path)
        store = _create(path)
    except OSError as error:
        raise StoreError(
            f"{folder}: cannot hold the state ({error.strerror}); make it writable or set [state] path"
        ) from error
    except StoreDamaged as error:
        return _rebuild(path, error.reason)
    return store, (_damage(path, "the file was empty", "it was rebuilt from the articles"),) if emptied else ()


_OURS, _OURS_TO_ENTER = 0o600, 0o700
"""Rights of the store, which has texts that nobody may see yet, and of its folder; one that is there keeps its own."""
_TAILS = ("", "-wal", "-shm", ".sealed", ".damaged", ".damaged-wal")


def _keep_private(path: Path) -> None:
    """Take the rights of others away from files of this user's own that a former version made. They are not opened: to
    close a file ends the locks that this process has on it."""
    for tail in _TAILS:
        file = path.with_name(path.name + tail)
        with suppress(OSError):  # it is not there, or not ours
            if file.stat().st_mode & 0o077:
                file.chmod(_OURS)


def _rebuild(path: Path, reason: str) -> tuple[Store, tuple[Problem, ...]]:
    try:
        aside = _set_aside(path)
        store = _create(path)
    except (OSError, StoreError) as error:
        raise StoreError(f"{path}: is damaged ({reason}), and cannot be set aside: {error}") from error
    return store, (_damage(path, reason, f"it was set aside as {aside.name} and rebuilt from the articles"),)


def _damage(path: Path, reason: str, remedy: str) -> Problem:
    return Problem(place=str(path), reason=f"the store was damaged: {reason}", remedy=remedy)


def _create(path: Path) -> Store:
    if not path.exists():
        unmark_clean(path)  # the note is of another
        os.close(os.open(path, os.O_CREAT | os.O_CLOEXEC, _OURS))  # SQLite's own files get the same rights
    store = Store(path, create=True)
    try:
        _check_wal(store)
        version = _check_version(store)
        with store.write():  # who may not need not look at every page
            pass
        sound = is_marked_clean(path)
        if not sound:
            _check_pages(store)
        with store.write() as transaction:
            if version in MIGRATED:
                migrate(transaction)
            metadata.create_all(transaction.connection)
            for index in chain.from_iterable(table.indexes for table in metadata.tables.values()):
                transaction.execute(CreateIndex(index, if_not_exists=True))  # in a table that was there before
            scanned_folders.create_triggers(transaction)
            transaction.execute(text(f"PRAGMA user_version={VERSION}"))
            transaction.execute(text(f"PRAGMA application_id={MARK + VERSION}"))
        if not sound:
            with store.read() as transaction:
                _check_values(store, transaction)
    except BaseException:
        store.close()
        raise
    return store


def _check_pages(store: Store) -> None:
    """Checks every page, and that each index agrees with its table: a flipped bit in an id is found by its index."""
    with store.read() as transaction:
        faults = list(transaction.scalars(text("PRAGMA integrity_check(1)")))
    if faults != ["ok"]:
        raise StoreDamaged(store.path, "; ".join(faults))


def _check_values(store: Store, transaction: Transaction) -> None:
    """Checks that all stored JSON can be read. SQLite does not check it, and each regeneration would fail."""
    try:
        for row in transaction.execute(select(articles.c.copy)):
            codec.decode(row[0])
        notes.are_readable(transaction)
    except (ValueError, msgspec.MsgspecError) as error:
        raise StoreDamaged(store.path, str(error)) from error


def _check_wal(store: Store) -> None:
    with store._translated(), store._engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        mode = raw.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    if mode != "wal":
        raise StoreError(
            f"{store.path}: this file system has no shared memory for SQLite; set [state] path to a local disk"
        )


def _check_version(store: Store) -> int:
    """The version of its tables; 0 for a file that is new."""
    with store.read() as transaction:
        version = transaction.execute(text("PRAGMA user_version")).scalar_one()
        mark = transaction.execute(text("PRAGMA application_id")).scalar_one()
    if version not in (0, *MIGRATED, VERSION):
        if mark not in (0, MARK + version):
            raise StoreDamaged(store.path, f"its header speaks of tables {version}")
        raise StoreError(
            f"{store.path}: was made by another feedsvc (tables {version}, here {VERSION}); use that one, or move the "
            "file away: then it is rebuilt from the articles"
        )
    return int(version)


def _check_is_up_to_date(store: Store) -> None:
    """Raises StoreError where the tables have still to be migrated, which only a writer can do."""
    if (version := _check_version(store)) in MIGRATED:
        raise StoreError(
            f"{store.path}: was written by an older feedsvc (tables {version}, here {VERSION}); the next "
            "`feedsvc publish` or `feedsvc serve` brings it up to date"
        )


def _set_aside(path: Path) -> Path:
    """Renames the file and its journal to `.damaged`, in place of files that were set aside before; returns the new
    path."""
    aside = path.with_name(path.name + ".damaged")
    for tail in ("", "-wal"):
        if path.with_name(path.name + tail).exists():
            path.with_name(path.name + tail).replace(aside.with_name(aside.name + tail))
    path.with_name(path.name + "-shm").unlink(missing_ok=True)
    return aside
