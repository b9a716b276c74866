"""The files below the articles folder that may be published."""

import os
import stat
from pathlib import Path

from feedsvc.library.media import _is_hidden
from feedsvc.model.media_types import published


def is_there(root: Path, file: str) -> bool:
    """Whether `file` is a regular file that lies below `root`, links followed."""
    return _inside(root, file) is not None


def _inside(root: Path, file: str) -> os.stat_result | None:
    """The status of a regular file below `root` that is not hidden, or None. What a link leads to has to be such a file
    too, and of a kind that is published: a link by the name of a picture may lead to an article's source."""
    path = root / file
    try:
        status = path.stat()
        real, base = os.path.realpath(path), os.path.realpath(root) + os.sep
    except (OSError, ValueError):
        return None
    target = real.removeprefix(base)
    inside = real.startswith(base) and (target == file or bool(published(target)))
    return status if stat.S_ISREG(status.st_mode) and inside and not (_is_hidden(file) or _is_hidden(target)) else None
