"""Lets the other processes of a node know whether the node publishes.

Of several nodes that may publish, one does, and only this one writes to other destinations and pushes. The publishing
process writes the name under which it holds the lease to a file in the state folder. While the store names the same
holder, this node is the one that publishes.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from feedsvc.config import Config
from feedsvc.service.folder_lock import wait_for
from feedsvc.service.settings import now
from feedsvc.service.store_watch import watch_store
from feedsvc.service.stores import open_ledger
from feedsvc.store.errors import StoreError
from feedsvc.store.lease import Lease, probable_holder
from feedsvc.store.port import Store
from feedsvc.store.transaction import Transaction

WAIT = 1.0
"""Seconds between two checks which node publishes."""

_FILE = "publisher"


@contextmanager
def noted(settings: Config, lease: Lease) -> Iterator[None]:
    """Lets the other processes of this node know that it publishes under `lease`, for as long as the context lasts.
    Does nothing if the store is not shared by several nodes."""
    if not settings.state.url:
        yield
        return
    file = _file(settings)
    with suppress(OSError):  # a full disk must not prevent a publication
        fresh = file.with_suffix(".new")
        fresh.write_text(lease.holder, encoding="utf-8")
        fresh.replace(file)
    try:
        yield
    finally:
        with suppress(OSError):
            file.unlink()


def publishes_here(settings: Config, transaction: Transaction) -> bool:
    """True if this node publishes, according to the store of `transaction`."""
    if not settings.state.url:
        return True
    try:
        holder = _file(settings).read_text(encoding="utf-8")
    except OSError:
        return False
    return holder != "" and probable_holder(transaction, now()) == holder


def is_publisher(settings: Config, store: Store) -> bool | None:
    """True if this node publishes; None while the store cannot be read."""
    try:
        with store.read() as transaction:
            return publishes_here(settings, transaction)
    except StoreError:
        return None


async def publishers_store(settings: Config, stop: asyncio.Event) -> Store | None:
    """The store, once there is one and this node publishes into it; None if `stop` is set before."""
    while not stop.is_set():
        with suppress(StoreError):  # the publisher reports what is wrong with the store
            store = open_ledger(settings)
            if is_publisher(settings, store):
                return store
            store.close()
        await wait_for(stop, WAIT)
    return None


@asynccontextmanager
async def turn_with(settings: Config, store: Store, stop: asyncio.Event) -> AsyncIterator[asyncio.Event]:
    """An event that is set when `stop` is set, `store` was replaced, or another node publishes. Closes `store` at the
    end of the context."""
    watched, end = watch_store(store), asyncio.Event()

    def is_over() -> bool:
        return watched.is_replaced() or is_publisher(settings, store) is False

    watch = asyncio.create_task(_end_when(is_over, stop, end))
    try:
        yield end
    finally:
        watch.cancel()
        store.close()


async def _end_when(is_over: Callable[[], bool], stop: asyncio.Event, end: asyncio.Event) -> None:
    """Sets `end` once `stop` is set or `is_over` returns True; `is_over` is called in a thread."""
    while not (stop.is_set() or await asyncio.to_thread(is_over)):
        await wait_for(stop, WAIT)
    end.set()


def _file(settings: Config) -> Path:
    return settings.state.path / _FILE
