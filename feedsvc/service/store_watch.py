"""Detects when the store is no longer the one that was opened."""

from pathlib import Path
from typing import NamedTuple

from feedsvc.store.port import Store
from feedsvc.store.sqlite import database
from feedsvc.store.sqlite.suspicion import is_suspect


class StoreWatch(NamedTuple):
    """The file of a store, with its inode at the time when a session opened it. A store that is not a file (`path` is
    None) is never reported as replaced or suspect: its database server reports damage itself."""

    name: str
    path: Path | None
    inode: int

    def is_replaced(self) -> bool:
        """True if the file was deleted or replaced: serving processes no longer see writes to the old one."""
        return self.path is not None and file_inode(self.path) != self.inode

    def is_suspect(self) -> bool:
        """True if a process that reads the store has asked for a check of it."""
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
