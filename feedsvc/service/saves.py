"""Decides when a change in the articles folder is scanned: at once if the file is complete, otherwise after a rest.

A file that is renamed to its place, as careful programs save, is complete. A writer that has closed a file may open it
again at once to add to it, and for a file that stays open it is unknown whether more will follow; both have to rest.
A file that is gone may be renamed and edited: its article is known again only if both paths are scanned together.
"""

import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from feedsvc.library.settling import SETTLING
from feedsvc.service.tree_watch import Change, Kind

CLOSED_REST, OPEN_REST = 0.25, SETTLING + 0.02
"""Seconds for which a file must rest that was closed by its writer, and one that was not."""
GONE_REST = CLOSED_REST
"""Seconds for which a removal waits, if nothing else is passed on before: the file may be written elsewhere next."""
QUIET, LONGEST = 0.01, 0.1
"""Changes are passed on together after QUIET seconds without a further change, or after LONGEST seconds at the latest,
and not sooner than LONGEST seconds after the previous ones: many saves in a row become a few publications."""


MOST = 5_000
"""The largest number of paths that are remembered; if more have changed, the whole folder is scanned."""


class Due(NamedTuple):
    """The paths to be scanned together."""

    paths: frozenset[str]
    """With files that are gone, also those that still rest: one of them may be a file that is gone, renamed and edited,
    whose article is then kept."""
    whole: frozenset[str]
    """The paths, among `paths`, whose files are known to be complete now."""
    everything: bool
    """True if there may have been changes anywhere."""
    since: float
    """The time of the first of the changes."""


class _Waiting(NamedTuple):
    due: float
    since: float
    kind: Kind


class Saves:
    """The changes that were not passed on yet. All times are seconds of one monotonic clock."""

    def __init__(self) -> None:
        self._waiting: dict[str, _Waiting] = {}
        self._lost_since: float | None = None
        self._last = 0.0
        """The time of the last change."""
        self._handed_on = float("-inf")
        """The time at which changes were last passed on."""

    def note(self, changes: Iterable[Change], now: float) -> None:
        """Records `changes` that were seen at `now`."""
        for kind, path in changes:
            self._last = now
            if kind is Kind.LOST or len(self._waiting) >= MOST:
                self._waiting.clear()
                self._lost_since = now if self._lost_since is None else self._lost_since
                continue
            before = self._waiting.get(path)
            if kind is Kind.TOUCHED and before is not None:
                continue  # part of a save that is already recorded
            since = now if before is None else before.since
            self._waiting[path] = _Waiting(now + _REST.get(kind, 0.0), since, kind)

    def take(self, now: float) -> Due | None:
        """The changes that are due at `now`; None if there are none."""
        ready = self._ready(now)
        if not (ready or self._lost_since is not None) or now < self._handed_on_at(now):
            return None
        self._handed_on = now
        for path in ready:
            del self._waiting[path]
        resting = self._waiting if any(waiting.kind is Kind.GONE for waiting in ready.values()) else ()
        sinces = [waiting.since for waiting in ready.values()]
        lost, self._lost_since = self._lost_since, None
        return Due(
            paths=frozenset((*ready, *resting)),
            whole=frozenset(path for path, waiting in ready.items() if waiting.kind in _WHOLE),
            everything=lost is not None,
            since=min(sinces if lost is None else [*sinces, lost]),
        )

    def _ready(self, now: float) -> dict[str, _Waiting]:
        """The changes that are due at `now`, and with them all removals: a file that is complete may be one of those,
        renamed."""
        if all(waiting.due > now for waiting in self._waiting.values()):
            return {}
        return {path: each for path, each in self._waiting.items() if each.due <= now or each.kind is Kind.GONE}

    def next_look(self, now: float, longest: float) -> float:
        """Seconds from `now` until `take` may have something, if nothing changes meanwhile; at most `longest`."""
        if not self._waiting and self._lost_since is None:
            return longest
        return min(longest, max(0.0, self._handed_on_at(now) - now))

    def _handed_on_at(self, now: float) -> float:
        """The time at which the first of the changes, and all that are due by then, are passed on."""
        first = min([waiting.due for waiting in self._waiting.values()], default=now)
        if self._lost_since is not None:
            first = min(first, self._lost_since)
        return max(first, min(self._last + QUIET, first + LONGEST), self._handed_on + LONGEST)


class FirstSave:
    """The time of the first save since the last regeneration began. One thread may note saves, another take the
    time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: float | None = None

    def note(self, since: float) -> None:
        """Records a save that was seen at `since`, by the clock."""
        before = self._since
        self._since = since if before is None else min(before, since)

    def take(self) -> float | None:
        """The seconds since the first save that was recorded after the last call; None if there was none."""
        since, self._since = self._since, None
        return None if since is None else self._clock() - since


_REST = {Kind.CLOSED: CLOSED_REST, Kind.WRITTEN: OPEN_REST, Kind.GONE: GONE_REST}
_WHOLE = (Kind.PLACED, Kind.CLOSED)
