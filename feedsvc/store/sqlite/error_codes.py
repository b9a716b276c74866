"""Converts SQLite's errors into those of the store: busy, damaged, or caused by the machine, each with its remedy."""

import errno
import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from sqlalchemy.exc import DBAPIError, NoResultFound, SQLAlchemyError

from feedsvc.store.errors import StoreBusy, StoreDamaged, StoreError
from feedsvc.store.sqlite.engine import NotInPlace, may_read, may_write
from feedsvc.store.state_disk import NEEDED

# Errors that the machine causes for a sound database (https://sqlite.org/rescode.html); all others mean damage.
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


def store_error(error: Exception, path: Path) -> StoreError:
    """The store's error for an error of the database. It contains no SQL, no parameter and no stored text."""
    code = _errorcode(error)
    if code & 0xFF == sqlite3.SQLITE_BUSY:
        return StoreBusy(f"{path}: another program is writing to it ({_reason(error)}); try again when it has ended")
    if is_damage(error, path):
        return StoreDamaged(path, _reason(error))
    return machine_error(error, path)


def _original(error: Exception) -> BaseException | None:
    """The driver's own error; None if `error` does not come from the driver."""
    if isinstance(error, DBAPIError):
        return error.orig
    return error if isinstance(error, sqlite3.Error) else None


def _errorcode(error: Exception) -> int:
    """The extended error code of SQLite; SQLITE_OK if the error is not one of SQLite's."""
    return int(getattr(_original(error), "sqlite_errorcode", sqlite3.SQLITE_OK))


def is_damage(error: Exception, path: Path) -> bool:
    """True if the error means that the file itself is damaged, not that the machine failed or rights are missing."""
    code = _errorcode(error)
    if code == sqlite3.SQLITE_OK:  # not from SQLite: a text is not UTF-8, or a required row is missing
        return isinstance(error, NoResultFound) or isinstance(_original(error), sqlite3.DatabaseError)
    if code == sqlite3.SQLITE_READONLY:  # a damaged header causes this, too, although the file can be written
        return may_write(path) and may_write(path.parent)
    return code & 0xFF not in _OUTSIDE


def _reason(error: Exception) -> str:
    """SQLite's own message. Messages of the driver and of SQLAlchemy are not used, since they may quote stored data."""
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    if isinstance(error, NoResultFound):
        return "a row is missing"
    if isinstance(error, SQLAlchemyError) and not isinstance(error, DBAPIError):
        return str(error)
    return str(_original(error)) if _errorcode(error) != sqlite3.SQLITE_OK else "a text in it is not UTF-8"


def machine_error(error: Exception, path: Path) -> StoreError:
    """The error for a sound database that the machine or missing rights make unusable; with the remedy."""
    reason, remedy = _reason(error), "make the folder writable, and the files in it"
    if isinstance(error, NotInPlace):
        return StoreError(f"{path}: {reason}; {error.remedy}; what was published stays")
    if _is_full(error, path.parent):
        remedy = "make room on the disk"
    elif not may_read(path):
        reason, remedy = f"cannot be read ({reason})", "let this user read it, and write its folder"
    elif not may_write(path.parent):
        reason = f"the folder cannot be written ({reason})"
    elif _errorcode(error) & 0xFF == sqlite3.SQLITE_IOERR:
        remedy = "look whether its disk is full, or failing"
    return StoreError(f"{path}: {reason}; {remedy}, or set [state] path to another; what was published stays")


def folder_error(error: OSError, folder: Path) -> StoreError:
    """The error for a folder that cannot hold a database; with the remedy."""
    remedy = "make room on the disk" if _is_full(error, folder) else "make it writable"
    reason = error.strerror or type(error).__name__
    return StoreError(f"{folder}: cannot hold the state ({reason}); {remedy} or set [state] path")


_FULL = (errno.ENOSPC, errno.EDQUOT)


def _is_full(error: Exception, folder: Path) -> bool:
    """True if the disk is full. SQLite reports this in many ways: it cannot open its journal, or write to it."""
    if isinstance(error, OSError):
        return error.errno in _FULL
    code = _errorcode(error)
    if code == sqlite3.SQLITE_IOERR_SHMSIZE or code & 0xFF == sqlite3.SQLITE_FULL:
        return True
    with suppress(OSError):
        disk = os.statvfs(folder)
        is_out_of_names = disk.f_files > 0 and disk.f_favail == 0
        return may_write(folder) and (disk.f_bavail * disk.f_frsize < NEEDED or is_out_of_names)
    return False
