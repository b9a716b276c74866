"""Decides when to publish again, from the outcome of a publication."""

from datetime import datetime, timedelta
from typing import NamedTuple

from feedsvc.model.report import Report
from feedsvc.service.scan_request import Scan, ScanRequest

SOON = timedelta(seconds=0.42)
"""Time until a file that was still being written is checked again: a little longer than it must rest."""
FIRST_RETRY, LAST_RETRY = 1.0, 60.0
"""Seconds until the next attempt after the first failure; doubled after each further one, up to LAST_RETRY."""
LONGEST_CHEAP = 5.0
"""The most seconds until the next attempt on a disk that fails at once: what was saved meanwhile is published soon
after the disk is back."""
_SHARE = 8.0
"""The pause after a failure on a disk, in multiples of the processor time that the attempt took: those that cost much
are rare."""


class FollowUp(NamedTuple):
    """A publication that is due at `when`; a later one of the same `name` replaces it."""

    name: str
    when: datetime
    scan: ScanRequest


def after_success(report: Report, now: datetime) -> tuple[FollowUp, ...]:
    """The publications that are due after that of `report`: for files that were still being written, and for the next
    article that becomes visible or expires."""
    found = []
    if report.unsettled:
        found.append(FollowUp("unsettled", now + SOON, Scan.KNOWN))
    if report.next_change_at is not None:
        found.append(FollowUp("change", report.next_change_at, Scan.KNOWN))
    return tuple(found)


def after_failure(failures: int, now: datetime, took: float) -> FollowUp:
    """The next attempt after `failures` failures in a row (at least 1); the last one took `took` seconds of processor
    time."""
    return FollowUp("retry", now + timedelta(seconds=disk_retry_delay(failures, took)), Scan.FULL)


def disk_retry_delay(failures: int, took: float) -> float:
    """Seconds until the next attempt on a disk, as for `after_failure`."""
    return min(retry_delay(failures), max(LONGEST_CHEAP, _SHARE * took))


def retry_delay(failures: int) -> float:
    """Seconds until the next attempt after `failures` failures in a row (at least 1)."""
    return min(FIRST_RETRY * 2.0 ** min(failures - 1, 10), LAST_RETRY)
