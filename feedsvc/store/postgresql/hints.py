"""Hints that there is a new Edition: notifications of PostgreSQL, on a connection of their own.

They only save waiting: whoever follows looks once a second anyway. Through a pooler that gives each transaction another
session they never arrive, although LISTEN succeeds; so the first one is sent to oneself, by another connection.
"""

import logging
from contextlib import suppress
from threading import Event
from typing import Any

from feedsvc.store.postgresql.engine import DriverError, connector
from feedsvc.store.publications import CHANNEL

log = logging.getLogger(__name__)

PROOF = 2.0
"""Seconds within which the notification to oneself arrives, or none ever will."""
AGAIN = 60.0
"""Seconds until the next attempt, where there are no notifications."""


class Hints:
    """Waits for notifications from the database at `url`. Instants are seconds of any origin."""

    def __init__(self, url: str) -> None:
        self._connect = connector(url)
        self._connection: Any = None
        self._is_proven = False
        self._since = 0.0
        self._next = 0.0

    def wait(self, seconds: float, now: float, stop: Event) -> None:
        """Returns after so many `seconds`, or as soon as there is a hint or `stop` is set; the latter may take the
        whole time. Without a database it only waits."""
        try:
            self._listen(now)
            if self._connection is None:
                stop.wait(seconds)
                return
            for _ in self._connection.notifies(timeout=seconds, stop_after=1):
                self._is_proven = True
        except DriverError:
            self.close()
            self._next = now + AGAIN
            stop.wait(seconds)

    def _listen(self, now: float) -> None:
        """Opens the connection if it is time, and closes one on which nothing arrives."""
        if self._connection is None and now >= self._next:
            self._connection, self._is_proven, self._since = self._connect(), False, now
            self._connection.execute(f"LISTEN {CHANNEL}")
            with self._connect() as other:  # not by the same connection, to which it might come even so
                other.execute(f"NOTIFY {CHANNEL}")
        elif self._connection is not None and not self._is_proven and now > self._since + PROOF:
            log.info("no notifications arrive, as through a pooler: new Editions are looked for once a second")
            self.close()
            self._next = now + 10 * AGAIN

    def close(self) -> None:
        """Closes the connection."""
        if self._connection is not None:
            with suppress(DriverError):
                self._connection.close()
        self._connection = None
