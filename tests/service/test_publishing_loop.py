"""One publication at a time; what becomes due during one comes after it, once, and pending pages in between."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Event, Thread

from waiting import wait_for

from feedsvc.model.report import Report
from feedsvc.service.follow_ups import FollowUp
from feedsvc.service.publishing_loop import PublishingLoop
from feedsvc.service.scan_request import Scan, ScanRequest, ScanRequests

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DONE = Report(edition=1, finished=NOW)
PAGES = "pages"
Step = ScanRequest | str


class Publications:
    """Stands for what publishes: notes each call, does the next of `work`, and closes `requests` after the last.

    A piece of work returns the report, and None for a failure.
    """

    def __init__(self, requests: ScanRequests, *work: Callable[[], Report | None]) -> None:
        self.calls: list[Step] = []
        self._requests = requests
        self._work = list(work)

    def publish(self, scan: ScanRequest) -> Report | None:
        return self._next(scan)

    def publish_pending(self) -> Report | None:
        return self._next(PAGES)

    def _next(self, call: Step) -> Report | None:
        self.calls.append(call)
        report = self._work.pop(0)()
        if not self._work:
            self._requests.close()
        return report


def looped(*work: Callable[[], Report | None], longest: float | None = None) -> tuple[list[Step], list[FollowUp]]:
    """The calls and the follow-ups of a loop that is asked for one full publication and ends after `work`."""
    requests, scheduled = ScanRequests(), list[FollowUp]()
    publications = Publications(requests, *work)
    requests.put(Scan.FULL)
    PublishingLoop(requests, publications, scheduled.append, longest).run()
    return publications.calls, scheduled


def done(**found: object) -> Callable[[], Report]:
    return lambda: Report(edition=1, finished=NOW, **found)  # type: ignore[arg-type]


def failed() -> None:
    return None


def test_what_is_asked_for_is_what_is_published() -> None:
    requests = ScanRequests()
    news, sport = frozenset({"news.md"}), frozenset({"sport.md"})

    def asks(request: ScanRequest) -> Callable[[], Report]:
        def work() -> Report:
            requests.put(request)
            return DONE

        return work

    publications = Publications(requests, asks(Scan.KNOWN), asks(sport), asks(Scan.FULL), done())
    requests.put(news)
    PublishingLoop(requests, publications, lambda _: None, None).run()
    assert publications.calls == [news, Scan.KNOWN, sport, Scan.FULL]


def test_what_becomes_due_during_a_publication_is_published_after_it_once() -> None:
    requests = ScanRequests()

    def many() -> Report:
        for number in range(20):
            requests.put(frozenset({f"{number}.md"}))
        return DONE

    publications = Publications(requests, many, done())
    requests.put(Scan.KNOWN)
    PublishingLoop(requests, publications, lambda _: None, None).run()
    assert publications.calls == [Scan.KNOWN, frozenset(f"{number}.md" for number in range(20))]


def test_the_rest_of_an_archive_comes_at_once_and_before_the_pages_that_wait() -> None:
    work = (done(backlog_remaining=True, pending_pages=2), done(pending_pages=1), done())
    calls, _ = looped(*work)
    assert calls == [Scan.FULL, Scan.FULL, PAGES]


def test_pages_that_wait_follow_one_slice_after_the_other_and_what_is_due_comes_first() -> None:
    requests = ScanRequests()

    def interrupted() -> Report:
        requests.put(Scan.KNOWN)
        return Report(edition=1, finished=NOW, pending_pages=3)

    waiting = done(pending_pages=4)
    publications = Publications(requests, waiting, waiting, interrupted, waiting, done(pending_pages=1), done())
    requests.put(Scan.FULL)
    PublishingLoop(requests, publications, lambda _: None, None).run()
    assert publications.calls == [Scan.FULL, PAGES, PAGES, Scan.KNOWN, PAGES, PAGES]


def test_a_publication_schedules_what_follows_from_it_and_pages_that_waited_do_not() -> None:
    turn = NOW + timedelta(hours=1)
    calls, scheduled = looped(
        done(next_change_at=turn, pending_pages=1), done(next_change_at=turn + timedelta(hours=1))
    )
    assert calls == [Scan.FULL, PAGES]
    assert scheduled == [FollowUp("change", turn, Scan.KNOWN)]


def test_what_failed_is_tried_again_and_a_success_begins_the_count_anew() -> None:
    requests, waits = ScanRequests(), list[float]()

    def retry_at_once(follow_up: FollowUp) -> None:
        assert (follow_up.name, follow_up.scan) == ("retry", Scan.FULL)
        waits.append(round((follow_up.when - datetime.now(UTC)).total_seconds()))
        requests.put(follow_up.scan)

    def asks_again() -> Report:
        requests.put(Scan.KNOWN)
        return DONE

    publications = Publications(requests, failed, failed, asks_again, failed, done())
    requests.put(Scan.KNOWN)
    PublishingLoop(requests, publications, retry_at_once, None).run()
    assert publications.calls == [Scan.KNOWN, Scan.FULL, Scan.FULL, Scan.KNOWN, Scan.FULL]
    assert waits == [1, 2, 1]


def test_what_failed_publications_missed_comes_with_the_first_that_succeeds() -> None:
    """Otherwise a story saved while the disk failed would wait for the next attempt, though others get through."""
    requests = ScanRequests()
    first, second, third = (frozenset({f"{name}.md"}) for name in ("first", "second", "third"))

    def asks(request: ScanRequest, report: Report | None) -> Callable[[], Report | None]:
        def work() -> Report | None:
            requests.put(request)
            return report

        return work

    publications = Publications(requests, asks(second, None), asks(third, None), asks(third, DONE), done())
    requests.put(first)
    PublishingLoop(requests, publications, lambda _: None, None).run()
    assert publications.calls == [first, first | second, first | second | third, third]


def test_pages_that_fail_wait_for_the_next_attempt() -> None:
    calls, scheduled = looped(done(pending_pages=1), failed)
    assert calls == [Scan.FULL, PAGES]
    assert [follow_up.name for follow_up in scheduled] == ["retry"]


def test_should_the_schedule_fall_silent_publications_go_on() -> None:
    """As if APScheduler's thread had died, or the clock been put back by an hour."""
    begun = time.monotonic()
    calls, _ = looped(done(), done(), done(), longest=0.05)
    assert calls == [Scan.FULL, Scan.FULL, Scan.FULL]
    assert time.monotonic() - begun >= 0.1


