"""The interface of a store: the ledger and the Edition in one database, of any kind.

`sqlite/` and `postgresql/` each implement it. The functions of this package read and write the data, in transactions
that the store begins and ends.
"""

from contextlib import AbstractContextManager
from typing import Protocol

from feedsvc.store.transaction import Transaction


class Store(Protocol):
    """One store. Every method raises StoreError if the database cannot be used."""

    @property
    def name(self) -> str:
        """The place of the store, for people; without passwords."""
        ...

    def read(self) -> AbstractContextManager[Transaction]:
        """Begins a transaction that reads one consistent state of the store."""
        ...

    def write(self) -> AbstractContextManager[Transaction]:
        """Begins a transaction that writes: all of it is stored, or nothing. There is one at a time."""
        ...

    def write_lease(self) -> AbstractContextManager[Transaction]:
        """Begins a transaction that writes only the lease. If the database locks single rows, it does not wait for a
        publication."""
        ...

    def commit_and_continue(self, transaction: Transaction) -> None:
        """Commits `transaction` and begins another one in its place. Other writers may come between the two. No query
        may be open."""
        ...

    def close(self) -> None:
        """Closes all connections."""
        ...

    def close_for_good(self) -> None:
        """Closes a store that was written to, so that the next opening need not check it."""
        ...

    def close_as_damaged(self) -> None:
        """Closes the store so that the next opening checks all of it."""
        ...
