"""A pool of worker processes that work on batches side by side."""

import os
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from math import ceil
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

from feedsvc.model.threads import submit
from feedsvc.model.worker_process import WorkerProcess, start_workers

_Batch = TypeVar("_Batch")
_Result = TypeVar("_Result")


class WorkerPool:
    """Worker processes, one for each of `processors`, that have `modules` loaded. They are started with the first batch
    at the latest, and end with this object at the latest."""

    def __init__(self, *modules: str) -> None:
        self._modules = modules
        self._workers: list[WorkerProcess] = []
        self._free: SimpleQueue[WorkerProcess] = SimpleQueue()
        self._end: Callable[[], object] = int

    @property
    def is_started(self) -> bool:
        """True if the processes are running, or starting."""
        return bool(self._workers)

    def start(self) -> None:
        """Starts the processes, which load their modules meanwhile; nothing happens if they were started."""
        if not self._workers:
            self._workers, end = start_workers(self._modules, processors())
            self._end = weakref.finalize(self, end)
            self._free = SimpleQueue()
            for worker in self._workers:
                self._free.put(worker)

    def map(
        self, run: Callable[[WorkerProcess, _Batch], _Result], batches: Iterable[_Batch], ahead: int
    ) -> Iterator[_Result]:
        """The results of `run` for `batches`, in their order; up to `ahead` of the next ones are in work meanwhile.

        `run` is called in a thread, with a worker of its own until it returns; `batches` are taken in the caller's. If
        the results are not taken to the end, those that are not in work yet are given up.
        """
        self.start()
        free = self._free

        def run_in_free_worker(batch: _Batch) -> _Result:
            worker = free.get()
            try:
                return run(worker, batch)
            finally:
                free.put(worker)

        pending: deque[Future[_Result]] = deque()
        threads = ThreadPoolExecutor(len(self._workers), "workers")
        try:
            for batch in batches:
                pending.append(submit(threads, partial(run_in_free_worker, batch)))
                if len(pending) > ahead:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            threads.shutdown(cancel_futures=True)

    def end(self) -> None:
        """Ends the processes, which are started again with the next batch."""
        self._workers = []
        self._end()


MOST = 16
"""Maximum worker processes: each takes 20 MB or more, and the process that takes their results is busy with fewer."""
_GROUPS, _OWN = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")


def processors() -> int:
    """The number of processors that this process may use at once, at most MOST."""
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(there, quota(_GROUPS, _OWN), MOST))


def quota(groups: Path, own: Path) -> int:
    """The processors that the control groups of this process allow (Linux, cgroup v2), rounded up; MOST if they set no
    limit. A container may run on a large machine and have one processor of it."""
    least = float(MOST)
    with suppress(OSError, ValueError, StopIteration):
        lines = own.read_text(encoding="utf-8").splitlines()
        group = groups / next(line for line in lines if line.startswith("0::")).removeprefix("0::").lstrip("/")
        for each in (group, *group.parents):
            with suppress(OSError, ArithmeticError, ValueError):  # no limit ("max"), or no such file
                share, period = map(int, (each / "cpu.max").read_text(encoding="utf-8").split())
                least = min(least, share / period)
    return ceil(least)
