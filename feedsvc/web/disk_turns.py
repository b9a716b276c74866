"""Limits the threads that may wait for a disk, so that a disk that hangs never holds all threads of the process.

Answers from memory, above all the feeds, need no turn. Each disk has turns of its own, so one that hangs does not delay
requests for the other.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from threading import BoundedSemaphore, get_ident
from typing import Any, NamedTuple

from feedsvc.store.errors import StoreError

AT_ONCE = 3
"""Maximum requests that may wait for one disk at the same time."""
PATIENCE = 1.0
"""Seconds for which a request waits for its turn. It does not wait at all while some turn has been held for longer."""

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_REFUSAL = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store"), ("Retry-After", "5")]


class DiskBusy(StoreError):
    """The disk already has `AT_ONCE` requests waiting."""

    def __init__(self) -> None:
        super().__init__("a disk does not answer")


class DiskTurns:
    """The turns at one disk. A thread that holds a turn may enter again (re-entrant)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._free = BoundedSemaphore(AT_ONCE)
        self._since: dict[int, float] = {}
        """The instant at which each thread got its turn."""

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Holds a turn for the length of the context. Raises DiskBusy if none becomes free in time."""
        thread = get_ident()
        if thread in self._since:
            yield
            return
        if not (self._free.acquire(blocking=False) or self._free.acquire(timeout=self._patience())):
            raise DiskBusy
        self._since[thread] = self._clock()
        try:
            yield
        finally:
            del self._since[thread]
            self._free.release()

    def _patience(self) -> float:
        """Seconds to wait for a turn: `PATIENCE`, or 0 while some turn has been held for longer."""
        now = self._clock()
        return 0.0 if any(now - since > PATIENCE for since in [*self._since.values()]) else PATIENCE


class Disks(NamedTuple):
    """The turns at the disks of a process."""

    state: DiskTurns
    articles: DiskTurns

    def around(self, application: Wsgi) -> Wsgi:
        """`application`, with a turn at the disk that each request needs; answers 503 if there is no turn."""

        def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
            path = environ.get("PATH_INFO", "")
            try:
                with nullcontext() if path == _HEALTH else self._of(path).turn():
                    return application(environ, start)
            except DiskBusy:
                start("503 Service Unavailable", _REFUSAL.copy())
                return [] if environ["REQUEST_METHOD"] == "HEAD" else [b"A disk does not answer.\n"]

        return answer

    def _of(self, path: str) -> DiskTurns:
        return self.articles if path.startswith(_MEDIA) else self.state


_MEDIA, _HEALTH = "/media/", "/-/health"
"""The prefix of the paths of media files, and the path that needs no disk."""
