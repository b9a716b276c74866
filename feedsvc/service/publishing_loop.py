"""The loop of the one thread that publishes: one publication at a time, whenever one is due."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from feedsvc.model.report import Report
from feedsvc.service.follow_ups import FollowUp, after_failure, after_success
from feedsvc.service.scan_request import Scan, ScanRequest, ScanRequests, merge
from feedsvc.service.watchdog import Watchdog


class Publications(Protocol):
    """The publications that the loop makes. Both methods return None after a failure."""

    def publish(self, scan: ScanRequest) -> Report | None:
        """Scans the part of the folder that `scan` names, and publishes what has changed."""
        ...

    def publish_pending(self) -> Report | None:
        """Publishes some of the pages that are still queued."""
        ...


class PublishingLoop:
    """Publishes whenever there are `requests`, and after `longest` seconds without a request (None: no limit).

    Requests that come during a publication are merged and taken after it. Queued pages are published between requests.
    """

    def __init__(
        self,
        requests: ScanRequests,
        publications: Publications,
        schedule: Callable[[FollowUp], None],
        longest: float | None,
    ) -> None:
        self._requests = requests
        self._publications = publications
        self._schedule = schedule
        self._longest = longest
        self._failures = 0
        self._missed: ScanRequest | None = None
        """The requests of publications that failed since the last one that succeeded; None if there are none."""
        self._has_pending_pages = False
        self.watchdog = Watchdog()
        """Watches the current publication."""

    def run(self) -> None:
        """Runs until the requests are closed. A running publication is finished."""
        while True:
            request = self._requests.take(0 if self._has_pending_pages else self._longest)
            if self._requests.closed:
                return
            with self.watchdog:
                if request is None and self._has_pending_pages:
                    self._publish_pending()
                else:
                    self._publish(Scan.FULL if request is None else request)

    def _publish_pending(self) -> None:
        begun = time.thread_time()
        report = self._publications.publish_pending()
        self._take_note(report, begun)

    def _publish(self, scan: ScanRequest) -> None:
        """Publishes once, with what failed publications have missed, and schedules those that follow from the
        report."""
        if self._missed is not None:
            scan = merge(self._missed, scan)
        begun = time.thread_time()
        report = self._publications.publish(scan)
        self._missed = scan if report is None else None
        self._take_note(report, begun)
        if report is None:
            return
        if report.backlog_remaining:
            self._requests.put(Scan.FULL)
        for follow_up in after_success(report, datetime.now(UTC)):
            self._schedule(follow_up)

    def _take_note(self, report: Report | None, begun: float) -> None:
        """Notes whether pages are still queued; after a failure (`report` is None), schedules another attempt. `begun`
        is the processor time of this thread when the publication began."""
        self._has_pending_pages = report is not None and report.pending_pages > 0
        if report is not None:
            self._failures = 0
            return
        self._failures += 1
        self._schedule(after_failure(self._failures, datetime.now(UTC), time.thread_time() - begun))
