"""Logs the regenerations of a session."""

import logging
from datetime import timedelta

from feedsvc.model.counting import counted
from feedsvc.model.printable import printable
from feedsvc.model.problem import Problem
from feedsvc.model.report import Report
from feedsvc.store.errors import StoreError

log = logging.getLogger(__name__)


class RegenerationLog:
    """Logs each problem once, and the traceback of a failure only if it differs from the failure before."""

    def __init__(self) -> None:
        self._problems: frozenset[Problem] = frozenset()
        self._failure = ""

    def failed(self, error: BaseException) -> str:
        """Logs that a regeneration failed. Returns the reason in one line."""
        reason = f"{type(error).__name__}: {error}"
        traceback = None if reason == self._failure or isinstance(error, StoreError) else error
        log.error(
            "the regeneration failed and will be retried; what was published stays: %s", reason, exc_info=traceback
        )
        self._failure = reason
        return reason

    def succeeded(self) -> None:
        """Notes that a regeneration succeeded, so that the next failure is logged with its traceback."""
        self._failure = ""

    def published(self, report: Report, problems: frozenset[Problem], took: timedelta) -> None:
        """Logs the `problems` that are new, and the changes that `report` lists."""
        for problem in sorted(problems - self._problems):
            log.warning("%s", problem)
        self._problems = problems
        if not report.documents:
            return
        changed, read = counted(report.documents, "document"), counted(report.read, "file")
        line = "edition %d: %s changed, %s read, %s gone, %.2f s"
        log.info(line, report.edition, changed, read, counted(report.gone, "article"), took.total_seconds())
        for sentence in report.news:
            log.info("%s", printable(sentence))
        if report.backlog_remaining:
            log.info("the articles that the feeds hold are published; the rest of the archive follows now")
        elif report.pending_pages:
            log.info("%d more pages and archives follow step by step", report.pending_pages)
