"""The errors of the store, the same for every database. Their messages contain no SQL and no text of an article."""

from pathlib import Path


class StoreError(Exception):
    """The store cannot be used. The message names the place, the reason and the remedy."""


class NothingStored(StoreError):
    """The store exists or can be created, but nothing was ever stored in it."""


class OlderStore(StoreError):
    """The store was written by an older version, and only a writer can bring it up to date."""


class StoreBusy(StoreError):
    """Another program has been writing to the store for longer than this one is willing to wait."""


class StoreDamaged(StoreError):
    """The store is damaged: it holds other bytes than were written to it, or lacks some. `reason` is the fault."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: is damaged ({reason}); the next publication sets it aside and rebuilds it")
        self.reason = reason


class JournalIndexLost(StoreDamaged):
    """The journal of a store in SQLite has commits that cannot be seen. With the journal, the store is whole."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "the index of its journal is lost")


class NotAsWritten(StoreError):
    """A value does not match its hash. A store that can be rebuilt raises StoreDamaged instead."""


class StoreAway(StoreError):
    """The database of the store cannot be reached for now."""
