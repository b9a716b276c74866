"""Files that are still being written: half a file is not news."""

from datetime import datetime
from typing import NamedTuple

from feedsvc.library.signature import FileChange

SETTLING = 0.4
"""Seconds for which a file must have rested, or have looked the same, before it is read."""


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
