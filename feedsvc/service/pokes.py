"""Pokes on their way from a serving process to the publisher: through the store, by a thread of their own.

A request that pokes waits for nothing, neither for a publication that writes nor for a database that is away.
"""

import logging
import time
from threading import Lock, Thread

from feedsvc.service.scan_request import Scan, ScanRequest, ScanRequests, at_paths, paths_of
from feedsvc.store import requests
from feedsvc.store.errors import StoreError
from feedsvc.store.lease import new_holder
from feedsvc.store.port import Store

log = logging.getLogger(__name__)

PAUSE = 0.25
"""Seconds after pokes were handed on until the next are: the publisher looks for them no more often."""
AGAIN = 1.0
"""Seconds until the next attempt to hand on what could not be."""


class Pokes:
    """The pokes that one serving process received and has not handed on yet. They are lost with the process; then the
    schedule finds what has changed."""

    def __init__(self, store: Store) -> None:
        """`store` is that of the publisher."""
        self._store = store
        self._waiting = ScanRequests()
        self._lock = Lock()
        self._thread: Thread | None = None
        self._trouble = ""

    def put(self, paths: frozenset[str]) -> str:
        """Asks the publisher to look at `paths`, everywhere if there are none. Returns the trouble that delays it,
        which is empty as far as none is known."""
        self._waiting.put(at_paths(paths) if paths else Scan.FULL)
        with self._lock:
            if self._thread is None or not self._thread.is_alive():  # the first poke of this process
                self._thread = Thread(target=self._hand_on_all, name="poking", daemon=True)
                self._thread.start()
        return self._trouble

    def _hand_on_all(self) -> None:
        while (scan := self._waiting.take(None)) is not None:
            time.sleep(PAUSE if self._hand_on(scan) else AGAIN)

    def _hand_on(self, scan: ScanRequest) -> bool:
        """True if `scan` was handed on; False if it has to wait."""
        try:
            with self._store.write() as transaction:
                requests.poke(transaction, new_holder(), paths_of(scan))
        except StoreError as error:
            self._waiting.put(scan)
            if not self._trouble:
                log.warning("a poke has to wait: %s", error)
            self._trouble = str(error)
            return False
        self._trouble = ""
        return True
