"""Detects when the store is no longer the one that was opened."""

from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from feedsvc.store.port import Store
from feedsvc.store.sqlite import database
from feedsvc.store.sqlite.file_identity import FileIdentity, identify
from feedsvc.store.sqlite.suspicion import is_suspect


class StoreWatch(NamedTuple):
    """The file of a store, with its identity when a session opened it. A store that is not a file (`path` is None) is
    never reported as replaced or suspect: its database server reports damage itself."""

    name: str
    path: Path | None
    file: FileIdentity | None

    def is_replaced(self) -> bool:
        """True if the file was deleted or replaced, or its disk is gone: serving processes no longer see writes to the
        old one. False if the system cannot tell, as while its disk fails."""
        if self.path is None:
            return False
        try:
            return identify(self.path) != self.file
        except OSError:
            return False

    def is_suspect(self) -> bool:
        """True if a process that reads the store has asked for a check of it."""
        return self.path is not None and is_suspect(self.path)


def watch_store(store: Store) -> StoreWatch:
    """A watch of `store` as it is now."""
    if not isinstance(store, database.Store):
        return StoreWatch(store.name, None, None)
    with suppress(OSError):
        return StoreWatch(store.name, store.path, identify(store.path))
    return StoreWatch(store.name, store.path, None)
