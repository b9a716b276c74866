"""Purges once, after `feedsvc publish`, where no service does it."""

import asyncio
import fcntl
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from feedsvc.config import Config
from feedsvc.model.problem import Problem
from feedsvc.service.push_wiring import FOLLOWED
from feedsvc.service.stores import open_ledger

if TYPE_CHECKING:
    from feedsvc.push.purging import Purger

LOCK = "purge.lock"
"""The file in the state folder whose lock the process holds that purges."""


def purge_once(settings: Config) -> dict[str, int | Problem]:
    """The outcome at each cache, by name: the number of URLs or tags that were purged, or the problem.

    The next run tries again what waits. Empty where a service purges. Raises StoreError.
    """
    if not settings.purge:
        return {}
    from feedsvc.service.purge_wiring import make_purgers

    with _lock(settings) as is_ours:
        if not is_ours:
            return {}
        if not all(table.behind for table in settings.purge):
            time.sleep(FOLLOWED / 1_000)  # until those that serve have the Edition
        store = open_ledger(settings)
        try:
            with ThreadPoolExecutor(1, "purge store") as threads:
                purgers = make_purgers(settings, store, threads, settles=0)
                asyncio.run(_finish(purgers))
        finally:
            store.close()
    names = (table.name for table in settings.purge)
    return {name: each.problem or each.purged for name, each in zip(names, purgers, strict=True)}


async def _finish(purgers: "list[Purger]") -> None:
    await asyncio.gather(*(each.finish() for each in purgers))


@contextmanager
def _lock(settings: Config) -> Iterator[bool]:
    """True while this process alone purges; False if another one does."""
    descriptor = os.open(settings.state.path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(descriptor)
