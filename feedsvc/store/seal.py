"""A note beside the database that it was sound when it was last closed: while the file is as it was, it still is.

To look at every page of a large store takes longer than most regenerations. A file that anything touched since, or that
was not closed in an orderly way (its journal is still there), is looked at.
"""

import os
from pathlib import Path

_SUFFIX = ".sealed"


def seal(path: Path) -> None:
    """Note how the database at `path` stands; nothing is noted while changes wait in its journal."""
    if stamp := _stamp(path):
        path.with_name(path.name + _SUFFIX).write_text(stamp, encoding="ascii")


def is_sealed(path: Path) -> bool:
    try:
        noted = path.with_name(path.name + _SUFFIX).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return False
    return noted != "" and noted == _stamp(path)


def unseal(path: Path) -> None:
    """Let the next one to open the database look at every page."""
    path.with_name(path.name + _SUFFIX).unlink(missing_ok=True)


def _stamp(path: Path) -> str:
    """Size, time, inode and device; empty for a file that is not there, or whose journal is not empty."""
    try:
        status = path.stat()
    except OSError:
        return ""
    try:
        if os.stat(f"{path}-wal").st_size:  # noqa: PTH116
            return ""
    except FileNotFoundError:
        pass
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ino} {status.st_dev}"
