"""A destination gets each Edition, whatever becomes of single attempts, and trouble is told once and tried again."""

import logging
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from newsroom import Newsroom, story

from feedsvc.model.problem import Problem
from feedsvc.service.delivery import POLL, Attempt, Delivery
from feedsvc.store import destinations
from feedsvc.store.problems import all_problems
from feedsvc.web.export import BeingWritten, StaticError, Superseded, Written

PLACE = "/srv/copy"
FULL = StaticError(PLACE, "No space left on device", "make room")
LEFT_OUT = Problem(place="/a.xml", reason="it cannot be a file here", warning=True)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    made = Newsroom(tmp_path)
    yield made
    made.close()


class Place:
    """A destination that fails as it is told, and counts what was written."""

    def __init__(self, *outcomes: Exception | Written) -> None:
        self.outcomes = list(outcomes)
        self.attempts = 0

    def write(self) -> Written:
        self.attempts += 1
        outcome = self.outcomes.pop(0) if self.outcomes else Written(0, 0, 9)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def delivery(room: Newsroom, place: Place) -> Delivery:
    return Delivery(PLACE, room.state, place.write, Event())


def problems(room: Newsroom) -> list[str]:
    with room.store.read() as transaction:
        return [str(each) for each in all_problems(transaction)]


def delivered(room: Newsroom) -> int:
    with room.store.read() as transaction:
        return destinations.everything(transaction)[PLACE].edition


def publish(room: Newsroom, title: str) -> None:
    room.articles.joinpath(f"{title}.md").write_text(story(title), encoding="utf-8")
    room.publish()


def test_before_the_first_edition_nothing_is_written(tmp_path: Path, room: Newsroom) -> None:
    place = Place()
    assert delivery(room, place).step() == Attempt()
    assert Delivery(PLACE, tmp_path / "nothing", place.write, Event()).step() == Attempt()
    assert place.attempts == 0


def test_each_edition_is_written_once_and_noted(room: Newsroom) -> None:
    place = Place(Written(5, 0, 0))
    kept = delivery(room, place)
    for edition in (1, 2):
        publish(room, f"story {edition}")
        assert isinstance(kept.step().outcome, Written)
        assert kept.step() == Attempt()
        assert (place.attempts, delivered(room)) == (edition, edition)


def test_a_restart_compares_all_even_if_the_edition_is_the_same(room: Newsroom) -> None:
    publish(room, "story")
    for _ in range(2):
        place = Place()
        assert isinstance(delivery(room, place).step().outcome, Written)
        assert place.attempts == 1


