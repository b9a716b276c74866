"""Detects when the clock of the machine is set.

Timers use a monotonic clock, which cannot be set and stands still while a virtual machine is suspended. So an event
that is due at a certain time would be late after the wall clock was set forward, or after the machine was resumed.
"""

import logging
import time
from collections.abc import Callable
from threading import Event

log = logging.getLogger(__name__)

STEP = 0.3
"""The smallest change of the drift, in seconds, that counts as a jump of the clock."""
TICK = 0.4
"""Seconds between two checks."""


def clock_drift() -> float:
    """Seconds by which the wall clock is ahead of the monotonic clock."""
    return time.time() - time.monotonic()


class ClockWatcher:
    """Calls `on_jump` within TICK seconds after the wall clock was set; `drift` is as `clock_drift`."""

    def __init__(self, on_jump: Callable[[], None], drift: Callable[[], float] = clock_drift) -> None:
        self._on_jump = on_jump
        self._drift = drift

    def run(self, stop: Event) -> None:
        """Watches until `stop` is set."""
        before = self._drift()
        while not stop.wait(TICK):
            after = self._drift()
            if abs(after - before) > STEP:
                log.info("the clock was set %s by %.1f s", "forward" if after > before else "back", abs(after - before))
                self._on_jump()
            before = after
