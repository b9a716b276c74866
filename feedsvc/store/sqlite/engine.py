"""Opens the database file: with its journal, or as a file that nobody writes to.

In WAL mode even a reader needs to create a file, the journal's index (`-shm`), and SQLite fails if it cannot. So in a
folder that this process cannot write to, a database that was closed cleanly (there is no `-wal`) is opened as immutable
(https://sqlite.org/uri.html#uriimmutable). SQLite then neither locks it nor notices changes, so this module does: a
connection is valid while the file is unchanged and has no journal. Once another process has begun a journal, the index
exists too, and SQLite can open both in the usual way.

Nothing is written to a file that is no longer at its path, because it was replaced or a disk was mounted over it:
nobody would see it there.
"""

import os
import sqlite3
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import QueuePool

from feedsvc.store.sqlite.file_identity import FileIdentity, identify

WRITING_KB = 48 * 1024
"""The page cache of the writer, in kB: ids are not inserted in order, so index pages are needed again and again."""
PAGE = 8192
"""Bytes of a page. An article takes a bit more than half of the usual 4096, so that only one would fit on a page."""
BUSY_MS = 15_000
"""The wait for a lock, in milliseconds: longer than any transaction of ours should take."""


def make_engine(path: Path, *, writes: bool) -> Engine:
    """The engine for the file at `path`, which must exist when it is opened: SQLite would make a new one also where the
    disk of the file is away. With `writes` it is never opened as immutable. Opens nothing yet."""
    connect = partial(_open, path, writes=writes)
    engine = create_engine(
        "sqlite://", creator=connect, poolclass=QueuePool, pool_size=2, max_overflow=8, hide_parameters=True
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "checkout", _check)
    event.listen(engine, "begin", begin)
    event.listen(engine, "commit", check_again)
    event.listen(engine, "invalidate", _roll_back)
    return engine


def begin(connection: Connection) -> None:
    """Begins a transaction; a writing one takes the write lock at once. Raises NotInPlace."""
    writing = _is_writing(connection)
    if writing:
        _check_place(connection)
        connection.exec_driver_sql(f"PRAGMA cache_size=-{WRITING_KB}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def may_read(place: Path) -> bool:
    """True if this user may read `place`, or it does not exist."""
    try:
        place.stat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return _may(place, os.R_OK)


def may_write(place: Path) -> bool:
    """True if this user may write to `place`, and its disk is not read-only."""
    return _may(place, os.W_OK)


def _may(place: Path, what: int) -> bool:
    return os.access(place, what, effective_ids=os.access in os.supports_effective_ids)


def stamp(path: Path) -> str:
    """The size, time, inode and device of the file; empty if it is missing, its journal is not empty, or the system
    reports an error."""
    try:
        status = path.stat()
        if _size(f"{path}-wal"):
            return ""
    except OSError:
        return ""
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ino} {status.st_dev}"


def _size(file: str) -> int | None:
    """The bytes of the file; None if there is none. Raises OSError if the system cannot tell."""
    try:
        return os.lstat(file).st_size
    except FileNotFoundError:
        return None


class NotInPlace(DisconnectionError):
    """The file that a transaction writes to is no longer at its path. `remedy` depends on what is there now."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.remedy = remedy


class _Opened(sqlite3.Connection):
    """A connection to the file that was at `path`."""

    path: Path
    file: FileIdentity | None
    """None if the system could not tell."""


class _AsItLies(_Opened):
    """A connection to a file that nobody writes to."""

    stamp: str

    def is_good(self) -> bool:
        """True if the file has not changed since it was opened."""
        return _untouched(self.path) == self.stamp


def _untouched(path: Path) -> str:
    """The stamp of a file that certainly has no journal; empty for any other file."""
    try:
        return stamp(path) if _size(f"{path}-wal") is None else ""
    except OSError:
        return ""


def _open(path: Path, *, writes: bool) -> sqlite3.Connection:
    file = f"file:{quote(os.fsencode(path))}"
    if not writes and (untouched := _untouched(path)) and not may_write(path.parent):
        uri = f"{file}?mode=ro&immutable=1"
        as_it_lies = sqlite3.connect(uri, uri=True, check_same_thread=False, factory=_AsItLies)
        as_it_lies.path, as_it_lies.file, as_it_lies.stamp = path, None, untouched
        return as_it_lies
    before = _identify(path)
    connection = sqlite3.connect(f"{file}?mode=rw", uri=True, check_same_thread=False, factory=_Opened)
    connection.path, connection.file = path, before
    return connection


def _identify(path: Path) -> FileIdentity | None:
    """The identity of the file at `path`; None if there is none, or the system cannot tell."""
    try:
        return identify(path)
    except OSError:
        return None


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we send BEGIN ourselves: the driver's own takes the write lock too late
    for pragma in (
        f"page_size={PAGE}",
        f"busy_timeout={BUSY_MS}",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-8000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _check(connection: sqlite3.Connection, _record: object, _proxy: object) -> None:
    """Raises DisconnectionError if an immutable file has changed: SQLAlchemy then opens another connection."""
    if isinstance(connection, _AsItLies) and not connection.is_good():
        raise DisconnectionError("somebody writes to the file that was read as it lay")


def check_again(connection: Connection) -> None:
    """Checks at a commit: data that was read while another process began to write to an immutable file may be
    inconsistent, and what was written to a file that is no longer at its path would be lost. Raises
    DisconnectionError."""
    raw: Any = connection.connection.driver_connection
    _check(raw, None, None)
    if _is_writing(connection):
        _check_place(connection)


def _roll_back(connection: sqlite3.Connection, _record: object, _error: BaseException | None) -> None:
    """Rolls back before SQLAlchemy closes a connection after Ctrl-C: SQLite leaves the file locked as long as there are
    cursors, which the frames of the exception hold."""
    with suppress(sqlite3.Error):
        connection.rollback()


def _is_writing(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("writing", False))


def _check_place(connection: Connection) -> None:
    """Raises NotInPlace if another file is at the path of the one that is open, or none."""
    raw: Any = connection.connection.driver_connection
    try:
        found = identify(raw.path)
    except OSError as error:
        if raw.file is not None:
            raise NotInPlace(f"cannot be looked at ({error.strerror})", _MOUNT) from None
        return
    if raw.file is not None and found != raw.file:
        raise _not_in_place(raw.file, found)


_MOUNT = "mount its disk again"


def _not_in_place(opened: FileIdentity, found: FileIdentity | None) -> NotInPlace:
    """The error for the file `found` at the path, None if there is none, in place of the one that was `opened`."""
    reason = "is not the file any more that was opened"
    if found is None:
        return NotInPlace(f"{reason}: nothing is there", _MOUNT)
    if found[0] == opened[0]:
        remedy = "the new one is used from now on; restart the service if this goes on"
        return NotInPlace(f"{reason}: it was rebuilt or replaced", remedy)
    remedy = f"the store there is used from now on; if it is not the right one, {_MOUNT}"
    return NotInPlace(f"{reason}: another disk is there", remedy)
