"""Keeps a View up with the store, in a thread of the serving process."""

import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Thread

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import SQLAlchemyError

from feedsvc.store import notes
from feedsvc.store.sqlite.database import Store
from feedsvc.web.view import View

PAUSE = 0.1
"""Seconds between two looks at the Edition's number: how late a serving process may be."""
PATIENCE = 1.0
"""Seconds until the next look at a store that could not be read."""

log = logging.getLogger(__name__)


class Follower:
    """Runs from `start` to the end of the process; goes on by itself in a forked child.

    A process forks between two looks, and with no connection open: neither SQLite's nor Python's locks survive it.
    """

    def __init__(self, view: View, store: Store) -> None:
        self._view = view
        self._store = store
        self._file = 0
        self._misses = 0
        self._turn = Lock()

    def start(self) -> None:
        self.look()
        if sys.platform != "win32":
            os.register_at_fork(
                before=self._before_fork, after_in_parent=self._turn.release, after_in_child=self._in_child
            )
        self._run()

    def _run(self) -> None:
        Thread(target=self._follow, name="follower", daemon=True).start()

    def _before_fork(self) -> None:
        self._turn.acquire()
        self._store.close()

    def _in_child(self) -> None:
        self._turn.release()
        self._run()

    def _follow(self) -> None:
        while True:
            time.sleep(PATIENCE if self._misses > 1 else PAUSE)
            with self._turn:
                self.look()

    def look(self) -> None:
        """Follow once. Trouble with the store that lasts is logged, and what was served goes on being served."""
        try:
            self._look()
        except Exception as error:  # a damaged store can raise anything, and nobody would miss this thread
            if _is_being_made(self._store):
                return
            self._misses += 1
            if self._misses == 2:  # the first time it may be one that is just put into the place of another
                foreseen = isinstance(error, (SQLAlchemyError, OSError))
                reason = getattr(error, "orig", error)
                number = self._view.edition.number
                served = f"edition {number} stays" if number else "nothing is served until it can be"
                log.warning("the store cannot be read, so %s: %s", served, reason, exc_info=not foreseen)
        else:
            self._misses = 0

    def _look(self) -> None:
        if not self._store.path.is_file():
            return
        file = self._store.path.stat().st_ino
        replaced = self._file not in (0, file)
        if replaced:
            if _is_empty(self._store):
                return
            self._store.close()
        self._view.follow(afresh=replaced)
        self._file = file


@contextmanager
def _in_place_of(store: Store) -> Iterator[Connection]:
    """The file that is there now; `store` may keep an old one open."""
    other = Store(store.path)
    try:
        with other.read() as connection:
            yield connection
    finally:
        other.close()


def _is_empty(store: Store) -> bool:
    """Whether the file that is now in the place of `store` is still without an Edition."""
    with _in_place_of(store) as connection:
        return notes.current(connection) == 0


def _is_being_made(store: Store) -> bool:
    """Whether it has no tables yet, as for a moment at the very first start."""
    try:
        with _in_place_of(store) as connection:
            return not inspect(connection).get_table_names()
    except Exception:  # noqa: BLE001 - as above
        return False
