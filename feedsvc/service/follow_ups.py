"""Decides from the outcome of a publication when to publish again."""

from datetime import datetime, timedelta
from typing import NamedTuple

from feedsvc.model.report import Report
from feedsvc.service.scan_request import Scan, ScanRequest

SOON = timedelta(seconds=0.42)
"""Time until a file that was still being written is looked at again: a little longer than it must rest."""
FIRST_RETRY, LAST_RETRY = 1.0, 60.0
"""Seconds until what failed is tried again: twice as many after each failure, up to the second number."""


class FollowUp(NamedTuple):
    """A publication that is due at `when`; a later one of the same `name` replaces it."""

    name: str
    when: datetime
    scan: ScanRequest


def after_success(report: Report, now: datetime) -> tuple[FollowUp, ...]:
    """The publications that are due after that of `report`: for files that may be complete by then, and for the next
    article that opens or closes."""
    found = []
    if report.unsettled:
        found.append(FollowUp("unsettled", now + SOON, Scan.KNOWN))
    if report.next_change_at is not None:
        found.append(FollowUp("change", report.next_change_at, Scan.KNOWN))
    return tuple(found)


def after_failure(failures: int, now: datetime) -> FollowUp:
    """The next attempt after so many `failures` in a row; 1 is the first."""
    return FollowUp("retry", now + timedelta(seconds=retry_delay(failures)), Scan.FULL)


def retry_delay(failures: int) -> float:
    """Seconds until the next attempt after so many `failures` in a row; 1 is the first."""
    return min(FIRST_RETRY * 2.0 ** min(failures - 1, 10), LAST_RETRY)
