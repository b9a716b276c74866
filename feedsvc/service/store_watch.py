"""Notices when the store is no longer the one that was opened."""

from pathlib import Path
from typing import NamedTuple

from feedsvc.store.sqlite.suspicion import is_suspect


class StoreWatch(NamedTuple):
    """The file of a store, with the inode that it had when a session opened it."""

    path: Path
    inode: int

    def is_replaced(self) -> bool:
        """True if the file was deleted or replaced: what is written to the old one, no server sees any more."""
        return file_inode(self.path) != self.inode

    def is_suspect(self) -> bool:
        """True if a process that reads the store asked for a check of it."""
        return is_suspect(self.path)


def watch_store(path: Path) -> StoreWatch:
    """A watch of the file that is at `path` now."""
    return StoreWatch(path, file_inode(path))


def file_inode(path: Path) -> int:
    """The inode of `path`; 0 if there is no such file."""
    try:
        return path.stat().st_ino
    except OSError:
        return 0
