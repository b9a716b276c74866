"""Work is done, and done once, however many threads the system starts."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Thread

import pytest

from feedsvc.model.threads import submit
from feedsvc.model.worker_pool import WorkerPool
from feedsvc.model.worker_process import WorkerProcess

Limit = Callable[[int], None]


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> Limit:
    """Lets the system start only so many further threads."""

    def lay(count: int) -> None:
        start, left = Thread.start, iter(range(count))

        def start_some(thread: Thread) -> None:
            if next(left, None) is None:
                raise RuntimeError("can't start new thread")
            start(thread)

        monkeypatch.setattr(Thread, "start", start_some)

    return lay


@pytest.mark.parametrize("count", [0, 1, 2, 9])
def test_all_work_is_done_once(limit: Limit, count: int) -> None:
    limit(count)
    done: list[int] = []
    with ThreadPoolExecutor(4) as pool:
        results = [submit(pool, partial(done.append, number)) for number in range(100)]
        assert [result.result() for result in results] == [None] * 100
    assert sorted(done) == list(range(100))


@pytest.mark.parametrize("count", [0, 1])
def test_an_error_is_that_of_the_result(limit: Limit, count: int) -> None:
    limit(count)
    with ThreadPoolExecutor(4) as pool:
        results = [submit(pool, partial(int, "x")) for _ in range(3)]
        for result in results:
            with pytest.raises(ValueError, match="invalid literal"):
                result.result()


@pytest.mark.parametrize("count", [0, 1])
def test_workers_are_asked_also_where_no_thread_can_be_started_for_them(limit: Limit, count: int) -> None:
    def answer(worker: WorkerProcess, batch: int) -> int:
        return batch + 1

    limit(count)
    pool = WorkerPool("no.module")
    assert list(pool.map(answer, range(9), 3)) == list(range(1, 10))
    pool.end()
