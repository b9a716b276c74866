"""Notices when the store is no longer the one that was opened."""

from pathlib import Path
from typing import NamedTuple

from feedsvc.store.port import Store
from feedsvc.store.sqlite import database
from feedsvc.store.sqlite.suspicion import is_suspect


class StoreWatch(NamedTuple):
    """The file of a store, with the inode that it had when a session opened it. A store that is no file (path None) is
    not replaced, and whoever keeps it says so by itself if it is damaged."""

    name: str
    path: Path | None
    inode: int

    def is_replaced(self) -> bool:
        """True if the file was deleted or replaced: what is written to the old one, no server sees any more."""
        return self.path is not None and file_inode(self.path) != self.inode

    def is_suspect(self) -> bool:
        """True if a process that reads the store asked for a check of it."""
        return self.path is not None and is_suspect(self.path)


def watch_store(store: Store) -> StoreWatch:
    """A watch of `store` as it is now."""
    if isinstance(store, database.Store):
        return StoreWatch(store.name, store.path, file_inode(store.path))
    return StoreWatch(store.name, None, 0)


def file_inode(path: Path) -> int:
    """The inode of `path`; 0 if there is no such file."""
    try:
        return path.stat().st_ino
    except OSError:
        return 0
