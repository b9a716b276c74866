"""The step before a scan of the articles folder: updates the folder if it is a copy of another place."""

from collections.abc import Callable
from typing import NamedTuple

from feedsvc.model.problem import Problem
from feedsvc.model.progress import ProgressCallback
from feedsvc.service.scan_request import ScanRequest


class Refreshed(NamedTuple):
    """The outcome: the part of the folder to scan, and the fault because of which nothing may be scanned; None if there
    is no fault."""

    scan: ScanRequest
    fault: Problem | None = None
    problems: tuple[Problem, ...] | None = ()
    """The objects that could not be copied; None if not all were compared."""


Refresh = Callable[[ScanRequest, ProgressCallback], Refreshed]
"""Brings the folder up to date as far as the scan needs it. Does not raise errors of the other place."""


def as_it_is(scan: ScanRequest, _tick: ProgressCallback) -> Refreshed:
    """The outcome for a folder that is not a copy: nothing has to be updated."""
    return Refreshed(scan)
