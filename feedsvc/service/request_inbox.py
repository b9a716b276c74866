"""Requests of operators for a publication, as the running publisher receives them through the store."""

from threading import Lock

from feedsvc.model.report import Report
from feedsvc.store import requests
from feedsvc.store.port import Store
from feedsvc.store.requests import PublishRequest


class RequestInbox:
    """Each request is answered by the publication that took it. One thread takes and answers, another may ask
    `has_new`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._taken: frozenset[PublishRequest] = frozenset()

    def has_new(self) -> bool:
        """True if a request has come that the publication under way did not take."""
        pending = self._pending()
        with self._lock:
            return not pending <= self._taken

    def take(self) -> frozenset[PublishRequest]:
        """All requests that are not answered yet; they are answered by the next `answer`."""
        taken = self._pending()
        with self._lock:
            self._taken = taken
        return taken

    def answer(self, report: Report | None, trouble: str = "") -> None:
        """Answers the requests that were taken by `report`, or by the `trouble` because of which there is none."""
        with self._lock:
            taken, self._taken = self._taken, frozenset()
        if taken:
            with self._store.write() as transaction:
                requests.answer(transaction, tuple(taken), report, trouble)

    def _pending(self) -> frozenset[PublishRequest]:
        with self._store.read() as transaction:
            return frozenset(requests.wishes(transaction))
