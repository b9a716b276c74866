"""Requests for a publication, with the part of the articles folder that has to be scanned for it."""

from collections.abc import Iterable
from enum import Enum, auto
from threading import Condition


class Scan(Enum):
    """A scan that is not confined to given paths."""

    FULL = auto()
    """The whole folder."""
    KNOWN = auto()
    """Nothing new: only what is due by its time, and files that were still being written."""


ScanRequest = Scan | frozenset[str]
"""A Scan, or the paths below the folder at which something changed, and nowhere else."""


def at_paths(paths: Iterable[str]) -> ScanRequest:
    """A request to look at `paths` alone."""
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
    """The requests that no publication has taken yet, merged into one. Any thread may put, one thread takes."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._pending: ScanRequest | None = None
        self._closed = False

    def put(self, request: ScanRequest = Scan.FULL) -> None:
        """Asks for a publication as soon as the one under way is done."""
        with self._condition:
            self._pending = request if self._pending is None else merge(self._pending, request)
            self._condition.notify()

    def take(self, patience: float | None) -> ScanRequest | None:
        """All that was put since the last call. None if `patience` seconds pass without a request (None: no limit), and
        once the requests are closed."""
        with self._condition:
            self._condition.wait_for(lambda: self._closed or self._pending is not None, patience)
            pending, self._pending = self._pending, None
            return None if self._closed else pending

    def close(self) -> None:
        """Wakes the thread that takes; from here on there are no requests."""
        with self._condition:
            self._closed = True
            self._condition.notify()

    @property
    def closed(self) -> bool:
        """True once `close` was called."""
        with self._condition:
            return self._closed
