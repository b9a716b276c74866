"""The process that purges caches. Its failures affect neither publishing nor serving."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from feedsvc.config import Config
from feedsvc.service.folder_lock import held_lock
from feedsvc.service.process_main import begin, work_in_loop
from feedsvc.service.publishing_here import publishers_store, turn_with
from feedsvc.service.purge_operations import LOCK
from feedsvc.service.purge_wiring import make_purgers
from feedsvc.store.port import Store

LAST = 2.0
"""Seconds for which the end of the process waits for running requests."""


def main() -> None:
    """The program that the supervisor starts. Its argument is the descriptor of the settings."""
    work_in_loop(run, begin())


async def run(settings: Config, stop: asyncio.Event) -> None:
    """Purges until `stop` is set. The lock is taken with each store, since the folder may be another one then."""
    while (store := await publishers_store(settings, stop)) is not None:
        async with held_lock(settings.state.path / LOCK, "purges", stop):
            await _purge(settings, store, stop)


async def _purge(settings: Config, store: Store, stop: asyncio.Event) -> None:
    """Purges until `stop` is set, `store` was replaced, or another node publishes."""
    async with turn_with(settings, store, stop) as end:
        with ThreadPoolExecutor(1, "purge store") as threads:
            purgers = make_purgers(settings, store, threads)
            await _run_until(end, [asyncio.create_task(each.run(end)) for each in purgers])


async def _run_until(end: asyncio.Event, runs: list[asyncio.Task[None]]) -> None:
    """Waits until `end` is set, and then at most LAST seconds for `runs`; requests that are not finished by then are
    sent again later. Raises the error of a run that fails before."""
    ended = asyncio.create_task(end.wait())
    await asyncio.wait({ended, *runs}, return_when=asyncio.FIRST_COMPLETED)
    if end.is_set() and runs:
        await asyncio.wait(runs, timeout=LAST)
    for run in runs:
        if run.done():
            run.result()
        run.cancel()
