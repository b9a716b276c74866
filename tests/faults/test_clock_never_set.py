"""A first start under a clock of 1970: nothing is dated 1970, and all is published once the clock is right."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from newsroom import NOON, Newsroom, story

from feedsvc.library.parsing import file_time
from feedsvc.model.clock import EARLIEST

LONG_AGO = datetime(1970, 1, 1, 0, 10, tzinfo=UTC)
MONDAY = NOON - timedelta(days=4)


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    made = Newsroom(tmp_path)
    made.now = LONG_AGO
    made.write("dated.md", story("Dated"))
    made.write("from-before.md", story("From before", date=""))
    os.utime(made.articles / "from-before.md", (MONDAY.timestamp(), MONDAY.timestamp()))
    made.write("saved-meanwhile.md", story("Saved meanwhile", date=""))
    return made


@pytest.mark.parametrize("everything", [False, True])
def test_no_article_keeps_a_date_of_1970(room: Newsroom, *, everything: bool) -> None:
    for _ in range(2):
        room.publish(minutes=1)
        assert room.titles() == []
        assert any("the clock" in each for each in room.problems())
    room.now = NOON
    room.publish(minutes=1, hints=None if everything else frozenset({"dated.md"}))
    told = {item["title"]: item["date_published"] for item in room.feed()["items"]}
    assert told == {
        "Dated": "2026-11-19T08:00:00Z",
        "From before": "2026-11-16T12:00:00Z",
        "Saved meanwhile": "2026-11-20T12:01:00Z",
    }
    assert room.titles() == ["Saved meanwhile", "Dated", "From before"]
    before = room.edition()
    room.publish(minutes=5)
    assert room.edition() == before
    assert room.problems() == []


def test_a_file_of_1970_is_as_old_as_its_first_sight(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    room.write("a.md", story("A", date=""))
    os.utime(room.articles / "a.md", (0, 0))
    room.publish(minutes=0)
    assert room.item("A")["date_published"] == "2026-11-20T12:00:00Z"
    room.publish(minutes=60)
    assert room.item("A")["date_published"] == "2026-11-20T12:00:00Z"


@pytest.mark.parametrize("seconds", [-(2**62), -1, 0, 1, EARLIEST - 1, EARLIEST, 2**31, 2**40, 2**62])
@pytest.mark.parametrize("now", [LONG_AGO, NOON], ids=str)
def test_the_time_of_a_file_is_possible_and_not_in_the_future_of_a_possible_clock(seconds: int, now: datetime) -> None:
    found = file_time(seconds * 10**9, now)
    assert found.timestamp() >= EARLIEST
    assert found <= now or now == LONG_AGO
