"""Requests that need a disk take turns: one that does not answer never holds all threads of the process.

What is in memory, above all the feeds, is answered whatever disks do. Each disk has turns of its own, so that one that
hangs costs nothing of the other.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from threading import BoundedSemaphore, get_ident
from typing import Any, NamedTuple

from feedsvc.store.errors import StoreError

AT_ONCE = 3
"""Requests that may wait for one disk at the same time."""
PATIENCE = 1.0
"""Seconds for which a request waits for its turn; once another has had its own for longer, it does not wait."""

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_REFUSAL = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store"), ("Retry-After", "5")]


class DiskBusy(StoreError):
    """So many requests wait for a disk that no further one may."""

    def __init__(self) -> None:
        super().__init__("a disk does not answer")


class DiskTurns:
    """The turns at one disk. A thread that has one may take it again within."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._free = BoundedSemaphore(AT_ONCE)
        self._since: dict[int, float] = {}
        """Thread to the instant at which it got its turn."""

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Begins a turn, which ends with the context. Raises DiskBusy where none comes."""
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
        """Seconds for which it is worth while to wait."""
        now = self._clock()
        return 0.0 if any(now - since > PATIENCE for since in [*self._since.values()]) else PATIENCE


class Disks(NamedTuple):
    """The turns at the disks of a process."""

    state: DiskTurns
    articles: DiskTurns

    def around(self, application: Wsgi) -> Wsgi:
        """`application`, each call of which is a turn at the disk that it needs; 503 where none comes."""

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
"""The beginning of the paths of files beside the articles, and the path for which no disk is needed."""
