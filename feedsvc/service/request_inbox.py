"""Receives operators' requests for a publication, and pokes, in the running publisher, through the store."""

import time
from collections.abc import Callable
from threading import Lock

from feedsvc.model.report import Report
from feedsvc.store import requests
from feedsvc.store.lease import Lease, confirm
from feedsvc.store.port import Store
from feedsvc.store.requests import PublishRequest

REST = 1.0
"""Seconds between two publications for pokes: all pokes that come in between cost one scan."""


class RequestInbox:
    """The requests that are not answered yet. Each is answered by the publication that took it. One thread takes and
    answers; another one may call `has_new`."""

    def __init__(self, store: Store, lease: Lease | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """If `lease` is given, no pokes are taken once it is lost."""
        self._store = store
        self._lease = lease
        self._clock = clock
        self._lock = Lock()
        self._taken: frozenset[PublishRequest] = frozenset()
        self._poked_last = float("-inf")
        """The time at which pokes were taken last."""

    def has_new(self) -> bool:
        """True if there is a request that the current publication has not taken."""
        pending = self._pending()
        with self._lock:
            return not pending <= self._taken

    def take(self) -> frozenset[PublishRequest]:
        """All requests that are not answered yet; the next call of `answer` answers them. Pokes among them are removed
        from the store. Raises LeaseLost, instead of taking pokes, if another process publishes."""
        pending = self._pending()
        pokes = frozenset(wish for wish in pending if wish.poked is not None)
        taken = pending - pokes
        with self._lock:
            self._taken = taken
        return taken | self._take_pokes() if pokes else taken

    def answer(self, report: Report | None, trouble: str = "") -> None:
        """Answers the requests that were taken with `report`; if it is None, with the `trouble` that prevented it."""
        with self._lock:
            taken, self._taken = self._taken, frozenset()
        if taken:
            with self._store.write() as transaction:
                requests.answer(transaction, tuple(taken), report, trouble)

    def _take_pokes(self) -> frozenset[PublishRequest]:
        with self._store.write() as transaction:
            if self._lease is not None:
                confirm(transaction, self._lease)
            taken = requests.take_pokes(transaction)
        self._poked_last = self._clock()
        return frozenset(taken)

    def _pending(self) -> frozenset[PublishRequest]:
        """All requests that are not answered yet, with pokes only if the last ones were taken REST seconds ago."""
        with self._store.read() as transaction:
            pending = requests.wishes(transaction)
        rests = self._clock() < self._poked_last + REST
        return frozenset(wish for wish in pending if wish.poked is None or not rests)
