"""Callbacks that are told how far long work has come."""

from collections.abc import Callable

from feedsvc.service.watchdog import SILENCE

ProgressCallback = Callable[[str, int, int], None]
"""Told `(what, done, of)` while it goes on, such as "files read"; the last is 0 as long as nobody knows."""


def no_progress(_what: str, _done: int, _of: int) -> None:
    """The Tick of who does not want to know."""


def log_progress(say: Callable[[str], None], clock: Callable[[], float]) -> ProgressCallback:
    """Says how far it is from time to time, by `clock`, which counts seconds."""
    last = clock()

    def tick(what: str, done: int, of: int) -> None:
        nonlocal last
        if (now := clock()) - last >= SILENCE:
            last = now
            say(f"{done:,} of {of:,} {what}" if of else f"{done:,} {what} so far")

    return tick
