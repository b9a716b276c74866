"""Reads many files on all processors: other processes of ours, which end with this one."""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime
from itertools import islice
from multiprocessing import connection, get_context, parent_process
from threading import Thread
from types import TracebackType

from feedsvc.changes import Change
from feedsvc.drafts import Draft, Drafting
from feedsvc.ports import Unreadable

BATCH = 500
"""Files that are read together."""
ALONE = 8
"""Batches that this process reads by itself: to start the others costs as much."""

Drafted = tuple[Change, Draft | None]
"""A file with its Draft, or without one where it cannot be read."""


class Crew:
    """Makes Drafts as of `now`. A context: what it started ends with it."""

    def __init__(self, drafting: Drafting, now: datetime) -> None:
        self._drafting = drafting
        self._now = now
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> "Crew":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def draft(self, changes: Iterable[Change]) -> Iterator[list[Drafted]]:
        """The files of `changes`, in their order, batch by batch; those that follow are read meanwhile."""
        source = iter(changes)
        for _ in range(ALONE):
            if batch := list(islice(source, BATCH)):
                yield draft_all(self._drafting, batch, self._now)
        if batch := list(islice(source, BATCH)):
            yield from self._together(batch, source)

    def _together(self, batch: list[Change], source: Iterator[Change]) -> Iterator[list[Drafted]]:
        crew = os.cpu_count() or 1
        # Not forked: this process has threads, and theirs are the locks that a child would wait for.
        self._pool = ProcessPoolExecutor(crew, get_context("spawn"), _end_with_parent)
        coming: deque[Future[list[Drafted]]] = deque()
        while batch or coming:
            if batch:
                coming.append(self._pool.submit(draft_all, self._drafting, batch, self._now))
            batch = list(islice(source, BATCH))
            if len(coming) > 2 * crew or not batch:
                yield coming.popleft().result()


def draft_all(drafting: Drafting, changes: list[Change], now: datetime) -> list[Drafted]:
    return [(change, _draft(drafting, change, now)) for change in changes]


def _draft(drafting: Drafting, change: Change, now: datetime) -> Draft | None:
    try:
        return drafting.draft(change, now)
    except Unreadable:
        return None


def _end_with_parent() -> None:
    """A child that nobody is left to tell to end, ends: after kill -9 of its parent, too."""
    parent = parent_process()
    if parent is not None:
        Thread(target=_wait_for, args=(parent.sentinel,), name="parent", daemon=True).start()


def _wait_for(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
