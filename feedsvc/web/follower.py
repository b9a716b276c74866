"""Keeps a View up with the store, in a thread of the serving process."""

import logging
import os
from threading import Event, Thread

from sqlalchemy.exc import DatabaseError

from feedsvc.store.database import Store
from feedsvc.web.view import View

PAUSE = 0.1
"""Seconds between two looks at the Edition's number: how late a serving process may be."""

log = logging.getLogger(__name__)


class Follower:
    """Runs from `start` to the end of the process; started again by itself in a forked child."""

    def __init__(self, view: View, store: Store) -> None:
        self._view = view
        self._store = store
        self._file = 0
        self._wake = Event()

    def start(self) -> None:
        self.look()
        os.register_at_fork(after_in_child=self._restart)
        self._run()

    def _run(self) -> None:
        Thread(target=self._follow, name="follower", daemon=True).start()

    def _restart(self) -> None:
        self._store.abandon()
        self._run()

    def _follow(self) -> None:
        while not self._wake.wait(PAUSE):
            self.look()

    def look(self) -> None:
        """Follow once. Trouble with the store is logged, and what was served goes on being served."""
        try:
            if self._store.path.is_file():
                self._reopen_if_replaced()
                self._view.follow()
        except (DatabaseError, OSError) as error:
            log.warning("the store cannot be read, so the last Edition stays: %s", error)
            self._wake.wait(1)

    def _reopen_if_replaced(self) -> None:
        """A store that was set aside and rebuilt is another file under the same name."""
        inode = self._store.path.stat().st_ino
        if self._file not in (0, inode):
            self._store.close()
            self._view.number = -1
        self._file = inode
