"""Puts one database file in the place of another, which processes may have open for reading."""

from contextlib import suppress
from pathlib import Path

from feedsvc.store.sqlite.clean_close import unmark_clean


def replace_store(path: Path, fresh: Path) -> None:
    """Puts the file `fresh`, which was closed in good order, in the place of the one at `path`, which was as well.

    Who has the old one open goes on reading it; who looks sees that the file is another.
    """
    unmark_clean(path)
    for tail in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + tail).unlink()
    unmark_clean(fresh)
    fresh.replace(path)
