"""Keeps this node's copy of the Edition up to date with the store that the nodes share.

Only the copy is read for serving. While the database cannot be reached, the copied Edition is still served, and the
status shows the trouble.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import NamedTuple

from feedsvc.config import Config
from feedsvc.service.edition_notice import give_notice
from feedsvc.service.folder_lock import tried_lock
from feedsvc.service.settings import now
from feedsvc.service.stores import edition_folder, following_lock, open_edition, open_ledger
from feedsvc.store import edition_copy, lineage, state
from feedsvc.store.edition_copy import Signs
from feedsvc.store.errors import NothingStored, StoreDamaged, StoreError
from feedsvc.store.ledger_figures import COPIED_FIGURES, all_figures
from feedsvc.store.lineage import Position, Step
from feedsvc.store.notes import Note
from feedsvc.store.port import Store
from feedsvc.store.sqlite import database
from feedsvc.store.sqlite.replacement import replace_store
from feedsvc.store.sqlite.suspicion import is_suspect
from feedsvc.store.transaction import Transaction

log = logging.getLogger(__name__)

WAIT, PAUSE = 10.0, 0.1
NEXT = "next"
"""The folder, below that of the copy, in which the new copy is made if the database was replaced."""
_SUMS: Note[dict[str, str]] = Note("sums of tables", dict[str, str], {})
"""In the copy: the checksum of each table that is copied as a whole, at the time when it was copied."""


class Followed(NamedTuple):
    """The outcome of one check: the step that was taken, the Edition that the copy has now, and the number of documents
    that were copied."""

    step: Step
    edition: int = 0
    documents: int = 0


class Following:
    """Follows the store of `settings` from one check to the next. Only one thread of one process of a node may use it;
    see `alone`."""

    def __init__(self, settings: Config) -> None:
        self._settings = settings
        self._folder = edition_folder(settings)
        self._ledger: Store | None = None
        self._copy: database.Store | None = None
        self._signs: Signs | None = None
        self._trouble: str | None = None

    def look(self) -> Followed:
        """Copies what was published since the last check. Raises StoreError if the database cannot be reached or the
        copy cannot be written."""
        copy = self._opened_copy()
        try:
            followed = self._follow(self._opened_ledger(), copy)
        except NothingStored:
            followed = Followed(Step.NONE)
        except StoreDamaged:
            raise
        except StoreError:
            self._close_ledger()
            self._tell(copy, f"the database cannot be followed; edition {_edition(copy)} stays")
            raise
        self._tell(copy, "")
        if followed.step is not Step.NONE:
            give_notice(self._folder)
        return followed

    def close(self) -> None:
        """Closes both stores."""
        self._close_ledger()
        self._close_copy()

    def _opened_ledger(self) -> Store:
        if self._ledger is None:
            self._ledger = open_ledger(self._settings)
        return self._ledger

    def _close_ledger(self) -> None:
        if self._ledger is not None:
            self._ledger.close()
        self._ledger = None

    def _opened_copy(self) -> database.Store:
        """The copy, which is created if it is missing and rebuilt if it is damaged."""
        if self._copy is not None and (is_suspect(self._copy.path) or not self._copy.path.exists()):
            self._close_copy()
        if self._copy is None:
            self._copy, problems = database.prepare_store(self._folder)
            self._signs = None
            for problem in problems:
                log.warning("%s", problem)
        return self._copy

    def _close_copy(self) -> None:
        if self._copy is not None:
            self._copy.close_for_good()
        self._copy = None

    def _follow(self, ledger: Store, copy: database.Store) -> Followed:
        with ledger.read() as source:
            published = lineage.position(source)
            with copy.read() as transaction:
                has = lineage.position(transaction)
            way = lineage.step(has, published)
            if way is Step.REFUSED:
                raise StoreError(
                    f"{ledger.name}: has edition {published.edition} of timeline {published.lineage.timeline}, and "
                    f"this node edition {has.edition} of timeline {has.lineage.timeline}: that server was left behind"
                )
            if way is Step.AFRESH:
                return self._begin_afresh(source, copy, published)
            signs = edition_copy.signs(source)
            if way is Step.NONE and signs == self._signs:
                return Followed(Step.NONE, has.edition)
            is_news = way is not Step.NONE or self._signs is None or signs.notes != self._signs.notes
            with copy.write() as transaction:
                count = _take_over(source, transaction, way, has, published) if is_news else 0
                edition_copy.put_signs(transaction, signs)
            self._signs = signs
        return Followed(way, published.edition, count)

    def _begin_afresh(self, source: Transaction, copy: database.Store, published: Position) -> Followed:
        """Copies a database that is not the one followed so far, and replaces the present copy with that."""
        fresh, _ = database.prepare_store(self._folder / NEXT)
        with fresh.write() as transaction:
            count = _take_over(source, transaction, Step.CHANGES, Position(lineage.Lineage(), 0), published)
            edition_copy.put_signs(transaction, edition_copy.signs(source))
        fresh.close_for_good()
        self._close_copy()
        replace_store(copy.path, fresh.path)
        log.warning(
            "the database is another one: edition %s of it takes the place of what was copied", published.edition
        )
        return Followed(Step.AFRESH, published.edition, count)

    def _tell(self, copy: database.Store, trouble: str) -> None:
        """Stores in the copy the reason why the database cannot be followed, for the status; empty if it can."""
        if trouble == self._trouble:
            return
        with suppress(StoreError), copy.write() as transaction:
            state.DATABASE_TROUBLE.put(transaction, trouble)
            self._trouble = trouble


def _take_over(source: Transaction, copy: Transaction, way: Step, has: Position, published: Position) -> int:
    """Updates the copy to the Edition that is `published`. Returns the number of documents that changed."""
    count = 0
    another_configuration = state.CONFIGURATION.get(source) != state.CONFIGURATION.get(copy)
    if has.edition and (another_configuration or way is Step.EVERYTHING):
        # Documents may also have been removed without a trace, such as those of a mirror that was removed.
        count = edition_copy.copy_everything(source, copy, published.edition)
    elif way is not Step.NONE:
        count = edition_copy.copy_changes(source, copy, has.edition, published.edition)
    sums, known = edition_copy.sums(source), _SUMS.get(copy)
    for table in edition_copy.TABLES:
        if sums[table.name] != known.get(table.name):
            edition_copy.copy_table(source, copy, table)
    _SUMS.put(copy, sums)
    COPIED_FIGURES.put(copy, all_figures(source, now()))
    return count


def _edition(copy: database.Store) -> int:
    with suppress(StoreError), copy.read() as transaction:
        return state.current_edition(transaction)
    return 0


@contextmanager
def alone(settings: Config) -> Iterator[bool]:
    """A context that yields True if no other process of this node follows, and keeps it so; otherwise False."""
    edition_folder(settings).mkdir(mode=0o700, parents=True, exist_ok=True)
    with tried_lock(following_lock(settings)) as is_ours:
        yield is_ours


def follow_until(settings: Config, edition: int) -> None:
    """Updates the copy of this node to `edition` or a later one, or waits until another process has done so, for at
    most WAIT seconds. Does nothing if this node has no copy. Raises StoreError."""
    deadline = time.monotonic() + WAIT
    while settings.state.url and _copied(settings) < edition and time.monotonic() < deadline:
        with alone(settings) as is_alone:
            if is_alone:
                _look_once(settings)
                return
        time.sleep(PAUSE)


def _look_once(settings: Config) -> None:
    following = Following(settings)
    try:
        following.look()
    finally:
        following.close()


def _copied(settings: Config) -> int:
    """The number of the Edition in this node's copy; 0 if there is none."""
    with suppress(StoreError), closing(open_edition(settings)) as copy:
        return _edition(copy)
    return 0
