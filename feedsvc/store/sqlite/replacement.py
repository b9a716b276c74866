"""Replaces one database file by another, while processes may have it open for reading."""

from contextlib import suppress
from pathlib import Path

from feedsvc.store.sqlite.clean_close import unmark_clean


def replace_store(path: Path, fresh: Path) -> None:
    """Replaces the file at `path` by the file `fresh`. Both must have been closed cleanly.

    Processes that have the old file open continue to read it; they can see by its inode that it was replaced.
    """
    unmark_clean(path)
    for tail in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + tail).unlink()
    unmark_clean(fresh)
    fresh.replace(path)
