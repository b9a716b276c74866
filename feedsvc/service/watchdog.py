"""How far work is that takes long, and whether it goes on at all.

A thread that waits for a disk that does not answer uses no processor time. What takes long is not to be ended for that,
so no clock on the wall tells.
"""

import sys
import time
import traceback
from itertools import islice
from threading import get_ident
from types import TracebackType

HUNG = 900.0
"""Seconds without any progress after which work is given up: so long, the slowest disk hands out nothing."""


SILENCE = 10.0
"""Seconds for which work may go on before it is told how far it is."""


class Watchdog:
    """A context around the work of one thread; others ask `still` again and again."""

    def __init__(self) -> None:
        self._thread = 0
        self._used, self._since = 0.0, 0.0

    def __enter__(self) -> None:
        self._thread = get_ident()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread = 0

    def seconds_without_progress(self, now: float) -> float:
        """Seconds, by the clock that `now` is of, for which the work has not moved; 0 while there is none."""
        used = self._processor_time()
        if used != self._used:
            self._used, self._since = used, now
        return now - self._since if used else 0.0

    def _processor_time(self) -> float:
        """0 also where the system does not say, and for a thread that has ended just now."""
        thread = self._thread
        if not thread or not hasattr(time, "pthread_getcpuclockid"):
            return 0.0
        try:
            return time.clock_gettime(time.pthread_getcpuclockid(thread))
        except OSError:
            return 0.0

    def where(self) -> str:
        """The innermost calls of the work, for whoever looks for what it waits for; empty while there is none."""
        frame = sys._current_frames().get(self._thread)
        stack = islice(traceback.walk_stack(frame), 8) if frame else ()
        return " < ".join(f"{each.f_code.co_qualname} (line {line})" for each, line in stack)
