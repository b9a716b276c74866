"""Opens the database file; creates and checks it, and sets it aside if it is damaged."""

import os
import sqlite3
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from feedsvc.model.problem import Problem
from feedsvc.store import scanned_folders
from feedsvc.store.errors import JournalIndexLost, NothingStored, StoreDamaged, StoreError
from feedsvc.store.push_schema import metadata
from feedsvc.store.schema import MIGRATED, VERSION
from feedsvc.store.sqlite import soundness
from feedsvc.store.sqlite.clean_close import is_emptied, is_marked_clean, unmark_clean
from feedsvc.store.sqlite.error_codes import folder_error, machine_error
from feedsvc.store.sqlite.journal import commits, holds_commits
from feedsvc.store.sqlite.migration import migrate, present_names
from feedsvc.store.sqlite.origin import MARK as MARK
from feedsvc.store.sqlite.origin import find_version
from feedsvc.store.sqlite.rebuilding import (
    begin_rebuilding,
    copy_with_journal,
    discard_rebuilding,
    empty,
    end_rebuilding,
    is_rebuilding,
    set_aside,
)
from feedsvc.store.sqlite.salvage import salvage
from feedsvc.store.sqlite.store import Store as Store
from feedsvc.store.sqlite.store import store_path as store_path
from feedsvc.store.sqlite.suspicion import clear_suspicion
from feedsvc.store.table_changes import lost_tables, not_migrated
from feedsvc.store.transaction import Transaction

OLDEST = (3, 35, 0)


def open_store(folder: Path) -> Store:
    """The store in `folder`, for reading. Raises StoreError if nothing was ever stored there, or an older version
    wrote it."""
    path = store_path(folder)
    try:
        _check_is_file(path)
        is_begun = path.is_file() and path.stat().st_size > 0
    except OSError as error:
        raise machine_error(error, path) from error
    if not is_begun:
        raise NothingStored(f"{path}: nothing has been published yet; run `feedsvc publish` or `feedsvc serve`")
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

    A damaged file is kept beside the new one, under its name with `.damaged`; nothing of it is deleted. The ids and
    dates in its ledger are recovered. Raises StoreError if SQLite is too old, the folder cannot hold a database, or the
    file belongs to another program.
    """
    if sqlite3.sqlite_version_info < OLDEST:
        raise StoreError(
            f"SQLite {sqlite3.sqlite_version} is too old; feedsvc needs {'.'.join(map(str, OLDEST))} or later"
        )
    path = store_path(folder)
    try:
        folder.mkdir(mode=_OURS_TO_ENTER, parents=True, exist_ok=True)
        _keep_private(path)
        if is_rebuilding(path):
            return _rebuild(path, "a rebuilding was interrupted")
        _check_is_file(path)
        emptied = is_emptied(path)
        store = _create(path)
    except OSError as error:
        raise folder_error(error, folder) from None
    except JournalIndexLost as error:
        return _rebuild(path, error.reason, _make_whole)
    except StoreDamaged as error:
        return _rebuild(path, error.reason)
    clear_suspicion(path)
    with suppress(OSError):
        discard_rebuilding(path)
    return store, (_damage(path, "the file was empty", "it was rebuilt from the articles"),) if emptied else ()


_OURS, _OURS_TO_ENTER = 0o600, 0o700
"""The modes of the store, which has texts that nobody may see yet, and of a new folder; an existing one keeps its
mode."""
_TAILS = ("", "-wal", "-shm", ".sealed", ".damaged", ".damaged-wal")


def _keep_private(path: Path) -> None:
    """Removes the rights of other users on files that a former version made and that this user owns. The files are not
    opened: closing one would end the locks that this process has on it."""
    for tail in _TAILS:
        file = path.with_name(path.name + tail)
        with suppress(OSError):  # it is missing, or not ours
            if stat.S_ISREG(file.stat().st_mode) and file.stat().st_mode & 0o077:
                file.chmod(_OURS)


def _check_is_file(path: Path) -> None:
    """Raises StoreDamaged if `path` is not a file, and StoreError for a broken link, whose disk may not be mounted."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        if path.is_symlink():
            raise StoreError(
                f"{path}: is a link to {path.readlink()}, where nothing is; mount its disk, or remove the link"
            ) from None
        return
    if not stat.S_ISREG(mode):
        raise StoreDamaged(path, "it is a folder" if stat.S_ISDIR(mode) else "it is no file, but a device or a pipe")


def _make_anew(fresh: Path, aside: Path) -> str:
    """Makes the new database at `fresh` with what can be recovered from `aside`. Returns what was done."""
    store = _create(fresh)
    try:
        with store.write() as transaction:
            kept = salvage(transaction, aside) if aside.is_file() else 0
    finally:
        store.close_for_good()
    return f"rebuilt from the articles; the ids of {kept} of them were taken over from it"


def _make_whole(fresh: Path, aside: Path) -> str:
    """Makes the new database at `fresh` from `aside` and its journal, or as `_make_anew` if it is not sound. Returns
    what was done."""
    try:
        copy_with_journal(aside, fresh)
        is_whole = _take_journal(fresh)
        _create(fresh).close_for_good()
    except StoreDamaged:
        empty(fresh)
        return _make_anew(fresh, aside)
    return f"put together again with its journal; {'nothing is lost' if is_whole else 'the end of that cannot be read'}"


