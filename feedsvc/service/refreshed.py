"""The step before a look at the articles folder, for one that is a copy of what lies elsewhere."""

from collections.abc import Callable
from typing import NamedTuple

from feedsvc.model.problem import Problem
from feedsvc.model.progress import ProgressCallback
from feedsvc.service.scan_request import ScanRequest


class Refreshed(NamedTuple):
    """The outcome: the part of the folder to look at, and the reason why nothing may be looked at, if there is one."""

    scan: ScanRequest
    fault: Problem | None = None
    problems: tuple[Problem, ...] | None = ()
    """The objects that could not be copied; None if not all were compared."""


Refresh = Callable[[ScanRequest, ProgressCallback], Refreshed]
"""Brings the folder up to date as far as a look needs it. Raises nothing for the sake of what lies elsewhere."""


def as_it_is(scan: ScanRequest, _tick: ProgressCallback) -> Refreshed:
    """The outcome for a folder that is a copy of nothing: it is as new as it can be."""
    return Refreshed(scan)
