"""The progress of long work, reported to a callback."""

from collections.abc import Callable

INTERVAL = 10.0
"""Seconds between two reports of `log_progress`."""

ProgressCallback = Callable[[str, int, int], None]
"""Called with `(what, done, total)` during the work, such as ("files read", 200, 1000). `total` is 0 while it is
unknown."""


def no_progress(_what: str, _done: int, _total: int) -> None:
    """A ProgressCallback that does nothing."""


def log_progress(write: Callable[[str], None], clock: Callable[[], float]) -> ProgressCallback:
    """A callback that passes a line of text to `write` every `INTERVAL` seconds of `clock`."""
    last = clock()

    def report(what: str, done: int, total: int) -> None:
        nonlocal last
        if (now := clock()) - last >= INTERVAL:
            last = now
            write(f"{done:,} of {total:,} {what}" if total else f"{done:,} {what} so far")

    return report
