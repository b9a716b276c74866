"""The process that keeps this node's copy of the Edition up to date with a store in PostgreSQL.

It checks once a second, and at each hint from the database.
"""

import logging
import time
from threading import Event, Thread

from feedsvc.config import Config
from feedsvc.service.following import Following, alone
from feedsvc.service.process_main import begin, work_in_thread
from feedsvc.store.errors import StoreError
from feedsvc.store.lineage import Step
from feedsvc.store.postgresql.hints import Hints

log = logging.getLogger(__name__)

POLL = 1.0
"""Seconds between two checks if no hint comes."""
PATIENCE = 2.0
"""Seconds for which this process, when asked to end, waits for a running check; after that the check is undone."""


def main() -> None:
    """The program that the supervisor starts. Its argument is the descriptor of the settings."""
    work_in_thread(run, begin(), PATIENCE)


def run(settings: Config, stop: Event) -> None:
    """Follows until `stop` is set. While another process of this node follows, it only waits."""
    while not stop.is_set():
        with alone(settings) as is_alone:
            if is_alone:
                if settings.articles.bucket:
                    Thread(target=_follow_media, args=(settings, stop), name="media", daemon=True).start()
                _follow(settings, stop)
        stop.wait(POLL)


def _follow_media(settings: Config, stop: Event) -> None:
    """Copies media until `stop` is set. It runs in a separate thread, so that a large file delays no Edition."""
    from feedsvc.service.media_following import MediaFollowing

    media = MediaFollowing(settings)
    while not stop.is_set():
        stop.wait(media.look())


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
    """Follows once. Returns the reason why that failed; empty if it did not."""
    try:
        followed = following.look()
    except (StoreError, OSError) as error:
        return str(error)
    if followed.step is not Step.NONE:
        log.info("edition %d is here: %d documents", followed.edition, followed.documents)
    return ""
