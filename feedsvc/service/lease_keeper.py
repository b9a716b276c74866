"""Keeps the lease of a publisher session."""

import logging

from feedsvc.service.settings import now
from feedsvc.store.errors import StoreError
from feedsvc.store.lease import TERM, Lease, LeaseLost, release, renew
from feedsvc.store.sqlite.database import Store

log = logging.getLogger(__name__)


class LeaseKeeper:
    """Renews `lease` three times in each of its terms."""

    def __init__(self, store: Store, lease: Lease) -> None:
        self._store = store
        self._lease = lease
        self._due = 0.0

    def renew_if_due(self, seconds: float) -> None:
        """Renews the lease if a third of its term has passed, by a clock that counts `seconds`.

        Raises LeaseLost if another process publishes by now, and StoreError if the store cannot be written. The latter
        is to be expected during a publication, which renews the lease itself.
        """
        if seconds < self._due:
            return
        self._due = seconds + TERM / 3
        with self._store.write() as transaction:
            renew(transaction, self._lease, now())

    def release(self) -> None:
        """Gives the lease back, so that the next publisher need not wait until it runs out."""
        try:
            with self._store.write() as transaction:
                release(transaction, self._lease, now())
        except (LeaseLost, StoreError) as error:
            log.debug("the lease was not given back: %s", error)
