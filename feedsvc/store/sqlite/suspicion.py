"""A note beside the database, by which any process that reads it can ask the publisher to check it."""

from contextlib import suppress
from pathlib import Path

from feedsvc.store.sqlite.clean_close import unmark_clean

_SUFFIX = ".suspect"


def suspect(path: Path) -> None:
    """Asks for a check of the database at `path`. Does nothing if this user may not write to its folder."""
    with suppress(OSError):
        _note(path).touch(mode=0o600)
        unmark_clean(path)


def is_suspect(path: Path) -> bool:
    """True if a process asked for a check since the last one; False if the system cannot tell."""
    try:
        return _note(path).exists()
    except OSError:
        return False


def clear_suspicion(path: Path) -> None:
    """Removes the request, after the database was checked or replaced."""
    with suppress(OSError):
        _note(path).unlink(missing_ok=True)


def _note(path: Path) -> Path:
    return path.with_name(path.name + _SUFFIX)
