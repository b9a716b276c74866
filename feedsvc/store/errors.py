"""The errors of the store, whichever database it is kept in. Their messages carry no SQL and no text of an article."""

from pathlib import Path


class StoreError(Exception):
    """The store cannot be used: the message says what, where, and the remedy."""


class NothingStored(StoreError):
    """The store is there, or can be made, and nothing was ever stored in it."""


class OlderStore(StoreError):
    """An older version wrote the store, which only a writer can bring up to date."""


class StoreBusy(StoreError):
    """Another program has been writing to the store for longer than this one waits."""


class StoreDamaged(StoreError):
    """The store holds bytes that it has not written, or lacks some that it has written; `reason` says which."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: is damaged ({reason}); the next publication sets it aside and rebuilds it")
        self.reason = reason


class NotAsWritten(StoreError):
    """A value is not what its hash says. A store that can be rebuilt raises it as StoreDamaged."""


class StoreAway(StoreError):
    """The database that keeps the store cannot be reached for now."""
