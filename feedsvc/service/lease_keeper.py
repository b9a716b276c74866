"""Keeps the lease of a publisher session."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from feedsvc.service.settings import now
from feedsvc.store.errors import StoreError
from feedsvc.store.lease import TERM, Lease, LeaseLost, release, renew
from feedsvc.store.port import Store

log = logging.getLogger(__name__)

RETRY = 0.5
"""Seconds until the next attempt after one that failed."""


@contextmanager
def handed_back_on_error(store: Store, lease: Lease) -> Iterator[None]:
    """Releases `lease` if the body raises StoreError: the next attempt is made by another process, or under another
    name."""
    try:
        yield
    except StoreError:
        LeaseKeeper(store, lease).release()
        raise


class LeaseKeeper:
    """Renews `lease` three times in each of its terms."""

    def __init__(self, store: Store, lease: Lease) -> None:
        self._store = store
        self._lease = lease
        self._due = 0.0
        self._ends: float | None = None
        """The instant at which the last successful renewal runs out, by the clock of `renew_if_due`; None before the
        first, and for a store that is not shared."""

    def renew_if_due(self, seconds: float) -> None:
        """Renews the lease if a third of its term has passed; `seconds` is the present time of a monotonic clock.

        Raises LeaseLost if another process publishes now or may do so, and StoreError if the store cannot be written.
        StoreError is expected during a publication in SQLite, which renews the lease itself.
        """
        if seconds < self._due:
            return
        self._due = seconds + TERM / 3
        try:
            with self._store.write_lease() as transaction:
                renew(transaction, self._lease, now())
                is_shared = transaction.is_shared
        except StoreError as error:
            self._due = seconds + RETRY
            if self._ends is not None and seconds > self._ends:
                raise LeaseLost(f"it could not be renewed for a term: {error}") from None
            raise
        # For others, the renewed term begins no earlier than `seconds`, and it is rounded to whole seconds.
        self._ends = seconds + TERM - 1 if is_shared else None

    def release(self) -> None:
        """Releases the lease, so that the next publisher need not wait until it expires."""
        try:
            with self._store.write_lease() as transaction:
                release(transaction, self._lease)
        except (LeaseLost, StoreError) as error:
            log.debug("the lease was not given back: %s", error)
