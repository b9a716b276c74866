"""The process that pushes new Editions to hubs and subscribers. Its failures affect neither publishing nor serving.

It reads the outbox in the store, and writes only the outcomes of its requests. One process at a time delivers from a
store: it holds a lock on a file in the state folder, which the kernel releases however the process ends.
"""

import asyncio
import logging
import os
import random
import secrets
import time

from feedsvc.config import Config
from feedsvc.model.urls import HUB
from feedsvc.push.adapter import Adapter
from feedsvc.push.client import HttpClient
from feedsvc.push.deliveries import DELIVER, Deliveries
from feedsvc.push.denials import DENY, Denials
from feedsvc.push.guard import Guard
from feedsvc.push.loop import DeliveryLoop
from feedsvc.push.pings import PING, Pings
from feedsvc.push.verifications import VERIFY, Verifications
from feedsvc.service.folder_lock import held_lock
from feedsvc.service.process_main import begin, work_in_loop
from feedsvc.service.publishing_here import publishers_store, turn_with
from feedsvc.service.push_wiring import clock, ping_wait
from feedsvc.service.settings import addresses_of
from feedsvc.store.port import Store

log = logging.getLogger(__name__)

_NICE = 5
"""The niceness of the process, so that publishing and serving come first when it has thousands of deliveries."""


def main() -> None:
    """The program that the supervisor starts. Its argument is the descriptor of the settings."""
    os.nice(_NICE)
    work_in_loop(run, begin())


async def run(settings: Config, stop: asyncio.Event) -> None:
    """Delivers until `stop` is set. If push is not configured, it only waits. The lock is taken with each store, since
    the folder may be another one then."""
    if not settings.push.is_on:
        await stop.wait()
        return
    while (store := await publishers_store(settings, stop)) is not None:
        async with held_lock(settings.state.path / "push.lock", "delivers", stop):
            await _deliver(settings, store, stop)


async def _deliver(settings: Config, store: Store, stop: asyncio.Event) -> None:
    """Delivers until `stop` is set, `store` was replaced, or another node publishes."""
    async with turn_with(settings, store, stop) as end:
        await make_delivery_loop(settings, store).run(end)


def make_delivery_loop(settings: Config, store: Store) -> DeliveryLoop:
    """The loop that delivers to hubs and subscribers."""
    addresses = addresses_of(settings)
    adapters: dict[str, Adapter] = {
        PING: Pings(settings.push.hubs, ping_wait(settings)),
        DELIVER: Deliveries(addresses, tuple(address + HUB for address in addresses)),
        VERIFY: Verifications(addresses, secrets.token_urlsafe),
        DENY: Denials(),
    }
    return DeliveryLoop(store, adapters, HttpClient(Guard(settings.push.allow), time.monotonic), clock, random.random)
