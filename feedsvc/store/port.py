"""The port of a store: the ledger and the Edition in one database, whichever that is.

`sqlite/` and `postgresql/` each have one. What a store holds is read and written by the functions of this package, in
transactions that a store begins and ends.
"""

from contextlib import AbstractContextManager
from typing import Protocol

from feedsvc.store.transaction import Transaction


class Store(Protocol):
    """One store. Every method raises StoreError where the database cannot be used."""

    @property
    def name(self) -> str:
        """The place of the store, for people; without any password."""
        ...

    def read(self) -> AbstractContextManager[Transaction]:
        """Begins a consistent view of the store."""
        ...

    def write(self) -> AbstractContextManager[Transaction]:
        """Begins a transaction: all of it lasts, or nothing. There is one at a time."""
        ...

    def write_lease(self) -> AbstractContextManager[Transaction]:
        """Begins a transaction for the lease alone. Where the database can tell rows apart, it does not wait for a
        publication."""
        ...

    def commit_and_continue(self, transaction: Transaction) -> None:
        """Commits what was written so far, and begins another transaction. Between the two, another may write. No
        query may be open."""
        ...

    def close(self) -> None:
        """Closes all connections."""
        ...

    def close_for_good(self) -> None:
        """Closes a store that was written to, in good order."""
        ...

    def close_as_damaged(self) -> None:
        """Closes the store so that the next opening looks at all of it."""
        ...
