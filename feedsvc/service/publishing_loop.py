"""The one thread that publishes: one publication at a time, as long as anything is due."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from feedsvc.model.report import Report
from feedsvc.service.follow_ups import FollowUp, after_failure, after_success
from feedsvc.service.scan_request import Scan, ScanRequest, ScanRequests
from feedsvc.service.watchdog import Watchdog


class Publications(Protocol):
    """The publications that the loop makes. Both methods return None if one failed."""

    def publish(self, scan: ScanRequest) -> Report | None:
        """Looks at the folder as far as `scan` says, and publishes what changed."""
        ...

    def publish_pending(self) -> Report | None:
        """Publishes some of the pages that an earlier publication left."""
        ...


class PublishingLoop:
    """Publishes whenever there are `requests`, and once in `longest` seconds without any (None: not then).

    Requests that come during a publication are taken together after it. Pending pages are published between requests.
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
        self._has_pending_pages = False
        self.watchdog = Watchdog()
        """Watches the publication under way."""

    def run(self) -> None:
        """Returns once the requests are closed; a publication under way is finished."""
        while True:
            request = self._requests.take(0 if self._has_pending_pages else self._longest)
            if self._requests.closed:
                return
            with self.watchdog:
                if request is None and self._has_pending_pages:
                    self._take_note(self._publications.publish_pending())
                else:
                    self._publish(Scan.FULL if request is None else request)

    def _publish(self, scan: ScanRequest) -> None:
        """Publishes once, and schedules what follows from it."""
        report = self._publications.publish(scan)
        self._take_note(report)
        if report is None:
            return
        if report.backlog_remaining:
            self._requests.put(Scan.FULL)
        for follow_up in after_success(report, datetime.now(UTC)):
            self._schedule(follow_up)

    def _take_note(self, report: Report | None) -> None:
        """Pending pages follow at once; a failure is followed by another attempt."""
        self._has_pending_pages = report is not None and report.pending_pages > 0
        if report is not None:
            self._failures = 0
            return
        self._failures += 1
        self._schedule(after_failure(self._failures, datetime.now(UTC)))
