"""The database file: opened, checked, and set aside when it is damaged."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError
from sqlalchemy.schema import CreateIndex

from feedsvc.model.problem import Problem
from feedsvc.store import ledger, notes, scanned_folders
from feedsvc.store.schema import GROWN, VERSION, articles, metadata
from feedsvc.store.schema import notes as notes_table
from feedsvc.store.sqlite.clean_close import is_emptied, is_marked_clean, mark_clean, unmark_clean
from feedsvc.store.sqlite.engine import begin, make_engine, may_read, may_write

OLDEST = (3, 35, 0)
MARK = 0x66656564
"""`application_id` less the tables' version: "feed". That the version stands in two places tells another program's
file from a damaged one."""

# What the machine does to a database that is sound (https://sqlite.org/rescode.html); everything else is damage.
_OUTSIDE = frozenset(
    (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
    )
)


class StoreError(SQLAlchemyError):
    """The store cannot be used; says what, where, and the remedy. It counts as the database's trouble."""


class Store:
    """One SQLite database. Readers never wait for the writer (WAL); there is one writer at a time."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        """Opens nothing yet; `path` is the file, which is made only with `create`."""
        self.path = path
        self._engine = make_engine(path, create=create)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view."""
        with self._engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it lasts, or nothing. Raises StoreError where the machine does not let it last."""
        try:
            with self._engine.connect() as connection, connection.execution_options(writing=True).begin():
                yield connection
        except DatabaseError as error:
            if _is_damage(error, self.path):
                raise
            raise _outside(error, self.path) from error

    def commit_and_continue(self, connection: Connection) -> None:
        """Let what was written so far last, and go on within a transaction of its own: between the two, another may
        have written. No query may be under way."""
        connection.exec_driver_sql("COMMIT")
        begin(connection)

    def close(self) -> None:
        self._engine.dispose()

    def close_for_good(self) -> None:
        """Close what was written to, so that the next one to open it need not look at every page."""
        with suppress(SQLAlchemyError, sqlite3.Error, OSError):
            with self._engine.connect() as connection:
                raw: Any = connection.connection.driver_connection
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self.close()
            mark_clean(self.path)
        self.close()

    def close_as_damaged(self) -> None:
        """Close, so that the next one to open it looks at every page, and rebuilds it."""
        self.close()
        with suppress(OSError):
            unmark_clean(self.path)


def open_store(folder: Path) -> Store:
    """The store in `folder` for reading, as it stands. Raises StoreError if nothing was ever stored there."""
    path = folder / "store.sqlite3"
    try:
        is_begun = path.is_file() and path.stat().st_size > 0
    except OSError as error:
        raise _outside(error, path) from error
    if not is_begun:
        raise StoreError(f"{path}: nothing has been published yet; run `feedsvc publish` or `feedsvc serve`")
    store = Store(path)
    try:
        _check_version(store)
    except (DatabaseError, _Damaged) as error:
        store.close()
        if not _is_damage(error, path):
            raise _outside(error, path) from error
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
        emptied = is_emptied(path)
        store = _create(path)
    except OSError as error:
        raise StoreError(
            f"{folder}: cannot hold the state ({error.strerror}); make it writable or set [state] path"
        ) from error
    except (DatabaseError, _Damaged) as error:
        if not _is_damage(error, path):
            raise _outside(error, path) from error
        return _rebuild(path, _reason(error))
    return store, (_damage(path, "the file was empty", "it was rebuilt from the articles"),) if emptied else ()


def _rebuild(path: Path, reason: str) -> tuple[Store, tuple[Problem, ...]]:
    try:
        aside = _set_aside(path)
        store = _create(path)
    except (OSError, DatabaseError) as error:
        raise StoreError(f"{path}: is damaged ({reason}), and cannot be set aside: {error}") from error
    return store, (_damage(path, reason, f"it was set aside as {aside.name} and rebuilt from the articles"),)


def _damage(path: Path, reason: str, remedy: str) -> Problem:
    return Problem(place=str(path), reason=f"the store was damaged: {reason}", remedy=remedy)


class _Damaged(Exception):
    """The database is none that this or any other version has written."""


def _create(path: Path) -> Store:
    if not path.exists():
        unmark_clean(path)  # the note is of another
    store = Store(path, create=True)
    try:
        _check_wal(store)
        _check_version(store)
        with store.write():  # who may not need not look at every page
            pass
        sound = is_marked_clean(path)
        if not sound:
            _check_pages(store)
        with store.write() as connection:
            metadata.create_all(connection)
            for index in chain.from_iterable(table.indexes for table in metadata.tables.values()):
                connection.execute(CreateIndex(index, if_not_exists=True))  # in a table that was there before
            scanned_folders.create_triggers(connection)
            connection.execute(text(f"PRAGMA user_version={VERSION}"))
            connection.execute(text(f"PRAGMA application_id={MARK + VERSION}"))
        if not sound:
            with store.read() as connection:
                _check_values(connection)
    except BaseException:
        store.close()
        raise
    return store


def _check_pages(store: Store) -> None:
    """Every page, and that each index agrees with its table: a flipped bit in an id is found by its index."""
    with store.read() as connection:
        faults = list(connection.scalars(text("PRAGMA integrity_check(1)")))
    if faults != ["ok"]:
        raise _Damaged("; ".join(faults))


def _check_values(connection: Connection) -> None:
    """That what is JSON can be read. SQLite cannot know, and each regeneration would stumble over it."""
    try:
        for row in connection.execute(select(articles.c.copy)):
            ledger.decode(row[0])
        for name in connection.scalars(select(notes_table.c.name)):
            notes.get(connection, name)
    except (ValueError, msgspec.MsgspecError) as error:
        raise _Damaged(str(error)) from error


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
        mark = connection.execute(text("PRAGMA application_id")).scalar_one()
    if version not in (0, *GROWN, VERSION):
        if mark not in (0, MARK + version):
            raise _Damaged(f"its header speaks of tables {version}")
        raise StoreError(
            f"{store.path}: was made by another feedsvc (tables {version}, here {VERSION}); use that one, or move the "
            "file away: then it is rebuilt from the articles"
        )


def _set_aside(path: Path) -> Path:
    """Keep the file, and what there is of its journal, under another name; what was set aside before makes room."""
    aside = path.with_name(path.name + ".damaged")
    for tail in ("", "-wal"):
        if path.with_name(path.name + tail).exists():
            path.with_name(path.name + tail).replace(aside.with_name(aside.name + tail))
    path.with_name(path.name + "-shm").unlink(missing_ok=True)
    return aside


def is_corruption(error: Exception) -> bool:
    """Whether SQLite came across bytes that it has not written."""
    return _errorcode(error) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _errorcode(error: Exception) -> int:
    """SQLite's, extended; SQLITE_OK for an error that is not SQLite's."""
    return int(getattr(getattr(error, "orig", None), "sqlite_errorcode", sqlite3.SQLITE_OK))


def _is_damage(error: Exception, path: Path) -> bool:
    if isinstance(error, _Damaged):
        return True
    code = _errorcode(error)
    if code == sqlite3.SQLITE_OK:
        return isinstance(error, DatabaseError) and not isinstance(error, OperationalError)
    if code == sqlite3.SQLITE_READONLY:  # so says a damaged header as well: then the file itself can be written
        return may_write(path) and may_write(path.parent)
    return code & 0xFF not in _OUTSIDE


def _reason(error: Exception) -> str:
    return str(error.orig) if isinstance(error, DatabaseError) else getattr(error, "strerror", None) or str(error)


def _outside(error: Exception, path: Path) -> StoreError:
    """What the machine, or the rights that we have on it, do to a database that is sound; with the remedy."""
    reason, remedy = _reason(error), "make the folder writable, and the files in it"
    if "full" in reason or _errorcode(error) == sqlite3.SQLITE_IOERR_SHMSIZE:  # no room for the journal's index
        remedy = "make room on the disk"
    elif not may_read(path):
        reason, remedy = f"cannot be read ({reason})", "let this user read it, and write its folder"
    elif not may_write(path.parent):
        reason = f"the folder cannot be written ({reason})"
    return StoreError(f"{path}: {reason}; {remedy}, or set [state] path to another; what was published stays")
