"""What a child of `feedsvc serve` has with its parent: a line that breaks when the parent is gone, and a heartbeat.

The parent holds the other ends of the child's standard input, through which nothing ever comes, and of its standard
output, which carries the heartbeat. Nothing here depends on process ids, which are used again.
"""

import os
import select
from threading import Thread

BEAT = 2.0
"""Seconds between two heartbeats."""


def start_heartbeat() -> None:
    """Begin to beat; end this process at once when its parent is gone: everything here withstands a kill -9.

    From then on standard input is empty, and what is printed goes to standard error.
    """
    line, beats = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    Thread(target=_live, args=(line, beats), name="heartbeat", daemon=True).start()


def _live(line: int, beats: int) -> None:
    broken: list[int] = []
    while not broken:
        try:
            os.write(beats, b".")
        except OSError:
            break
        broken = select.select([line], [], [], BEAT)[0]
    os._exit(1)
