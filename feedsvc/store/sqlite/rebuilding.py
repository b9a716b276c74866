"""The files of a rebuilding: the damaged database is set aside, and the new one gets its name when it is complete.

While the new file is there under its own name, the rebuilding is not done, and begins again.
"""

import os
from itertools import count
from pathlib import Path

from feedsvc.store.sqlite.clean_close import unmark_clean

_ASIDE, _FRESH = ".damaged", ".new"


def begin_rebuilding(path: Path) -> Path:
    """The place of the new database, for the one at `path`; nothing is there but an empty file."""
    discard_rebuilding(path)
    fresh = path.with_name(path.name + _FRESH)
    fresh.touch(mode=0o600)
    return fresh


def discard_rebuilding(path: Path) -> None:
    """Removes what an earlier rebuilding has left of a new database."""
    fresh = path.with_name(path.name + _FRESH)
    for tail in ("-wal", "-shm", ""):
        fresh.with_name(fresh.name + tail).unlink(missing_ok=True)
    unmark_clean(fresh)


def is_rebuilding(path: Path) -> bool:
    """True if the database was set aside, and the new one is not complete."""
    return not path.exists() and path.with_name(path.name + _FRESH).exists()


def set_aside(path: Path) -> Path:
    """Renames the file and its journal to `.damaged`, in place of files that were set aside before; returns the new
    path. What was renamed before this was interrupted stays so."""
    aside = _place_aside(path)
    journal, journal_aside = (each.with_name(each.name + "-wal") for each in (path, aside))
    if os.path.lexists(path):
        journal_aside.unlink(missing_ok=True)  # of the one that was set aside before
        path.replace(aside)
    if journal.exists():
        journal.replace(journal_aside)
    for each in (path, aside):
        each.with_name(each.name + "-shm").unlink(missing_ok=True)
    return aside


def _place_aside(path: Path) -> Path:
    """The path for what is set aside: a folder neither takes the place of a file, nor gives way to one."""
    aside = path.with_name(path.name + _ASIDE)
    if not aside.exists() or (aside.is_file() and not path.is_dir()):
        return aside
    numbered = (aside.with_name(f"{aside.name}-{number}") for number in count(2))
    return next(place for place in numbered if not place.exists())


def end_rebuilding(fresh: Path, path: Path) -> None:
    """Gives the new database, which is closed, its name."""
    unmark_clean(path)
    unmark_clean(fresh)
    fresh.replace(path)
