"""Requests for a publication, with the part of the articles folder that must be scanned for it."""

from collections.abc import Iterable
from enum import Enum, auto
from threading import Condition


class Scan(Enum):
    """A scan that is not limited to given paths."""

    FULL = auto()
    """The whole folder."""
    KNOWN = auto()
    """No new changes: only articles that are due by their dates, and files that were still being written."""


ScanRequest = Scan | frozenset[str]
"""A Scan, or the paths below the folder at which, and only at which, something may have changed."""


def at_paths(paths: Iterable[str]) -> ScanRequest:
    """A request to scan only `paths`; Scan.KNOWN if there are none."""
    return frozenset(paths) or Scan.KNOWN


def merge(one: ScanRequest, other: ScanRequest) -> ScanRequest:
    """The narrowest request that covers both."""
    if Scan.FULL in (one, other):
        return Scan.FULL
    return at_paths(paths_of(one) | paths_of(other))


def paths_of(request: ScanRequest) -> frozenset[str]:
    """The paths of `request`; empty for a Scan."""
    return request if isinstance(request, frozenset) else frozenset()


class ScanRequests:
    """The requests that no publication has taken yet, merged into one. Any thread may put requests; one thread takes
    them."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._pending: ScanRequest | None = None
        self._closed = False

    def put(self, request: ScanRequest = Scan.FULL) -> None:
        """Requests a publication, to begin as soon as the current one is done."""
        with self._condition:
            self._pending = request if self._pending is None else merge(self._pending, request)
            self._condition.notify()

    def take(self, patience: float | None) -> ScanRequest | None:
        """All requests since the last call, merged. Waits at most `patience` seconds for one (None: no limit). None if
        there is none by then, or once `close` was called."""
        with self._condition:
            self._condition.wait_for(lambda: self._closed or self._pending is not None, patience)
            pending, self._pending = self._pending, None
            return None if self._closed else pending

    def close(self) -> None:
        """Wakes the thread that takes requests; from now on `take` returns None."""
        with self._condition:
            self._closed = True
            self._condition.notify()

    @property
    def closed(self) -> bool:
        """True once `close` was called."""
        with self._condition:
            return self._closed
