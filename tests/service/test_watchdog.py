"""A thread that waits does not move; one that works does, however long it takes."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from feedsvc.model.progress import log_progress
from feedsvc.service.watchdog import Watchdog


@contextmanager
def under_way(work: Callable[[Event], object]) -> Iterator[Watchdog]:
    progress, begun, over = Watchdog(), Event(), Event()

    def run() -> None:
        with progress:
            begun.set()
            work(over)

    thread = Thread(target=run)
    thread.start()
    begun.wait()
    time.sleep(0.05)
    try:
        yield progress
    finally:
        over.set()
        thread.join()
    assert progress.seconds_without_progress(1e9) == 0


def count(over: Event) -> None:
    while not over.is_set():
        pass


def test_work_that_waits_stands_still_and_tells_where() -> None:
    with under_way(Event.wait) as progress:
        assert progress.seconds_without_progress(100.0) == 0
        assert progress.seconds_without_progress(160.0) == 60
        assert progress.where().startswith("Condition.wait (line")


@pytest.mark.timed
def test_work_that_takes_its_time_moves() -> None:
    with under_way(count) as progress:
        for now in (100.0, 160.0, 220.0):
            assert progress.seconds_without_progress(now) == 0
            time.sleep(0.05)


def test_where_there_is_no_work_nothing_stands_still() -> None:
    progress = Watchdog()
    assert [progress.seconds_without_progress(now) for now in (0.0, 60.0)] == [0, 0]
    assert progress.where() == ""


def test_what_takes_long_tells_from_time_to_time_how_far_it_is() -> None:
    said: list[str] = []
    seconds = iter([0, *range(25), 31])
    tick = log_progress(said.append, lambda: next(seconds))
    for second in range(25):
        tick("files read", 1000 * second, 0)
    tick("files read", 7, 1200)
    assert said == ["10,000 files read so far", "20,000 files read so far", "7 of 1,200 files read"]
