"""Work in the threads of a pool, also where the system starts no further thread."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Generic, TypeVar

_Result = TypeVar("_Result")


def submit(pool: ThreadPoolExecutor, work: Callable[[], _Result]) -> Future[_Result]:
    """The result of `work`, done in a thread of `pool`; in the caller's if no further thread can be started (`ulimit
    -u`, a limit of a container, too little memory)."""
    job = _Job(work)
    try:
        pool.submit(job)
    except RuntimeError:
        job()
    return job.result


class _Job(Generic[_Result]):
    """Work that is done once, by the first caller: a pool that could not start a thread has the job in its queue
    nevertheless, and earlier threads may still take it from there."""

    def __init__(self, work: Callable[[], _Result]) -> None:
        self.result: Future[_Result] = Future()
        self._work = work
        self._untaken = Lock()

    def __call__(self) -> None:
        if not self._untaken.acquire(blocking=False):
            return
        try:
            self.result.set_result(self._work())
        except BaseException as error:  # noqa: BLE001 - whoever asks for the result is told
            self.result.set_exception(error)
