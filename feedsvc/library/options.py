"""The arguments and the results of an update of the ledger."""

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from feedsvc.model.problem import Problem
from feedsvc.model.progress import ProgressCallback, no_progress

CandidatesNeeded = Callable[[str], int]
"""The number of articles of a section, by its path, that must be known to tell what its feed holds."""


class Scope(Enum):
    """The part of the articles folder that an update looks at."""

    ALL = "all"
    PATHS = "paths"
    """Only the paths of the options, as far as these are enough to tell what became of them."""


class UpdateOptions(NamedTuple):
    """The options of an update as of `now`."""

    now: datetime
    scope: Scope = Scope.ALL
    paths: frozenset[str] = frozenset()
    """Paths at which something changed; with Scope.PATHS nothing changed elsewhere."""
    reread: bool = False
    """Read unchanged files again: another program or configuration may read them otherwise."""
    wait_for_writers: bool = True
    """Leave files that are still being written to the next update."""
    accept_removals: bool = False
    """Remove the articles of missing files, however many there are."""
    candidates_needed: CandidatesNeeded | None = None
    """If given, only what feeds hold is imported at first of a large folder that is new."""
    progress: ProgressCallback = no_progress
    fault: Problem | None = None
    """The reason why the folder may not be looked at now, if there is one: nothing changes then."""


class UpdateResult(NamedTuple):
    """The result of one update."""

    read: int = 0
    """Files that were read."""
    gone: int = 0
    """Articles that were removed."""
    unsettled: bool = False
    """Some file was still being written; update again soon."""
    backlog_remaining: bool = False
    """Only what feeds hold was imported of a large folder that is new; update again at once."""
    complete: bool = True
    """Nothing of such a folder remains to be imported, by this update or a later one."""


class NeedsFullScan(NamedTuple):
    """The result of an update of some paths that are not enough to tell what became of them."""
