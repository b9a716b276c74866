"""Recognises files that are still being written, so that no half-written article is published."""

from collections.abc import Mapping
from datetime import datetime
from os import stat_result
from typing import NamedTuple

from feedsvc.library.signature import FileChange, identity_signature

SETTLING = 0.4
"""Seconds for which a file must have been unmodified, or have looked the same, before it is read."""


MOST = 10_000
"""Most complete files that are remembered; at that number all are forgotten."""


class CompleteFiles:
    """Files that the watcher of the folder knows to be complete: they are read at once. One thread may add files while
    another reads."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def add(self, path: str, status: stat_result) -> None:
        """Notes that the file at `path` is complete as long as it has this `status`."""
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[path] = identity_signature(status)

    def newest_of_others(self, prefix: str, files: Mapping[str, stat_result]) -> int:
        """The newest modification time, in nanoseconds, of those of `files` that are not known to be complete as they
        are now; 0 if all are. `files` is by name, and `prefix` the beginning of their paths."""
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
    """The time since which the file has looked like this, in seconds."""


class SettlingFiles:
    """Remembers from one scan to the next which files have not settled."""

    def __init__(self, complete: CompleteFiles | None = None) -> None:
        """Files in `complete` count as completely written."""
        self._complete = complete or CompleteFiles()
        self._before: dict[str, _Sighting] = {}
        self._now: dict[str, _Sighting] = {}

    def begin_scan(self) -> None:
        """Starts a scan: files that had not settled in the last one are compared with how they look now."""
        self._before, self._now = self._now, {}

    def are_settled(
        self, change: FileChange, prefix: str, files: Mapping[str, stat_result], media: int, now: datetime
    ) -> bool:
        """True if everything that belongs to an article is known to be complete, or settled as in `is_settled`.

        `files` are the article's own and its companions, as for `CompleteFiles.newest_of_others`; `media` is the newest
        modification time of its changed media, in nanoseconds, 0 if there are none.
        """
        restless = self._complete.newest_of_others(prefix, files)
        return self.is_settled(change._replace(newest=max(media, restless)), now)

    def is_settled(self, change: FileChange, now: datetime) -> bool:
        """True if, for SETTLING seconds, the file is unmodified by its own time or, since clocks differ, looks the same
        by ours."""
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
