"""A note beside the database that it was sound when it was last closed: while the file is as it was, it still is.

To look at every page of a large store takes longer than most regenerations. A file that anything touched since, or that
was not closed in an orderly way (its journal is still there), is looked at.
"""

from pathlib import Path

from feedsvc.store.sqlite.engine import stamp

_SUFFIX = ".sealed"


def mark_clean(path: Path) -> None:
    """Note how the database at `path` stands; nothing is noted while changes wait in its journal."""
    if noted := stamp(path):
        path.with_name(path.name + _SUFFIX).write_text(noted, encoding="ascii")


def is_marked_clean(path: Path) -> bool:
    try:
        noted = path.with_name(path.name + _SUFFIX).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return False
    return noted != "" and noted == stamp(path)


def is_emptied(path: Path) -> bool:
    """Whether nothing is in the file any more; beside one that was only just begun there is no note."""
    try:
        return path.stat().st_size == 0 and path.with_name(path.name + _SUFFIX).exists()
    except OSError:
        return False


def unmark_clean(path: Path) -> None:
    """Let the next one to open the database look at every page."""
    path.with_name(path.name + _SUFFIX).unlink(missing_ok=True)
