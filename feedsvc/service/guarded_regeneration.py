"""Runs the regenerations of a publisher session, so that the failure of one does not end the schedule."""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime

from feedsvc.model.progress import log_progress
from feedsvc.model.report import Report
from feedsvc.service.regeneration import Regeneration, RegenerationOptions
from feedsvc.service.regeneration_log import RegenerationLog
from feedsvc.service.request_inbox import RequestInbox
from feedsvc.service.scan_request import Scan, ScanRequest, at_paths, merge
from feedsvc.service.session_end import End, SessionEnd
from feedsvc.service.settings import now
from feedsvc.store import state
from feedsvc.store.errors import StoreDamaged, StoreError
from feedsvc.store.lease import Lease, LeaseLost
from feedsvc.store.port import Store
from feedsvc.store.problems import all_problems
from feedsvc.store.requests import PublishRequest

log = logging.getLogger(__name__)


class GuardedRegeneration:
    """Regenerates under `lease`, and answers the requests in `inbox`. A PublishingLoop calls this.

    A lost lease and a damaged store end the session; any other failure is logged and answered. `next_regular` returns
    the next instant of the timetable.
    """

    def __init__(
        self,
        store: Store,
        lease: Lease,
        regeneration: Regeneration,
        inbox: RequestInbox,
        session: SessionEnd,
        next_regular: Callable[[], datetime | None],
        waited: Callable[[], float | None] = lambda: None,
        note_complete: Callable[[Iterable[str]], None] = lambda _paths: None,
    ) -> None:
        """`waited` returns the seconds since the first save that the regeneration publishes, None if there is none.
        `note_complete` is called with the paths of files that are known to be complete now."""
        self._store = store
        self._lease = lease
        self._regeneration = regeneration
        self._inbox = inbox
        self._session = session
        self._next_regular = next_regular
        self._waited = waited
        self._note_complete = note_complete
        self._log = RegenerationLog()

    def publish(self, scan: ScanRequest) -> Report | None:
        """The report of one regeneration; None if it failed."""
        report = self._guarded(lambda: self._regenerate(scan))
        if report is not None:
            self._note_next()
        return report

    def publish_pending(self) -> Report | None:
        """The report of publishing some of the pages that are still queued; None if it failed."""
        return self._guarded(lambda: self._regeneration.publish_pending(self._lease, now))

    def _regenerate(self, scan: ScanRequest) -> Report:
        started = now()
        requests = self._inbox.take()
        self._note_complete(path for request in requests for path in request.poked or ())
        options = options_for(scan, requests)._replace(waited=self._waited())
        report = self._regeneration.run(self._lease, now, options, log_progress(log.info, time.monotonic))
        if not report.backlog_remaining:  # otherwise requests are answered after the rest of the backlog
            self._inbox.answer(report)
        with self._store.read() as transaction:
            problems = frozenset(all_problems(transaction))
        self._log.published(report, problems, now() - started)
        return report

    def _guarded(self, regenerate: Callable[[], Report]) -> Report | None:
        """The result of `regenerate`; None if it failed."""
        try:
            report = regenerate()
        except LeaseLost as loss:
            log.warning("the lease is lost: %s", loss)
            self._session.end(End.LEASE_LOST)
        except BaseException as error:  # noqa: BLE001 - after any error the last Edition stays, and it is tried again
            self._answer_failure(self._log.failed(error))
            if isinstance(error, StoreDamaged):
                self._session.end(End.DAMAGED)
        else:
            self._log.succeeded()
            return report
        return None

    def _answer_failure(self, reason: str) -> None:
        try:
            self._inbox.answer(None, reason)
        except StoreError as error:
            log.debug("the requests cannot be answered either: %s", error)

    def _note_next(self) -> None:
        """Stores the time of the next regular regeneration, for the status."""
        try:
            with self._store.write() as transaction:
                state.NEXT_REGENERATION.put(transaction, self._next_regular())
        except StoreError as error:
            log.warning("the time of the next regeneration could not be stored: %s", error)


def options_for(scan: ScanRequest, requests: frozenset[PublishRequest]) -> RegenerationOptions:
    """The options of a regeneration that answers `requests`; without requests, those for `scan`.

    For an operator's request all files are scanned and read as they are at that moment, without waiting for writers. A
    poke only adds paths to scan, or the whole folder, as the watcher does.
    """
    asked = [request for request in requests if request.poked is None]
    if asked:
        accept_removals = any(request.accept_removals for request in asked)
        return RegenerationOptions(Scan.FULL, wait_for_writers=False, accept_removals=accept_removals)
    for request in requests:
        scan = merge(scan, at_paths(request.poked) if request.poked else Scan.FULL)
    return RegenerationOptions(scan)
