"""The files of a rebuilding: the damaged database is set aside, and the new one gets its name when it is complete.

As long as a file with the temporary name of the new one exists, the rebuilding is not complete, and starts again.
"""

import os
import shutil
from itertools import count
from pathlib import Path

from feedsvc.store.sqlite.clean_close import unmark_clean

_ASIDE, _FRESH = ".damaged", ".new"


def begin_rebuilding(path: Path) -> Path:
    """The path of the new database that is to replace the one at `path`; an empty file is created there."""
    discard_rebuilding(path)
    fresh = path.with_name(path.name + _FRESH)
    fresh.touch(mode=0o600)
    return fresh


def discard_rebuilding(path: Path) -> None:
    """Removes the new database that an interrupted rebuilding has left."""
    fresh = path.with_name(path.name + _FRESH)
    for tail in ("-wal", "-shm", ""):
        fresh.with_name(fresh.name + tail).unlink(missing_ok=True)
    unmark_clean(fresh)


def is_rebuilding(path: Path) -> bool:
    """True if the database was set aside and the new one is not complete."""
    return not path.exists() and path.with_name(path.name + _FRESH).exists()


def set_aside(path: Path) -> Path:
    """Renames the file and its journal to `.damaged`, in place of files that were set aside before, and returns the new
    path. If an earlier call was interrupted, only the rest is renamed."""
    aside = _place_aside(path)
    journal, journal_aside = (each.with_name(each.name + "-wal") for each in (path, aside))
    if os.path.lexists(path):
        journal_aside.unlink(missing_ok=True)  # the journal of a database that was set aside before
        path.replace(aside)
    if journal.exists():
        journal.replace(journal_aside)
    for each in (path, aside):
        each.with_name(each.name + "-shm").unlink(missing_ok=True)
    return aside


def copy_with_journal(aside: Path, fresh: Path) -> None:
    """Copies a database that was set aside, and its journal, to `fresh`: SQLite makes a new index for the copy."""
    for tail in ("-wal", ""):
        target = os.open(fresh.with_name(fresh.name + tail), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(target, "wb") as copy, aside.with_name(aside.name + tail).open("rb") as data:
            shutil.copyfileobj(data, copy)


def empty(fresh: Path) -> None:
    """Empties the new database. Its file stays, as the mark that the rebuilding is not complete."""
    unmark_clean(fresh)
    for tail in ("-wal", "-shm"):
        fresh.with_name(fresh.name + tail).unlink(missing_ok=True)
    os.truncate(fresh, 0)


def _place_aside(path: Path) -> Path:
    """The path to which `path` is set aside. A folder never replaces anything that was set aside, nor is replaced: then
    the path gets a number."""
    aside = path.with_name(path.name + _ASIDE)
    if not aside.exists() or (aside.is_file() and not path.is_dir()):
        return aside
    numbered = (aside.with_name(f"{aside.name}-{number}") for number in count(2))
    return next(place for place in numbered if not place.exists())


def end_rebuilding(fresh: Path, path: Path) -> None:
    """Renames the new database at `fresh`, which must be closed, to `path`."""
    unmark_clean(path)
    unmark_clean(fresh)
    fresh.replace(path)
