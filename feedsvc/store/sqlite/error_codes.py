"""SQLite's errors as those of the store: busy, damaged, or the machine's, each with its remedy."""

import sqlite3
from pathlib import Path

from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError

from feedsvc.store.errors import StoreBusy, StoreDamaged, StoreError
from feedsvc.store.sqlite.engine import may_read, may_write

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


def store_error(error: SQLAlchemyError, path: Path) -> StoreError:
    """The error that others see in place of the database's."""
    if _errorcode(error) & 0xFF == sqlite3.SQLITE_BUSY:
        return StoreBusy(f"{path}: another program is writing to it ({_reason(error)}); try again when it has ended")
    if is_damage(error, path):
        return StoreDamaged(path, _reason(error))
    return machine_error(error, path)


def _errorcode(error: Exception) -> int:
    """SQLite's, extended; SQLITE_OK for an error that is not SQLite's."""
    return int(getattr(getattr(error, "orig", None), "sqlite_errorcode", sqlite3.SQLITE_OK))


def is_damage(error: Exception, path: Path) -> bool:
    code = _errorcode(error)
    if code == sqlite3.SQLITE_OK:
        return isinstance(error, DatabaseError) and not isinstance(error, OperationalError)
    if code == sqlite3.SQLITE_READONLY:  # so says a damaged header as well: then the file itself can be written
        return may_write(path) and may_write(path.parent)
    return code & 0xFF not in _OUTSIDE


def _reason(error: Exception) -> str:
    return str(error.orig) if isinstance(error, DatabaseError) else getattr(error, "strerror", None) or str(error)


def machine_error(error: Exception, path: Path) -> StoreError:
    """What the machine, or the rights that we have on it, do to a database that is sound; with the remedy."""
    reason, remedy = _reason(error), "make the folder writable, and the files in it"
    if "full" in reason or _errorcode(error) == sqlite3.SQLITE_IOERR_SHMSIZE:  # no room for the journal's index
        remedy = "make room on the disk"
    elif not may_read(path):
        reason, remedy = f"cannot be read ({reason})", "let this user read it, and write its folder"
    elif not may_write(path.parent):
        reason = f"the folder cannot be written ({reason})"
    return StoreError(f"{path}: {reason}; {remedy}, or set [state] path to another; what was published stays")
