"""Files that are still being written: half a file is not news."""

from collections.abc import Mapping
from datetime import datetime
from os import stat_result
from typing import NamedTuple

from feedsvc.library.signature import FileChange, identity_signature

SETTLING = 0.4
"""Seconds for which a file must have rested, or have looked the same, before it is read."""


MOST = 10_000
"""Complete files that are remembered."""


class CompleteFiles:
    """Files that are known to be complete, as whoever watches the folder saw them: they need not rest. One thread may
    add to them while another asks."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def add(self, path: str, status: stat_result) -> None:
        """Takes note that the file is complete that has this status now."""
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[path] = identity_signature(status)

    def newest_of_others(self, prefix: str, files: Mapping[str, stat_result]) -> int:
        """The newest time of those of `files`, by name, that are not known to be complete as they are now, nanoseconds;
        0 if all are. `prefix` is the beginning of their paths."""
        known = self._known
        times = (
            status.st_mtime_ns
            for name, status in files.items()
            if known.get(prefix + name) != identity_signature(status)
        )
        return max(times, default=0)


class _Sighting(NamedTuple):
    change: FileChange
    since: float
    """Since when the file has looked so, seconds."""


class SettlingFiles:
    """Remembers from one scan to the next which files have not settled."""

    def __init__(self) -> None:
        self._before: dict[str, _Sighting] = {}
        self._now: dict[str, _Sighting] = {}

    def begin_scan(self) -> None:
        """Starts a scan: what had not settled in the last one is compared with what is seen now."""
        self._before, self._now = self._now, {}

    def is_settled(self, change: FileChange, now: datetime) -> bool:
        """True if the file has rested for a while by its own time, or, as clocks differ, by ours."""
        seconds = now.timestamp()
        seen = self._before.get(change.path)
        if seen is None or seen.change != change:
            seen = _Sighting(change, seconds)
        if change.newest <= (seconds - SETTLING) * 1e9 or abs(seconds - seen.since) >= SETTLING:
            return True
        self._now[change.path] = seen
        return False

    def paths(self) -> set[str]:
        """The files of this scan that have not settled."""
        return set(self._now)
