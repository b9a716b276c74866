"""Detects work that makes no progress at all.

A thread that waits for a disk that does not respond uses no processor time, but work that merely takes long does. So
processor time counts, not elapsed time.
"""

import logging
import os
import sys
import time
import traceback
from itertools import islice
from pathlib import Path
from threading import Lock, get_ident
from types import TracebackType

log = logging.getLogger(__name__)

HUNG = 900.0
"""Seconds without progress after which work is given up: no disk that still responds is that slow."""


class Watchdog:
    """A context around the work of one thread; another thread calls `seconds_without_progress` repeatedly."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._thread = 0
        self._used, self._since = 0.0, 0.0

    def __enter__(self) -> None:
        with self._lock:
            self._thread = get_ident()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._thread = 0

    def seconds_without_progress(self, now: float) -> float:
        """Seconds for which the work has used no processor time, by the clock of `now`; 0 if there is no work."""
        used = self._processor_time()
        with self._lock:
            if used != self._used:
                self._used, self._since = used, now
            return now - self._since if used else 0.0

    def _processor_time(self) -> float:
        """The processor time of the working thread in seconds; 0 if there is no work, or if the system cannot measure
        it."""
        thread = self._working_thread()
        if not thread or not hasattr(time, "pthread_getcpuclockid"):
            return 0.0
        try:
            return time.clock_gettime(time.pthread_getcpuclockid(thread))
        except OSError:  # the thread has just ended
            return 0.0

    def _working_thread(self) -> int:
        """The identifier of the working thread; 0 if there is no work."""
        with self._lock:
            return self._thread

    def where(self) -> str:
        """The innermost calls of the work, which show what it waits for; empty if there is no work."""
        frame = sys._current_frames().get(self._working_thread())
        stack = islice(traceback.walk_stack(frame), 8) if frame else ()
        return " < ".join(f"{each.f_code.co_qualname} (line {line})" for each, line in stack)


def exit_if_hung(watchdog: Watchdog, now: float, place: Path | str, work: str = "the regeneration") -> None:
    """Ends this process at once if the `work` that `watchdog` watches has made no progress for HUNG seconds.

    SQLite undoes the unfinished transaction, as after a kill -9, and the supervisor starts another process. `place` is
    the file or folder that the log names, because its disk may be the one that does not respond.
    """
    silent = watchdog.seconds_without_progress(now)
    if silent > HUNG:
        log.error("%s made no progress for %.0f s and is given up; it waits in %s", work, silent, watchdog.where())
        log.error("check whether the disks of %s and of the articles respond", place)
        os._exit(1)
