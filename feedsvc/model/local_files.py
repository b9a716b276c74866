"""The files below the articles folder that may be published."""

import os
import stat
from pathlib import Path


def is_there(root: Path, file: str) -> bool:
    """Whether `file` is a regular file that lies below `root`, links followed."""
    return _inside(root, file) is not None


def _inside(root: Path, file: str) -> os.stat_result | None:
    """The status of a regular file below `root` that is not hidden, or None."""
    path = root / file
    try:
        status = path.stat()
        inside = os.path.realpath(path).startswith(os.path.realpath(root) + os.sep)
    except (OSError, ValueError):
        return None
    hidden = any(part.startswith(".") for part in file.split("/"))
    return status if stat.S_ISREG(status.st_mode) and inside and not hidden else None
