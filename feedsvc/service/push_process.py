"""The process that tells hubs and subscribers what was published. Its trouble touches neither publishing nor serving.

It reads the outbox in the store, and writes only what became of its requests. One process at a time delivers from a
store: it holds a lock on a file beside it, which the kernel gives back however the process ends.
"""

import asyncio
import fcntl
import logging
import os
import random
import secrets
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

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
from feedsvc.service.heartbeat import start_heartbeat
from feedsvc.service.log_setup import log_to_stderr
from feedsvc.service.publishing_here import publishes_here
from feedsvc.service.push_wiring import clock, ping_wait
from feedsvc.service.settings import addresses_of
from feedsvc.service.settings_handover import read_settings
from feedsvc.service.store_watch import watch_store
from feedsvc.service.stores import open_ledger
from feedsvc.store.errors import StoreError
from feedsvc.store.port import Store

log = logging.getLogger(__name__)

WAIT = 1.0
"""Seconds until the next attempt while there is no store yet, or another process delivers; and between two looks at
whether the store is still the same."""


def main() -> None:
    """The program that the supervisor starts. Its argument is the descriptor of the settings."""
    start_heartbeat()
    log_to_stderr()
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    settings = read_settings(int(sys.argv[1]))
    asyncio.run(run(settings))
    os._exit(0)  # a lookup of a name that hangs would keep the process


async def run(settings: Config) -> None:
    """Delivers until SIGTERM or SIGINT. Where nobody is to be told anything, it only waits."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if not settings.push.is_on:
        await stop.wait()
        return
    lock = await _lock(settings.state.path, stop)
    while not stop.is_set():
        store = await _opened(settings, stop)
        if store is not None:
            await _deliver(settings, store, stop)
    if lock is not None:
        os.close(lock)


async def _lock(folder: Path, stop: asyncio.Event) -> int | None:
    """The descriptor of the lock, once no other process has it; None if `stop` is set before."""
    told = False
    while not stop.is_set():
        with suppress(FileNotFoundError):  # the publisher makes the folder
            descriptor = os.open(folder / "push.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(descriptor)
                if not told:
                    log.info("waiting: another process delivers from %s", folder)
                told = True
            else:
                return descriptor
        await _wait(stop, WAIT)
    return None


async def _opened(settings: Config, stop: asyncio.Event) -> Store | None:
    """The store, once there is one; None if `stop` is set before."""
    while not stop.is_set():
        with suppress(StoreError):  # the publisher says what is wrong with it
            store = open_ledger(settings)
            if _is_ours(settings, store):
                return store
            store.close()
        await _wait(stop, WAIT)
    return None


def _is_ours(settings: Config, store: Store) -> bool:
    """True if it is this node that pushes: where there are several, the one that publishes. While the store cannot be
    read, it is the one that it was."""
    try:
        with store.read() as transaction:
            return publishes_here(settings, transaction)
    except StoreError:
        return True


async def _deliver(settings: Config, store: Store, stop: asyncio.Event) -> None:
    """Delivers until `stop` is set, another store is in the place of `store`, or another node pushes."""
    end = asyncio.Event()
    watched = watch_store(store)

    def is_over() -> bool:
        return watched.is_replaced() or not _is_ours(settings, store)

    watch = asyncio.create_task(_watch(is_over, stop, end))
    try:
        await make_delivery_loop(settings, store).run(end)
    finally:
        watch.cancel()
        store.close()


async def _watch(is_over: Callable[[], bool], stop: asyncio.Event, end: asyncio.Event) -> None:
    while not (stop.is_set() or await asyncio.to_thread(is_over)):
        await _wait(stop, WAIT)
    end.set()


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


def make_delivery_loop(settings: Config, store: Store) -> DeliveryLoop:
    """The loop that tells hubs and subscribers."""
    addresses = addresses_of(settings)
    adapters: dict[str, Adapter] = {
        PING: Pings(settings.push.hubs, ping_wait(settings)),
        DELIVER: Deliveries(addresses, tuple(address + HUB for address in addresses)),
        VERIFY: Verifications(addresses, secrets.token_urlsafe),
        DENY: Denials(),
    }
    return DeliveryLoop(store, adapters, HttpClient(Guard(settings.push.allow), time.monotonic), clock, random.random)


if __name__ == "__main__":
    main()
