"""A note beside the database by which any process that reads it has the publisher check it."""

from contextlib import suppress
from pathlib import Path

from feedsvc.store.sqlite.clean_close import unmark_clean

_SUFFIX = ".suspect"


def suspect(path: Path) -> None:
    """Asks for a check of the database at `path`. Nothing happens where this user may not write beside it."""
    with suppress(OSError):
        _note(path).touch(mode=0o600)
        unmark_clean(path)


def is_suspect(path: Path) -> bool:
    """True if somebody asked for a check since the last one; False where the system does not tell."""
    try:
        return _note(path).exists()
    except OSError:
        return False


def clear_suspicion(path: Path) -> None:
    """Notes that the database was checked, or another one is in its place."""
    with suppress(OSError):
        _note(path).unlink(missing_ok=True)


def _note(path: Path) -> Path:
    return path.with_name(path.name + _SUFFIX)
