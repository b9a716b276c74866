"""Background threads that survive a fork: each forked process starts its own."""

import os
import sys
from collections.abc import Callable
from threading import Lock, Thread


def run_in_background(name: str, work: Callable[[], object], turn: Lock, close: Callable[[], object]) -> None:
    """Starts `work`, which never returns, in a daemon thread of this process and of each process forked from it.

    `work` holds `turn` while it is busy, and a fork waits for it. Before the fork `close` is called, since a database
    connection must not be used on both sides of a fork.
    """

    def start() -> None:
        Thread(target=work, name=name, daemon=True).start()

    def before() -> None:
        turn.acquire()
        close()

    def in_child() -> None:
        turn.release()
        start()

    if sys.platform != "win32":
        os.register_at_fork(before=before, after_in_parent=turn.release, after_in_child=in_child)
    start()
