"""The wiring of push: builds the announcer of Editions and the service's own hub from the configuration."""

import time
from typing import TYPE_CHECKING

from feedsvc.config import Config
from feedsvc.push.announcement import Announcer, milliseconds
from feedsvc.push.guard import Guard
from feedsvc.push.hub import Hub
from feedsvc.service.settings import addresses_of, now
from feedsvc.store.port import Store

if TYPE_CHECKING:  # the processes that push and purge load nothing that reads and renders articles
    from feedsvc.service.regeneration import Announce

FOLLOWED = 1_000
"""Milliseconds after which all serving processes serve a new Edition: they check for one ten times a second."""
DROPPED = 3_000
"""Milliseconds that caches have to carry out a purge, if no delay is configured."""


def clock() -> int:
    """The present instant in milliseconds since 1970."""
    return milliseconds(now())


def make_announcer(settings: Config) -> "Announce":
    """A function that stores the push tasks for a new Edition; it does nothing if push is not configured."""
    push = settings.push
    if not push.is_on:
        return lambda *_edition: None
    return Announcer(addresses_of(settings), push.hubs, push.hub, ping_wait(settings)).announce


def ping_wait(settings: Config) -> int:
    """The milliseconds until external hubs are pinged for an Edition: by then the caches in front of the service have
    dropped the previous one."""
    delay = settings.push.delay
    dropped = DROPPED if settings.purge and delay is None else 0
    return FOLLOWED + 1_000 * (delay or 0) + dropped


def make_hub(settings: Config, store: Store) -> Hub:
    """The service's own hub."""
    return Hub(store, addresses_of(settings), Guard(settings.push.allow), clock, time.monotonic)
