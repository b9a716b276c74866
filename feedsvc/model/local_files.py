"""Files below the articles folder that may be published."""

import os
import stat
from pathlib import Path


def is_there(root: Path, file: str) -> bool:
    """True if `file` may be published: see `file_status`."""
    return file_status(root, file) is not None


def file_status(root: Path, file: str) -> os.stat_result | None:
    """The status of `file` below `root`, with links followed.

    None if it is not there, is not a regular file, is hidden, or lies outside of `root` by a link.
    """
    path = root / file
    try:
        status = path.stat()
        inside = os.path.realpath(path).startswith(os.path.realpath(root) + os.sep)
    except (OSError, ValueError):
        return None
    hidden = any(part.startswith(".") for part in file.split("/"))
    return status if stat.S_ISREG(status.st_mode) and inside and not hidden else None
