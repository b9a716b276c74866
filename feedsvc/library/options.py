"""The arguments and the results of an update of the ledger."""

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from feedsvc.model.problem import Problem
from feedsvc.model.progress import ProgressCallback, no_progress

CandidatesNeeded = Callable[[str], int]
"""A function of a section's path: the number of its articles that must be known to determine what its feed holds."""


class Scope(Enum):
    """The part of the articles folder that an update looks at."""

    ALL = "all"
    PATHS = "paths"
    """Only the paths of the options, if these suffice to determine what became of their files."""


class UpdateOptions(NamedTuple):
    """The options of an update as of `now`."""

    now: datetime
    scope: Scope = Scope.ALL
    paths: frozenset[str] = frozenset()
    """Paths at which something changed; with Scope.PATHS nothing changed elsewhere."""
    reread: bool = False
    """Read unchanged files again, since a new program or configuration may read them differently."""
    wait_for_writers: bool = True
    """Postpone files that are still being written to the next update."""
    accept_removals: bool = False
    """Remove the articles of missing files, however many there are."""
    candidates_needed: CandidatesNeeded | None = None
    """If given, only the articles that feeds hold are imported at first from a large new folder."""
    progress: ProgressCallback = no_progress
    fault: Problem | None = None
    """The reason why the folder must not be read now; no article changes then. None if it may be read."""


class UpdateResult(NamedTuple):
    """The result of one update."""

    read: int = 0
    """Files that were read."""
    gone: int = 0
    """Articles that were removed."""
    unsettled: bool = False
    """True if a file was still being written; update again soon."""
    backlog_remaining: bool = False
    """True if only the articles that feeds hold were imported from a large new folder; update again at once."""
    complete: bool = True
    """False if articles of such a folder remain to be imported by a later update."""


class NeedsFullScan(NamedTuple):
    """The result of an update of some paths that do not suffice to show what became of their files."""
