"""A thread beside those that answer, which goes on in every process that is forked off."""

import os
import sys
from collections.abc import Callable
from threading import Lock, Thread


def run_in_background(name: str, work: Callable[[], object], turn: Lock, close: Callable[[], object]) -> None:
    """Starts `work`, which never returns, in a thread of this process, and of each that is forked off it.

    `turn` is what `work` holds while it is busy: a fork waits for it. Then `close` is called, since connections to a
    database must not be used on both sides of a fork.
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
