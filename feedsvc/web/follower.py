"""Keeps a View up to date with the store, in a thread of the serving process."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from feedsvc.store import notes, state
from feedsvc.store.errors import StoreDamaged, StoreError
from feedsvc.store.schema import MIGRATED
from feedsvc.store.sqlite.file_identity import FileIdentity, identify
from feedsvc.store.sqlite.origin import find_version
from feedsvc.store.sqlite.store import Store
from feedsvc.store.transaction import Transaction
from feedsvc.web.background import run_in_background
from feedsvc.web.view import View

PAUSE = 0.1
"""Seconds between two checks of the Edition's number: the maximum delay of a serving process without notices."""
PATIENCE = 1.0
"""Seconds until the next check of a store that could not be read."""

log = logging.getLogger(__name__)


class Follower:
    """Follows the Editions from `start` to the end of the process, and also in each forked child.

    A process forks only between two checks and with no transaction open: neither SQLite's nor Python's locks survive a
    fork.
    """

    def __init__(self, view: View, store: Store, wait: Callable[[float], object] = time.sleep) -> None:
        """`wait` returns after the given number of seconds, or sooner if a check is worthwhile."""
        self._wait = wait
        self._view = view
        self._store = store
        self._opened: FileIdentity | None = None
        """The file that the store's connections have open; None before the first check."""
        self._followed: FileIdentity | None = None
        """The file that the view's Edition came from; None before the first Edition."""
        self._misses = 0
        self._turn = Lock()

    def start(self) -> None:
        self.look()
        run_in_background("follower", self._follow, self._turn, self._store.close)

    def _follow(self) -> None:
        while True:
            self._wait(PATIENCE if self._misses > 1 else PAUSE)
            with self._turn:
                self.look()

    def look(self) -> None:
        """Checks once. Lasting trouble with the store is logged, and the last Edition stays served."""
        try:
            self._look()
        except Exception as error:  # noqa: BLE001 - a damaged store can raise anything, and the end of this thread would go unnoticed
            if _is_being_made(self._store):
                return
            self._misses += 1
            if self._misses == 2:  # the first error may only mean that the file is just being replaced
                self._tell(error)
        else:
            self._misses = 0

    def _tell(self, error: Exception) -> None:
        """Logs that the store cannot be read, and asks the publisher to check it. Of an unforeseen error only the type
        is logged: its text may quote stored content."""
        number = self._view.edition.number
        served = f"edition {number} stays" if number else "nothing is served until it can be"
        reason = error if isinstance(error, (StoreError, OSError)) else type(error).__name__
        log.warning("the store cannot be read, so %s: %s", served, reason)
        if not isinstance(error, OSError) and (isinstance(error, StoreDamaged) or not isinstance(error, StoreError)):
            self._store.suspect()

    def _look(self) -> None:
        if not self._store.path.is_file():
            return
        file = identify(self._store.path)
        afresh = self._followed not in (None, file)
        if self._opened not in (None, file):
            if afresh and _is_empty(self._store):
                return
            self._store.close()
        self._opened = file  # before the view follows, which may fail: the file may yet be replaced
        if self._followed != file and _is_older(self._store):
            return
        before = self._view.edition.number
        if self._view.follow(afresh=afresh) and before and not afresh:
            self._view.note_served(time.time())
        if self._view.edition.number:
            self._followed = file


@contextmanager
def _in_place_of(store: Store) -> Iterator[Transaction]:
    """A transaction on the file that is at the path now; `store` may still hold an older file open."""
    other = Store(store.path)
    try:
        with other.read() as transaction:
            yield transaction
    finally:
        other.close()


def _is_empty(store: Store) -> bool:
    """True if the file that replaced the one of `store` has no Edition yet."""
    with _in_place_of(store) as transaction:
        return state.current_edition(transaction) == 0


def _is_older(store: Store) -> bool:
    """True if an older version of the program wrote the store, as just after an upgrade: a writer will migrate it."""
    with store.read() as transaction:
        return find_version(transaction, store.path) in MIGRATED


def _is_being_made(store: Store) -> bool:
    """True if the store has no tables yet, as for a moment at the very first start."""
    try:
        with _in_place_of(store) as transaction:
            return not notes.is_there(transaction)
    except Exception:  # noqa: BLE001 - as above
        return False
