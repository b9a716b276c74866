"""Tells the other processes of a node whether the node publishes.

Of several nodes that may publish, one does, and it alone writes to other places and pushes. The publishing process
leaves the name under which it holds the lease in the folder of the state; while the store names the same holder, this
node is the one.
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
"""Seconds between two looks at which node publishes."""

_FILE = "publisher"


@contextmanager
def noted(settings: Config, lease: Lease) -> Iterator[None]:
    """Tells the other processes of this node that it publishes under `lease`. Where there is one node, nothing needs
    telling."""
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
    """True if this node publishes, as far as the store of `transaction` tells."""
    if not settings.state.url:
        return True
    try:
        holder = _file(settings).read_text(encoding="utf-8")
    except OSError:
        return False
    return holder != "" and probable_holder(transaction, now()) == holder


def is_publisher(settings: Config, store: Store) -> bool:
    """True if this node publishes. While the store cannot be read, it is the one that it was."""
    try:
        with store.read() as transaction:
            return publishes_here(settings, transaction)
    except StoreError:
        return True


async def publishers_store(settings: Config, stop: asyncio.Event) -> Store | None:
    """The store, once there is one and this node publishes into it; None if `stop` is set before."""
    while not stop.is_set():
        with suppress(StoreError):  # the publisher says what is wrong with it
            store = open_ledger(settings)
            if is_publisher(settings, store):
                return store
            store.close()
        await wait_for(stop, WAIT)
    return None


@asynccontextmanager
async def turn_with(settings: Config, store: Store, stop: asyncio.Event) -> AsyncIterator[asyncio.Event]:
    """An event that is set with `stop`, or once another store is in the place of `store` or another node publishes.
    Closes `store` at the end."""
    watched, end = watch_store(store), asyncio.Event()

    def is_over() -> bool:
        return watched.is_replaced() or not is_publisher(settings, store)

    watch = asyncio.create_task(_end_when(is_over, stop, end))
    try:
        yield end
    finally:
        watch.cancel()
        store.close()


async def _end_when(is_over: Callable[[], bool], stop: asyncio.Event, end: asyncio.Event) -> None:
    """Sets `end` once `is_over` returns True, which is asked in a thread, or `stop` is set."""
    while not (stop.is_set() or await asyncio.to_thread(is_over)):
        await wait_for(stop, WAIT)
    end.set()


def _file(settings: Config) -> Path:
    return settings.state.path / _FILE
