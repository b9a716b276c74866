"""Files below the articles folder that may be published."""

import os
import stat
from pathlib import Path

from feedsvc.model.media_types import published


def is_there(root: Path, file: str) -> bool:
    """True if `file` below `root` may be published: see `status_of`."""
    return status_of(root, file) is not None


def status_of(root: Path, file: str) -> os.stat_result | None:
    """The status of the regular file `file` below `root`; None if it is hidden, missing, or outside `root`.

    The target of a link must meet the same conditions, and be of a type that is published: a link with the name of a
    picture may lead to the source of an article.
    """
    path = root / file
    try:
        status = path.stat()
        real, base = os.path.realpath(path), os.path.realpath(root) + os.sep
    except (OSError, ValueError):
        return None
    target = real.removeprefix(base)
    inside = real.startswith(base) and (target == file or bool(published(target)))
    return status if stat.S_ISREG(status.st_mode) and inside and not (_is_hidden(file) or _is_hidden(target)) else None


def _is_hidden(file: str) -> bool:
    return any(part.startswith(".") for part in file.split("/"))
