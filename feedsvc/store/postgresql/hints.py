"""Receives hints about new Editions: notifications of PostgreSQL, on a connection of their own.

They only reduce the delay, since nodes look for a new Edition once a second anyway. Behind a pooler that gives each
transaction another session they never arrive, although LISTEN succeeds; so the first notification is sent by this
process itself, on another connection.
"""

import logging
from contextlib import suppress
from threading import Event
from typing import Any

from feedsvc.store.postgresql.engine import DriverError, connector
from feedsvc.store.publications import CHANNEL

log = logging.getLogger(__name__)

PROOF = 2.0
"""Seconds within which the process's own notification must arrive; otherwise none ever will."""
AGAIN = 60.0
"""Seconds until the next attempt after an error; ten times as many if no notifications arrive."""


class Hints:
    """Waits for notifications from the database at `url`. Instants are seconds from any origin."""

    def __init__(self, url: str) -> None:
        self._connect = connector(url)
        self._connection: Any = None
        self._is_proven = False
        self._since = 0.0
        self._next = 0.0

    def wait(self, seconds: float, now: float, stop: Event) -> None:
        """Returns after `seconds`, or earlier if a hint arrives or `stop` is set, which may only be noticed at the end.
        Without a connection it only waits."""
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
        """Opens the connection if an attempt is due, and closes it if no notifications arrive."""
        if self._connection is None and now >= self._next:
            self._connection, self._is_proven, self._since = self._connect(), False, now
            self._connection.execute(f"LISTEN {CHANNEL}")
            with self._connect() as other:  # the same connection might receive it even behind a pooler
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
