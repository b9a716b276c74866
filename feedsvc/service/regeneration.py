"""One regeneration: updates the ledger from the articles folder, then publishes its changes as an Edition."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from feedsvc.library.options import Scope, UpdateOptions, UpdateResult
from feedsvc.library.update import Library
from feedsvc.model.progress import ProgressCallback, no_progress
from feedsvc.model.report import Report
from feedsvc.model.stages import PUBLISHED, READ, SEEN, with_times
from feedsvc.publisher.publisher import Checkpoint, PublicationResult, Publisher
from feedsvc.service.refreshed import Refresh, as_it_is
from feedsvc.service.scan_request import Scan, ScanRequest, paths_of
from feedsvc.store import documents, lineage, publications, state
from feedsvc.store.lease import Lease, confirm, fence
from feedsvc.store.lineage import Lineage
from feedsvc.store.port import Store
from feedsvc.store.problems import settle
from feedsvc.store.transaction import Transaction

Clock = Callable[[], datetime]
Announce = Callable[[Transaction, int, datetime], None]
"""Stores the push tasks for the Edition with a number, published at an instant."""
Notify = Callable[[], None]
"""Notifies the serving processes that a new Edition is visible."""
_SOURCE = "the source of the articles folder"
"""The origin under which problems are stored of objects that could not be copied into the folder."""


class RegenerationOptions(NamedTuple):
    """The options for reading the articles folder."""

    scan: ScanRequest = Scan.FULL
    """The part of the folder that is scanned for changes."""
    wait_for_writers: bool = True
    """True if files that are still being written are left for a later regeneration; False reads them as they are."""
    accept_removals: bool = False
    """True if articles whose files are gone are removed, however many they are; False keeps them if they are too
    many."""
    waited: float | None = None
    """Seconds since the first of the saves that this regeneration publishes; None if no save was observed."""


class Regeneration:
    """Updates the ledger with `library` and the Edition with `publisher`, in two separate transactions of `store`.

    The ledger comes first: after a crash between the two, the changes are still marked as pending, for the next
    regeneration.
    """

    def __init__(
        self,
        store: Store,
        library: Library,
        publisher: Publisher,
        announce: Announce = lambda *_edition: None,
        notify: Notify = lambda: None,
        newest: Callable[[], Lineage] = Lineage,
        refresh: Refresh = as_it_is,
    ) -> None:
        """`announce` stores the push tasks for the new Edition, within the publication's own transaction; `notify` is
        called once that is committed; `newest` returns the lineage of the newest Edition that this node has seen;
        `refresh` updates the folder before it is scanned."""
        self._store = store
        self._library = library
        self._publisher = publisher
        self._announce = announce
        self._notify = notify
        self._newest = newest
        self._refresh = refresh

    def run(
        self,
        lease: Lease,
        clock: Clock,
        options: RegenerationOptions,
        tick: ProgressCallback = no_progress,
    ) -> Report:
        """The report of one regeneration. `tick` is called with its progress.

        Raises LeaseLost if another process publishes now, and StoreError if the store cannot be written; in both cases
        nothing was published.
        """
        with self._workers_ended_on_error():
            return self._run(lease, clock, options, tick)

    def _run(self, lease: Lease, clock: Clock, options: RegenerationOptions, tick: ProgressCallback) -> Report:
        begun = clock()
        update, everything = self._update(lease, clock, options, tick)
        with self._store.write() as transaction:
            self._begin(transaction, lease)
            now, checkpoint = clock(), self._checkpoint(transaction, lease, clock, tick)
            result = self._publisher.publish(
                transaction, now, checkpoint, everything=everything, backlog_read=update.complete
            )
            report = make_report(now, result, update)
            state.LAST_REPORT.put(transaction, report)
            closed = clock()
            if result.documents:
                seconds = {SEEN: options.waited, READ: _seconds(begun, now), PUBLISHED: _seconds(now, closed)}
                state.STAGE_TIMES.put(transaction, with_times(state.STAGE_TIMES.get(transaction), seconds))
            self._close(transaction, result, lease, closed)
        self._tell(result)
        return report

    def publish_pending(self, lease: Lease, clock: Clock) -> Report:
        """The report of publishing some of the queued pages, without a scan of the folder. Raises as `run` does."""
        with self._workers_ended_on_error(), self._store.write() as transaction:
            self._begin(transaction, lease)
            now, checkpoint = clock(), self._checkpoint(transaction, lease, clock, no_progress)
            result = self._publisher.publish_pending(transaction, now, checkpoint)
            self._close(transaction, result, lease, clock())
        self._tell(result)
        return make_report(now, result, UpdateResult())

    @contextmanager
    def _workers_ended_on_error(self) -> Iterator[None]:
        """Ends the workers if its body raises an exception: without the lease nothing may follow for a long time."""
        try:
            yield
        except BaseException:
            self._publisher.end_workers()
            raise

    def _update(
        self, lease: Lease, clock: Clock, options: RegenerationOptions, tick: ProgressCallback
    ) -> tuple[UpdateResult, bool]:
        """Updates the ledger. Returns the result, and True if everything must be read and published again."""
        refreshed = self._refresh(options.scan, tick)  # may take long, so no transaction is open
        with self._store.write() as transaction:
            self._begin(transaction, lease)
            if refreshed.problems is not None:
                settle(transaction, _SOURCE, refreshed.problems)
            everything = self._publisher.must_rebuild(transaction)
            needed = self._publisher.plan.candidates_needed
            given = UpdateOptions(
                clock(), reread=everything, candidates_needed=needed, progress=tick, fault=refreshed.fault
            )
            update = self._library.update(transaction, _scanned(given, options._replace(scan=refreshed.scan)))
            fence(transaction, lease, clock())
        return update, everything

    def _begin(self, transaction: Transaction, lease: Lease) -> None:
        """Begins a transaction of a regeneration. Raises LeaseLost and LeftBehind."""
        confirm(transaction, lease)
        lineage.enter(transaction, self._newest())

    def _checkpoint(self, transaction: Transaction, lease: Lease, clock: Clock, tick: ProgressCallback) -> Checkpoint:
        """A function that commits the writes of `transaction` so far, and renews the lease."""

        def checkpoint(written: int) -> None:
            fence(transaction, lease, clock())
            self._store.commit_and_continue(transaction)
            confirm(transaction, lease)
            tick("documents printed", written, 0)

        return checkpoint

    def _close(self, transaction: Transaction, result: PublicationResult, lease: Lease, now: datetime) -> None:
        """Makes the new Edition current, if there is one. Raises LeaseLost if another process publishes now."""
        if result.documents:
            documents.close_edition(transaction, result.edition, now)
            lineage.conclude(transaction)
            publications.announce(transaction, result.edition)
            state.EDITION_CLOSED.put(transaction, now.timestamp())
            self._announce(transaction, result.edition, now)
        fence(transaction, lease, now)

    def _tell(self, result: PublicationResult) -> None:
        """Notifies the serving processes of the new Edition, if there is one."""
        if result.documents:
            self._notify()


def _seconds(begun: datetime, ended: datetime) -> float:
    return (ended - begun).total_seconds()


def _scanned(given: UpdateOptions, options: RegenerationOptions) -> UpdateOptions:
    """`given`, with the part of the folder and the way of reading it taken from `options`."""
    return given._replace(
        scope=Scope.ALL if options.scan is Scan.FULL else Scope.PATHS,
        paths=paths_of(options.scan),
        wait_for_writers=options.wait_for_writers,
        accept_removals=options.accept_removals,
    )


def make_report(now: datetime, result: PublicationResult, update: UpdateResult) -> Report:
    """The report of a regeneration whose publication began at `now`."""
    return Report(
        edition=result.edition,
        finished=now,
        read=update.read,
        gone=update.gone,
        documents=result.documents,
        news=result.news,
        unsettled=update.unsettled,
        backlog_remaining=update.backlog_remaining,
        pending_pages=result.pending_pages,
        next_change_at=result.next_change_at,
    )
