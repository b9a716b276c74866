"""Purges caches once, after `feedsvc publish`, if no purging process is running."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from feedsvc.config import Config
from feedsvc.model.problem import Problem
from feedsvc.service.folder_lock import tried_lock
from feedsvc.service.push_wiring import FOLLOWED
from feedsvc.service.stores import open_ledger

if TYPE_CHECKING:
    from feedsvc.push.purging import Purger

LOCK = "purge.lock"
"""The file in the state folder that the purging process locks."""


def purge_once(settings: Config) -> dict[str, int | Problem]:
    """The outcome at each cache, by name: the number of purged URLs or tags, or the problem.

    The next run tries failed purges again. Empty without [[purge]], or if another process purges. Raises StoreError.
    """
    if not settings.purge:
        return {}
    from feedsvc.service.purge_wiring import make_purgers

    with tried_lock(settings.state.path / LOCK) as is_ours:
        if not is_ours:
            return {}
        if not all(table.behind for table in settings.purge):
            time.sleep(FOLLOWED / 1_000)  # until the serving processes have the Edition
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