def _take_journal(path: Path) -> bool:
    """Moves the journal of the database at `path`, which nobody has open, to the database. False if a part of it cannot
    be read."""
    there, store = commits(path), Store(path, writes=True)
    try:
        seen = store.seen_frames()
    finally:
        store.close_for_good()
        unmark_clean(path)
    return seen is not None and all(number <= seen for number in there)


def _rebuild(
    path: Path, reason: str, make: Callable[[Path, Path], str] = _make_anew
) -> tuple[Store, tuple[Problem, ...]]:
    """A new store in place of a damaged one, which `make` makes, and the problem. If this is interrupted, the next
    opening begins it again, with the data that can be recovered."""
    try:
        fresh, aside = begin_rebuilding(path), set_aside(path)
        done = make(fresh, aside)
        end_rebuilding(fresh, path)
        store = _create(path)
    except (OSError, StoreError) as error:
        told = error.strerror if isinstance(error, OSError) else error
        raise StoreError(f"{path}: is damaged ({reason}), and cannot be set aside: {told}") from None
    clear_suspicion(path)
    return store, (_damage(path, reason, f"it was set aside as {aside.name} and {done}"),)


def _damage(path: Path, reason: str, remedy: str) -> Problem:
    return Problem(place=str(path), reason=f"the store was damaged: {reason}", remedy=remedy)


def _create(path: Path) -> Store:
    """The store at `path`: created or migrated, and checked unless it was closed cleanly. Raises StoreDamaged."""
    sound = is_marked_clean(path)
    if not path.exists():
        unmark_clean(path)  # the note belongs to another file
        os.close(os.open(path, os.O_CREAT | os.O_CLOEXEC, _OURS))  # SQLite's other files get the same mode
        sound = True  # it is still empty
    store = Store(path, writes=True)
    try:
        with store.guarded():
            _open(store, sound)
    except BaseException:
        store.close()
        raise
    return store


def _open(store: Store, sound: bool) -> None:
    with store.read() as transaction:
        version = find_version(transaction, store.path)  # before any change: it may belong to another program
    _check_wal(store)
    with store.write():  # fails before all pages are checked in vain, if this user may not write
        if not sound:
            _check_journal(store)
    if not sound:
        with store.read() as transaction:
            soundness.run(soundness.check_pages, transaction, store.path)
            if version == VERSION:
                soundness.run(soundness.check_tables, transaction, store.path)
    with store.write() as transaction:
        _make_tables(transaction, version, store.path)
    if not sound:
        with store.read() as transaction:
            soundness.check_contents(transaction, store.path)


def _check_journal(store: Store) -> None:
    """Raises JournalIndexLost if SQLite does not see commits that are in the journal, and would overwrite them. A
    writer that was killed may leave one such commit, which was not complete.

    A transaction that writes must be open: otherwise another process may begin the journal anew meanwhile.
    """
    there = commits(store.path)
    for _ in range(_LOOKS):
        if (seen := store.seen_frames()) is not None:
            break
        time.sleep(_PAUSE)
    else:  # others work with the journal all the time, and so do not miss a part of it
        return
    if sum(number > seen for number in there) > 1:
        raise JournalIndexLost(store.path)


_LOOKS, _PAUSE = 50, 0.02
"""The attempts to ask for the frames of the journal, and the seconds between two of them."""


def _make_tables(transaction: Transaction, version: int, path: Path) -> None:
    """Brings the tables up to date, and makes those that are new. Raises StoreDamaged if one is missing that `version`
    has, or if the journal has commits that SQLite does not see and would overwrite."""
    if version and (lost := lost_tables(present_names(transaction), version)):
        raise StoreDamaged(path, f"the table {lost[0]} is missing")
    if version in MIGRATED:
        migrate(transaction)
    there = set(transaction.scalars(text("SELECT name FROM sqlite_schema")))
    if not there and holds_commits(path):
        raise JournalIndexLost(path)
    for name, definition in _definitions().items():
        if name not in there:
            transaction.run_sql(definition)
    scanned_folders.create_triggers(transaction)
    transaction.execute(text(f"PRAGMA user_version={VERSION}"))
    transaction.execute(text(f"PRAGMA application_id={MARK + VERSION}"))


@cache
def _definitions() -> dict[str, str]:
    """The SQL of all tables, and after them of all indexes, by name."""
    tables = metadata.sorted_tables
    made: list[CreateTable | CreateIndex] = [
        *map(CreateTable, tables),
        *(CreateIndex(index) for table in tables for index in table.indexes),
    ]
    return {str(each.element.name): str(each.compile(dialect=dialect())) for each in made}


def _check_wal(store: Store) -> None:
    if store.journal_mode() != "wal":
        raise StoreError(
            f"{store.path}: this file system has no shared memory for SQLite; set [state] path to a local disk"
        )


def _check_is_up_to_date(store: Store) -> None:
    """Raises StoreError if the tables still have to be migrated, which only a writer can do."""
    with store.guarded(), store.read() as transaction:
        version = find_version(transaction, store.path)
    if version in MIGRATED:
        raise not_migrated(store.name, version)
