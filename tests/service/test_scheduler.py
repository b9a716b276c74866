"""Each instant leads to one request, in time; what is past already, at once."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
from waiting import wait_for

from feedsvc.service.follow_ups import FollowUp
from feedsvc.service.scan_request import Scan, ScanRequest
from feedsvc.service.scheduler import Scheduler
from feedsvc.service.timetable import Timetable

pytestmark = pytest.mark.timed

HOURLY = Timetable(3600)


class Requests(list[ScanRequest]):
    """All that were made; `last` is when the last one was."""

    last = 0.0

    def add(self, request: ScanRequest) -> None:
        self.append(request)
        self.last = time.monotonic()


@contextmanager
def scheduled(requests: Requests, timetable: Timetable = HOURLY) -> Iterator[Scheduler]:
    scheduler = Scheduler(timetable, requests.add)
    scheduler.start()
    try:
        yield scheduler
    finally:
        scheduler.stop()


def test_at_every_interval_everything_is_requested() -> None:
    requests = Requests()
    with scheduled(requests, Timetable(1)):
        time.sleep(2.5)
    assert 2 <= len(requests) <= 3
    assert set(requests) == {Scan.FULL}


def test_it_knows_when_the_next_regular_publication_is() -> None:
    before = datetime.now(UTC)
    with scheduled(Requests()) as scheduler:
        following = scheduler.next_regular()
    assert following is not None
    assert timedelta(minutes=59) < following - before < timedelta(minutes=61)


@pytest.mark.parametrize("seconds", [-5.0, 0.0, 0.3, 1.0])
def test_what_is_scheduled_is_requested_within_a_second_and_at_once_if_its_time_has_passed(seconds: float) -> None:
    requests = Requests()
    with scheduled(requests) as scheduler:
        due = time.monotonic() + max(seconds, 0.0)
        when = datetime.now(UTC) + timedelta(seconds=seconds)
        scheduler.schedule(FollowUp("change", when, Scan.KNOWN))
        wait_for(lambda: requests, "the request")
    assert requests == [Scan.KNOWN]
    assert -0.05 <= requests.last - due < 1


def test_what_is_scheduled_again_replaces_what_was_and_leaves_others_alone() -> None:
    requests, now = Requests(), datetime.now(UTC)
    with scheduled(requests) as scheduler:
        scheduler.schedule(FollowUp("change", now + timedelta(seconds=0.5), frozenset({"early.md"})))
        scheduler.schedule(FollowUp("change", now + timedelta(seconds=1), frozenset({"late.md"})))
        scheduler.schedule(FollowUp("retry", now + timedelta(seconds=0.5), Scan.FULL))
        wait_for(lambda: len(requests) == 2, "the requests")
    assert requests == [Scan.FULL, frozenset({"late.md"})]


def test_after_a_restart_the_next_regular_publication_is_an_interval_away() -> None:
    """As after the clock was put back: what was due next is hours away."""
    with scheduled(Requests()) as scheduler:
        scheduler._jobs.modify_job("regular", next_run_time=datetime.now(UTC) + timedelta(hours=9))
        scheduler.restart_timetable()
        following = scheduler.next_regular()
    assert following is not None
    assert timedelta(minutes=59) < following - datetime.now(UTC) < timedelta(minutes=61)


def test_once_it_is_stopped_nothing_is_requested() -> None:
    requests = Requests()
    with scheduled(requests, Timetable(1)) as scheduler:
        pass
    scheduler.schedule(FollowUp("change", datetime.now(UTC), Scan.KNOWN))
    time.sleep(1.2)
    assert requests == []


def test_jobs_that_come_while_it_stops_cost_no_thread_its_life(caplog: pytest.LogCaptureFixture) -> None:
    """As when the clock is set while the process ends: APScheduler's thread once died of a JobLookupError."""
    for _ in range(18):
        scheduler, ended = Scheduler(HOURLY, Requests().add), Event()
        scheduler.start()
        past = datetime.now(UTC) - timedelta(seconds=5)

        def disturb(scheduler: Scheduler = scheduler, ended: Event = ended, past: datetime = past) -> None:
            while not ended.is_set():
                scheduler.schedule(FollowUp("change", past, Scan.KNOWN))
                scheduler.restart_timetable()

        threads = [Thread(target=disturb) for _ in range(2)]
        for thread in threads:
            thread.start()
        time.sleep(0.02)
        scheduler.stop()
        ended.set()
        for thread in threads:
            thread.join()
        scheduler.restart_timetable()
        assert scheduler.next_regular() is None
    assert not [record for record in caplog.records if record.levelname in ("ERROR", "WARNING")]
