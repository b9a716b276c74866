"""A disk that does not answer holds up those who need it, and nobody else."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from edition import Newsroom, ask, served
from waiting import wait_for

from feedsvc.service.serving_process import THREADS
from feedsvc.store import documents
from feedsvc.web import files
from feedsvc.web.disk_turns import AT_ONCE, PATIENCE, DiskBusy, Disks, DiskTurns

FEED, PICTURE, HEALTH, READY = "/rss.xml", "/media/news/harbour.svg", "/-/health", "/-/ready"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def answers() -> Iterator[Event]:
    """Set once the disk answers again."""
    event = Event()
    yield event
    event.set()


def hanging(real: Callable[..., Any], answers: Event) -> Callable[..., Any]:
    """`real` on a disk that answers when it likes."""

    def call(*arguments: Any) -> Any:
        answers.wait()
        return real(*arguments)

    return call


@pytest.mark.parametrize("place", ["the articles", "the state"])
def test_feeds_are_answered_while_a_disk_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: Event, place: str
) -> None:
    newsroom = Newsroom(tmp_path)
    newsroom.publish()
    with served(newsroom) as side, ThreadPoolExecutor(THREADS) as threads:
        feed = ask(side.app, FEED).body
        if place == "the articles":
            monkeypatch.setattr(files.Files, "_open", hanging(files.Files._open, answers))
            path, ready = PICTURE, 200
        else:
            monkeypatch.setattr(documents, "body", hanging(documents.body, answers))
            path, ready = "/atom.xml", 503
        waiting = [threads.submit(ask, side.app, path) for _ in range(3 * THREADS)]
        wait_for(lambda: len(done(waiting)) == 2 * THREADS + THREADS - AT_ONCE, "the others are refused", 3 * PATIENCE)
        assert {each.code for each in done(waiting)} == {503}
        assert threads.submit(ask, side.app, FEED).result(1).body == feed
        assert threads.submit(ask, side.app, HEALTH).result(1).code == 200
        assert threads.submit(ask, side.app, READY).result(1).code == ready
        answers.set()
        assert [each.result(5).code for each in waiting].count(200) == AT_ONCE
        assert ask(side.app, path).code == 200


def done(waiting: list[Future[Any]]) -> list[Any]:
    return [each.result() for each in waiting if each.done()]


def test_a_file_that_cannot_be_read_is_not_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newsroom = Newsroom(tmp_path)
    newsroom.publish()
    with served(newsroom) as side:
        assert ask(side.app, PICTURE).code == 200
        monkeypatch.setattr(files.Files, "_open", lambda *_: Broken())
        assert ask(side.app, PICTURE).code == 503


class Broken:
    """An open file whose disk is gone."""

    def seek(self, _place: int) -> None:
        pass

    def read(self, _size: int) -> bytes:
        raise OSError(116, "Stale file handle")

    def close(self) -> None:
        pass


def test_turns_come_back() -> None:
    turns = DiskTurns()
    for _ in range(3 * AT_ONCE):
        with pytest.raises(ZeroDivisionError), turns.turn(), turns.turn():
            raise ZeroDivisionError


def test_nobody_waits_behind_one_that_takes_long() -> None:
    clock = Clock()
    turns = DiskTurns(clock)
    begun, end = [Event() for _ in range(AT_ONCE)], Event()

    def hold(event: Event) -> None:
        with turns.turn():
            event.set()
            end.wait()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        for event in begun:
            threads.submit(hold, event)
            event.wait()
        clock.now = 2 * PATIENCE
        with pytest.raises(DiskBusy), turns.turn():
            pass
        end.set()


def test_what_is_refused_is_told() -> None:
    told: list[Any] = []

    def application(_environ: dict[str, Any], _start: Callable[..., Any]) -> Iterable[bytes]:
        raise DiskBusy

    for method, body in (("GET", b"A disk does not answer.\n"), ("HEAD", b"")):
        answer = Disks(DiskTurns(), DiskTurns()).around(application)(
            {"REQUEST_METHOD": method}, lambda *given: told.append(given)
        )
        assert b"".join(answer) == body
    assert [status for status, _ in told] == ["503 Service Unavailable"] * 2
    assert ("Retry-After", "5") in told[0][1]