def test_a_failure_is_told_once_with_its_remedy_and_tried_again_more_and_more_rarely(
    room: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    publish(room, "story")
    place = Place(*[FULL] * 8)
    kept = delivery(room, place)
    with caplog.at_level(logging.INFO):
        assert [kept.step().pause for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
        assert problems(room) == [f"{PLACE}: No space left on device (make room)"]
        assert delivered(room) == 0
        assert [record.levelname for record in caplog.records] == ["WARNING"]
        assert kept.step().pause >= POLL
    assert problems(room) == []
    assert delivered(room) == 1
    assert caplog.records[-1].getMessage() == f"{PLACE} has edition 1: 0 written, 0 removed"
    place.outcomes = [FULL]
    publish(room, "another")
    assert kept.step().pause == 1


def test_a_folder_that_was_replaced_or_mounted_anew_is_written_at_once(room: Newsroom, tmp_path: Path) -> None:
    publish(room, "story")
    place, folder = Place(), tmp_path / "out"
    kept = Delivery(str(folder), room.state, place.write, Event(), place=folder)
    for attempts, name in enumerate(("at first", "then", "at last"), 1):
        folder.mkdir()
        assert isinstance(kept.step().outcome, Written)
        assert kept.step() == Attempt()
        assert place.attempts == attempts
        folder.rename(tmp_path / name)


def test_a_folder_that_fails_at_once_is_tried_again_soon_for_good_and_is_well_again_with_it(
    room: Newsroom, tmp_path: Path
) -> None:
    publish(room, "story")
    place = Place(Written(9, 0, 0), *[FULL] * 6)
    kept = Delivery(str(tmp_path), room.state, place.write, Event(), place=tmp_path)
    kept.step()
    publish(room, "another")
    assert [kept.step().pause for _ in range(6)] == [1, 2, 4, 5, 5, 5]
    assert problems(room) != []
    kept.step()
    assert (problems(room), kept.step()) == ([], Attempt())


def test_whatever_an_attempt_raises_the_next_one_comes(room: Newsroom) -> None:
    publish(room, "story")
    kept = delivery(room, Place(ValueError("odd"), OSError(5, "Input/output error")))
    assert isinstance(kept.step().outcome, Problem)
    assert "odd" in problems(room)[0]
    assert isinstance(kept.step().outcome, Problem)
    assert "Input/output error" in problems(room)[0]
    assert isinstance(kept.step().outcome, Written)


def test_another_writer_is_waited_for_and_no_trouble(room: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    publish(room, "story")
    kept = delivery(room, Place(BeingWritten(PLACE)))
    assert kept.step() == Attempt(pause=1)
    assert (caplog.records, problems(room)) == ([], [])
    assert isinstance(kept.step().outcome, Written)


def test_an_edition_that_was_replaced_meanwhile_is_no_trouble_and_one_that_is_lost_is(
    room: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    publish(room, "story")
    place = Place()

    def write() -> Written:
        place.attempts += 1
        if place.attempts == 1:
            publish(room, "another")
        raise Superseded(PLACE)

    kept = Delivery(PLACE, room.state, write, Event())
    assert kept.step() == Attempt()
    assert caplog.records == []
    assert isinstance(kept.step().outcome, Problem)


def test_a_store_that_is_only_being_made_is_no_trouble(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "store.sqlite3").touch()
    assert Delivery(PLACE, tmp_path, Place().write, Event()).step() == Attempt()
    assert caplog.records == []


def test_what_a_place_cannot_take_is_told_until_it_can(room: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    kept = delivery(room, Place(Written(1, 0, 0, (LEFT_OUT,)), Written(1, 0, 0, (LEFT_OUT,)), Written(1, 0, 0)))
    for number, expected in enumerate(([str(LEFT_OUT)], [str(LEFT_OUT)], [])):
        publish(room, f"story {number}")
        kept.step()
        assert problems(room) == expected
    assert [record.getMessage() for record in caplog.records] == [str(LEFT_OUT)]


def test_what_could_not_be_stored_is_stored_at_the_next_look(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(room, "story")
    monkeypatch.setattr("feedsvc.store.sqlite.engine.BUSY_MS", 100)
    kept = delivery(room, Place())
    with room.store.write():  # as during a publication
        assert isinstance(kept.step().outcome, Written)
    with room.store.read() as transaction:
        assert destinations.everything(transaction) == {}
    assert kept.step() == Attempt()
    assert delivered(room) == 1


def test_a_destination_that_the_configuration_no_longer_has_is_forgotten_with_its_problems(room: Newsroom) -> None:
    publish(room, "story")
    delivery(room, Place(FULL)).step()
    other = Delivery("/srv/other", room.state, Place().write, Event())
    other.step()
    with room.store.write() as transaction:
        destinations.keep_only(transaction, ["/srv/other"])
    assert problems(room) == []
    with room.store.read() as transaction:
        assert [*destinations.everything(transaction)] == ["/srv/other"]


def test_it_ends_when_it_is_told_to(room: Newsroom) -> None:
    publish(room, "story")
    stop, place = Event(), Place()

    def write() -> Written:
        stop.set()
        return place.write()

    Delivery(PLACE, room.state, write, stop).run()
    assert place.attempts == 1
