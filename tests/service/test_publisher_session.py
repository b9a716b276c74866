"""A session publishes until it is told to stop, or loses its lease or its store; then it leaves all in good order."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from waiting import wait_for

from feedsvc.config import Config, load
from feedsvc.model.report import Report
from feedsvc.service import clock_watcher
from feedsvc.service.clock_watcher import ClockWatcher
from feedsvc.service.exclusive import claim
from feedsvc.service.guarded_regeneration import GuardedRegeneration
from feedsvc.service.pokes import Pokes
from feedsvc.service.publisher_session import PublisherSession, make_session
from feedsvc.service.regeneration import Regeneration
from feedsvc.service.scan_request import Scan, ScanRequest
from feedsvc.service.session_end import End
from feedsvc.service.settings import now
from feedsvc.store import requests, state
from feedsvc.store.errors import StoreDamaged
from feedsvc.store.lease import Lease, acquire, held_by
from feedsvc.store.requests import PublishRequest, PublishResponse
from feedsvc.store.sqlite.database import Store, prepare_store

ARTICLE = "---\ntitle: The ferry\ndate: 2026-01-05T10:00:00Z\n---\n\nIt was late again.\n"


@pytest.fixture
def settings(tmp_path: Path) -> Config:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "ferry.md").write_text(ARTICLE, encoding="utf-8")
    os.utime(tmp_path / "articles" / "ferry.md", (1, 1))  # so that nobody waits for it to settle
    path = tmp_path / "config.toml"
    path.write_text('[site]\ntitle = "Low Mere Gazette"\nurl = "http://a.example"\n[schedule]\nevery = "1h"\n')
    return load(path)


@pytest.fixture
def store(settings: Config) -> Iterator[Store]:
    opened, _ = prepare_store(settings.state.path)
    yield opened
    opened.close()


def begin(settings: Config, store: Store) -> PublisherSession:
    with store.write() as transaction:
        lease = claim(transaction)
    assert isinstance(lease, Lease)
    return make_session(settings, store, lease)


class Running:
    """A session in a thread of its own."""

    def __init__(self, session: PublisherSession) -> None:
        self.stop = Event()
        self.ends: list[End] = []
        self._thread = Thread(target=lambda: self.ends.append(session.run(self.stop)))
        self._thread.start()

    def join(self) -> End:
        self._thread.join(20)
        assert not self._thread.is_alive()
        return self.ends[0]


@contextmanager
def running(session: PublisherSession) -> Iterator[Running]:
    started = Running(session)
    try:
        yield started
    finally:
        started.stop.set()
        started.join()


def edition(store: Store) -> int:
    with store.read() as transaction:
        return state.current_edition(transaction)


def test_it_publishes_at_once_says_when_it_is_planned_next_and_gives_the_lease_back(
    settings: Config, store: Store
) -> None:
    begun = now()
    with running(begin(settings, store)) as session:
        wait_for(lambda: edition(store) == 1, "the first Edition")
        with store.read() as transaction:
            assert held_by(transaction, now())
        planned = wait_for(lambda: planned_at(store), "the next regeneration is noted")
    assert session.join() is End.STOPPED
    assert begun + timedelta(minutes=50) < planned < begun + timedelta(minutes=61)
    with store.read() as transaction:
        assert held_by(transaction, now()) == ""


def planned_at(store: Store) -> datetime | None:
    with store.read() as transaction:
        return state.NEXT_REGENERATION.get(transaction)


def test_whoever_loses_the_lease_ends_and_publishes_no_more(settings: Config, store: Store) -> None:
    with running(begin(settings, store)) as session:
        wait_for(lambda: edition(store) == 1, "the first Edition")
        with store.write() as transaction:
            other = acquire(transaction, "elsewhere:1:x", now() + timedelta(hours=3))
        assert session.join() is End.LEASE_LOST
    with store.read() as transaction:
        assert held_by(transaction, now() + timedelta(hours=3)) == other.holder


def test_a_store_that_is_taken_away_ends_the_session(
    settings: Config, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    with running(begin(settings, store)) as session:
        wait_for(lambda: edition(store) == 1, "the first Edition")
        store.path.unlink()
        assert session.join() is End.LEASE_LOST
    assert f"{store.path} was deleted or replaced; a new session begins" in caplog.messages


def test_a_store_that_turns_out_to_be_damaged_ends_the_session(
    settings: Config, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object) -> Report:
        raise StoreDamaged(store.path, "database disk image is malformed")

    monkeypatch.setattr(Regeneration, "run", damaged)
    with running(begin(settings, store)) as session:
        assert session.join() is End.DAMAGED


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_is_gone_ends_the_session(
    settings: Config, store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def ends(*_: object) -> Report:
        raise SystemExit

    monkeypatch.setattr(GuardedRegeneration, "publish", ends)
    with running(begin(settings, store)) as session:
        assert session.join() is End.FAILED
    assert "the publishing thread has ended by an error; a new session begins" in caplog.messages


def test_whatever_a_publication_raises_it_is_tried_again(
    settings: Config, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures, run = iter([SystemExit(3), KeyboardInterrupt()]), Regeneration.run

    def fails_at_first(*arguments: object) -> Report:
        for failure in failures:
            raise failure
        return run(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Regeneration, "run", fails_at_first)
    with running(begin(settings, store)):
        wait_for(lambda: edition(store) == 1, "the first Edition")


def test_any_other_failure_is_logged_answered_and_tried_again(
    settings: Config, store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failures, run = iter([ValueError("no way"), ValueError("no way")]), Regeneration.run

    def fails_at_first(*arguments: object) -> Report:
        for failure in failures:
            raise failure
        return run(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Regeneration, "run", fails_at_first)
    request = PublishRequest(token="mine")
    with store.write() as transaction:
        requests.ask(transaction, request)
    with running(begin(settings, store)):
        response = wait_for(lambda: answer(store, request), "the answer")
        wait_for(lambda: edition(store) == 1, "the first Edition")
    assert (response.report, response.trouble) == (None, "ValueError: no way")
    failed = [record for record in caplog.records if "the regeneration failed" in record.message]
    assert [record.exc_info is not None for record in failed] == [True, False]


def answer(store: Store, request: PublishRequest) -> PublishResponse | None:
    with store.read() as transaction:
        return requests.answer_to(transaction, request)


def test_a_request_of_an_operator_is_answered_by_a_publication_of_its_own(settings: Config, store: Store) -> None:
    request = PublishRequest(token="mine")
    with running(begin(settings, store)):
        wait_for(lambda: edition(store) == 1, "the first Edition")
        with store.write() as transaction:
            requests.ask(transaction, request)
        response = wait_for(lambda: answer(store, request), "the answer")
    assert response.report is not None
    assert response.report.edition == 1


@pytest.mark.parametrize("paths", [frozenset({"news/boat.md"}), frozenset()])
def test_after_a_poke_a_story_of_this_moment_is_out_within_a_second_or_so(
    settings: Config, store: Store, paths: frozenset[str]
) -> None:
    session = replace(begin(settings, store), folder=None)
    with running(session):
        wait_for(lambda: planned_at(store), "the first Edition is whole")
        (settings.articles_folder / "news").mkdir()
        (settings.articles_folder / "news/boat.md").write_text(ARTICLE.replace("ferry", "boat"), encoding="utf-8")
        Pokes(store).put(paths)
        wait_for(lambda: edition(store) == 2, "the next Edition", 3)
        assert not session.inbox.has_new()


def test_after_a_jump_of_the_clock_it_publishes_and_begins_the_interval_anew(
    settings: Config, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock_watcher, "TICK", 0.01)
    scans, drift = list[ScanRequest](), [0.0]
    publish = GuardedRegeneration.publish

    def noted(regeneration: GuardedRegeneration, scan: ScanRequest) -> Report | None:
        report = publish(regeneration, scan)
        scans.append(scan)
        return report

    monkeypatch.setattr(GuardedRegeneration, "publish", noted)
    session = begin(settings, store)
    session = replace(session, folder=None, clock=ClockWatcher(session.clock._on_jump, lambda: drift[0]))
    with running(session):
        wait_for(lambda: len(scans) == 1, "the first publication")
        session.scheduler._jobs.modify_job("regular", next_run_time=now() + timedelta(hours=9))
        drift[0] = -8 * 3600.0
        wait_for(lambda: len(scans) == 2, "another")
        following = session.scheduler.next_regular()
    assert scans == [Scan.FULL, Scan.FULL]
    assert following is not None
    assert timedelta(minutes=50) < following - now() < timedelta(minutes=61)
