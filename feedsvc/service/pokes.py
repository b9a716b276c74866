"""Passes pokes from a serving process to the publisher, through the store, in a separate thread.

So a poke request never waits, neither for a publication that is writing nor for a database that cannot be reached.
"""

import atexit
import logging
import time
from threading import Event, Lock

from feedsvc.service.scan_request import Scan, ScanRequest, ScanRequests, at_paths, paths_of
from feedsvc.store import requests
from feedsvc.store.errors import StoreError
from feedsvc.store.lease import new_holder
from feedsvc.store.port import Store
from feedsvc.web.background import run_in_background

log = logging.getLogger(__name__)

PAUSE = 0.25
"""Seconds between two times at which pokes are passed on: the publisher does not check for them more often."""
AGAIN = 1.0
"""Seconds until the next attempt after one that failed."""


class Pokes:
    """The pokes that one serving process has received and not passed on yet. They are lost if the process is killed;
    then the changes are found on schedule."""

    def __init__(self, store: Store) -> None:
        """`store` is the one that the publisher writes."""
        self._store = store
        self._waiting = ScanRequests()
        self._has_some = Event()
        self._beginning, self._turn = Lock(), Lock()
        self._has_begun = False
        self._trouble = ""

    def put(self, paths: frozenset[str]) -> str:
        """Asks the publisher to scan `paths`, or the whole folder if `paths` is empty. Returns the trouble that delays
        this; empty if none is known."""
        self._waiting.put(at_paths(paths) if paths else Scan.FULL)
        self._has_some.set()
        with self._beginning:
            if not self._has_begun:
                self._has_begun = True
                atexit.register(self.hand_on)
                run_in_background("poking", self._go_on, self._turn, self._store.close)
        return self._trouble

    def _go_on(self) -> None:
        while self._has_some.wait():
            self._has_some.clear()
            time.sleep(PAUSE if self.hand_on() else AGAIN)

    def hand_on(self) -> bool:
        """Passes on the waiting pokes. False if that failed, and they have to wait."""
        with self._turn:
            scan = self._waiting.take(0)
            if scan is None:
                return True
            try:
                with self._store.write() as transaction:
                    requests.poke(transaction, new_holder(), paths_of(scan))
            except Exception as error:  # noqa: BLE001 - any error is logged, and it is tried again
                self._keep(scan, str(error) if isinstance(error, StoreError) else type(error).__name__)
                return False
            self._trouble = ""
            return True

    def _keep(self, scan: ScanRequest, trouble: str) -> None:
        """Keeps pokes that cannot be passed on because of `trouble`, which is logged once."""
        self._waiting.put(scan)
        self._has_some.set()
        if not self._trouble:
            log.warning("a poke has to wait: %s", trouble)
        self._trouble = trouble
