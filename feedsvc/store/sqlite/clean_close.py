"""Keeps a note beside the database that it was sound when it was last closed, valid while the file is unchanged.

Checking every page of a large store takes longer than most regenerations. Only a file that was changed since, or was
not closed cleanly (its journal still exists), is checked.
"""

from pathlib import Path

from feedsvc.store.sqlite.engine import stamp

_SUFFIX = ".sealed"


def mark_clean(path: Path) -> None:
    """Records the state of the database at `path`, so that the next opening skips the check of its pages. Records
    nothing while its journal has changes."""
    if noted := stamp(path):
        note = path.with_name(path.name + _SUFFIX)
        note.touch(mode=0o600)  # the mode of all files in the folder
        note.write_text(noted, encoding="ascii")


def is_marked_clean(path: Path) -> bool:
    """True if the database is as `mark_clean` recorded it."""
    try:
        noted = path.with_name(path.name + _SUFFIX).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return False
    return noted != "" and noted == stamp(path)


def is_emptied(path: Path) -> bool:
    """True if the file was emptied, that is, has no bytes but a note beside it. A new file has no note."""
    try:
        return path.stat().st_size == 0 and path.with_name(path.name + _SUFFIX).exists()
    except OSError:
        return False


def unmark_clean(path: Path) -> None:
    """Makes the next opening check every page."""
    path.with_name(path.name + _SUFFIX).unlink(missing_ok=True)
