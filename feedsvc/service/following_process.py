"""The process that keeps this node's copy of the Edition up to a store in PostgreSQL, once a second and at a hint."""

import logging
import os
import signal
import sys
import time
from threading import Event, Thread

from feedsvc.config import Config
from feedsvc.service.following import Following, alone
from feedsvc.service.heartbeat import start_heartbeat
from feedsvc.service.log_setup import log_to_stderr
from feedsvc.service.settings_handover import read_settings
from feedsvc.store.errors import StoreError
from feedsvc.store.lineage import Step
from feedsvc.store.postgresql.hints import Hints

log = logging.getLogger(__name__)

POLL = 1.0
"""Seconds between two looks, whether a hint comes or not."""
PATIENCE = 2.0
"""Seconds that a look under way is given when this process is to end; then nothing of it is left."""


def main() -> None:
    """The program that the supervisor starts. Its argument is the descriptor of the settings."""
    start_heartbeat()
    log_to_stderr()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    # In another thread: Python handles no signal while its main thread waits for the database.
    work = Thread(target=run, args=(read_settings(int(sys.argv[1])), stop), name="following", daemon=True)
    work.start()
    while work.is_alive() and not stop.wait(POLL):
        pass
    work.join(PATIENCE)
    os._exit(0 if stop.is_set() else 1)


def run(settings: Config, stop: Event) -> None:
    """Follows until `stop` is set; while another process of this node does, it only waits."""
    while not stop.is_set():
        with alone(settings) as is_alone:
            if is_alone:
                _follow(settings, stop)
        stop.wait(POLL)


def _follow(settings: Config, stop: Event) -> None:
    following, hints, trouble = Following(settings), Hints(settings.state.url), ""
    try:
        while not stop.is_set():
            begun = time.monotonic()
            said = _look(following)
            if said and said != trouble:
                log.warning("%s", said)
            elif trouble and not said:
                log.info("the database can be followed again")
            trouble = said
            now = time.monotonic()
            hints.wait(max(0.0, POLL - (now - begun)), now, stop)
    finally:
        hints.close()
        following.close()


def _look(following: Following) -> str:
    """Follows once; why that could not be done, or empty."""
    try:
        followed = following.look()
    except (StoreError, OSError) as error:
        return str(error)
    if followed.step is not Step.NONE:
        log.info("edition %d is here: %d documents", followed.edition, followed.documents)
    return ""


if __name__ == "__main__":
    main()
