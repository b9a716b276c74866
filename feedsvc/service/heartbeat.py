"""The link between a child and its supervisor: a pipe that breaks when the supervisor ends, and a heartbeat.

The pipe is the child's standard input, through which nothing is ever sent; the heartbeat goes through its standard
output. The supervisor holds the other ends. Nothing here depends on process ids, since these are reused.
"""

import os
import select
from collections.abc import Callable
from contextlib import suppress
from threading import Thread

BEAT = 2.0
"""Seconds between two heartbeats."""


READY = b"r"
"""The byte, among the heartbeats, by which a child reports that it is ready."""
SUCCESSOR = "successor"
"""The argument of a child that is to replace another one; the other one works on until this one is ready."""


def start_heartbeat() -> Callable[[], None]:
    """Starts the heartbeat. Returns a function that reports to the supervisor that this process is ready.

    When the supervisor is gone, this process ends at once; all its work survives a kill -9. After this call standard
    input is empty, and standard output goes to standard error.
    """
    lifeline, beats = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    Thread(target=_beat, args=(lifeline, beats), name="heartbeat", daemon=True).start()

    def tell_ready() -> None:
        with suppress(OSError):  # the heartbeat ends this process then
            os.write(beats, READY)

    return tell_ready


def _beat(lifeline: int, beats: int) -> None:
    """Writes a byte to `beats` every BEAT seconds, until `lifeline` or `beats` breaks; then ends this process."""
    broken: list[int] = []
    while not broken:
        try:
            os.write(beats, b".")
        except OSError:
            break
        broken = select.select([lifeline], [], [], BEAT)[0]
    os._exit(1)