def test_the_end_waits_for_the_publication_under_way_and_lets_no_other_begin() -> None:
    requests, begun, go_on = ScanRequests(), Event(), Event()
    finished: list[bool] = []

    class Slow(Publications):
        def publish(self, scan: ScanRequest) -> Report | None:
            begun.set()
            go_on.wait(10)
            finished.append(True)
            return DONE

    requests.put(Scan.FULL)
    thread = Thread(target=PublishingLoop(requests, Slow(requests), lambda _: None, None).run)
    thread.start()
    assert begun.wait(10)
    requests.put(Scan.FULL)
    requests.close()
    thread.join(0.1)
    assert thread.is_alive()
    go_on.set()
    thread.join(10)
    assert finished == [True]


def test_publications_never_overlap_however_many_threads_ask() -> None:
    requests, spans, enough = ScanRequests(), list[tuple[float, float]](), Event()

    class Timed(Publications):
        def publish(self, scan: ScanRequest) -> Report | None:
            begun = time.monotonic()
            time.sleep(0.01)
            spans.append((begun, time.monotonic()))
            return DONE

    def ask() -> None:
        while not enough.is_set():
            requests.put(Scan.FULL)

    loop = Thread(target=PublishingLoop(requests, Timed(requests), lambda _: None, None).run)
    asking = [Thread(target=ask) for _ in range(4)]
    for thread in (loop, *asking):
        thread.start()
    try:
        wait_for(lambda: len(spans) >= 5, "publications")
    finally:
        enough.set()
        requests.close()
    for thread in (*asking, loop):
        thread.join(10)
    assert all(begun >= ended for (_, ended), (begun, _) in pairwise(spans))


def test_a_publication_that_hangs_is_seen_by_the_watchdog_and_none_is_between_two() -> None:
    requests, begun, go_on = ScanRequests(), Event(), Event()

    class Hanging(Publications):
        def publish(self, scan: ScanRequest) -> Report | None:
            begun.set()
            go_on.wait(10)
            return DONE

    loop = PublishingLoop(requests, Hanging(requests), lambda _: None, None)
    thread = Thread(target=loop.run)
    requests.put(Scan.FULL)
    thread.start()
    assert begun.wait(10)
    wait_for(lambda: "Event.wait" in loop.watchdog.where(), "the place where it waits")
    go_on.set()
    wait_for(lambda: loop.watchdog.where() == "", "the end of the publication")
    requests.close()
    thread.join(10)
