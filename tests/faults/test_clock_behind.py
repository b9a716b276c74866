"""A clock that is behind what was published takes nothing from readers, and moves no date that they were told."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from newsroom import NOON, PLAN, TERMS, Newsroom, copied, own_feed, story

from feedsvc.library import rollback
from feedsvc.model import clock
from feedsvc.model.clock import EARLIEST, LEAP, ClockRecord, Leap
from feedsvc.model.selection import Selection
from feedsvc.store import status

LONG_AGO = datetime(1970, 1, 1, 0, 10, tzinfo=UTC)
TWO_DAYS_BACK = NOON - timedelta(days=2)
BEHIND = pytest.mark.parametrize("behind", [LONG_AGO, TWO_DAYS_BACK, NOON - timedelta(hours=1)], ids=str)
UNDATED = {"date": ""}
NARROW = replace(TERMS, limit=4, archive=True)
DATES = ("date_published", "date_modified")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """A newsroom that has published dated, undated, embargoed and expired articles, some of them in archives."""
    made = Newsroom(
        tmp_path_factory.mktemp("original"),
        replace(PLAN, defaults=NARROW, feeds=(own_feed("/all.json", Selection(), limit=9),)),
    )
    made.now = NOON - timedelta(days=3)
    for number in range(9):
        made.now += timedelta(hours=8)
        made.write(f"dated{number}.md", story(f"Dated {number}", date=made.now.isoformat(), section="News"))
        made.write(f"undated{number}.md", story(f"Undated {number}", section="News", **UNDATED))
        made.publish(minutes=0)
    made.now = NOON - timedelta(minutes=5)
    made.write("opened.md", story("Opened", embargo=(NOON - timedelta(minutes=30)).isoformat()))
    made.write("expired.md", story("Expired", expires=(NOON - timedelta(minutes=1)).isoformat()))
    made.write("later.md", story("Later", embargo=(NOON + timedelta(days=1)).isoformat()))
    made.publish(minutes=0)
    made.publish(minutes=5)
    made.close()
    return made


@pytest.fixture
def room(tmp_path: Path, original: Newsroom) -> Newsroom:
    return copied(original, tmp_path)


def texts(room: Newsroom) -> dict[tuple[int, str], bytes]:
    """Everything that is live: feeds, archives, pages and lists."""
    return room.edition()


def dates(room: Newsroom) -> dict[str, tuple[Any, ...]]:
    """The dates of each item in any JSON feed, by id."""
    found: dict[str, tuple[Any, ...]] = {}
    for (address, path), body in room.edition().items():
        if address == 0 and path.endswith(".json"):
            found |= {item["id"]: tuple(item.get(name) for name in DATES) for item in json.loads(body)["items"]}
    return found


@BEHIND
def test_what_readers_have_seen_stays_byte_for_byte(room: Newsroom, behind: datetime) -> None:
    before, pages = texts(room), [room.page(title) for title in room.titles()]
    room.now = behind
    for _ in range(3):
        room.publish(minutes=1)
        assert texts(room) == before
        assert {room.code(page) for page in pages} == {200}
    assert "Expired" not in room.titles()


@BEHIND
def test_a_start_under_such_a_clock_with_another_program_writes_the_same(room: Newsroom, behind: datetime) -> None:
    before = texts(room)
    room.close()
    room.now = behind
    room.open()
    room.configure(room.plan, digest="another")
    room.publish(minutes=1)
    assert texts(room) == before


@BEHIND
def test_an_upgrade_under_such_a_clock_takes_nothing_away(room: Newsroom, behind: datetime) -> None:
    before = texts(room)
    room.close()
    database = sqlite3.connect(room.state / "store.sqlite3")
    database.execute("ALTER TABLE articles DROP COLUMN phase")
    database.execute("PRAGMA user_version=7")
    database.execute("PRAGMA application_id=0")
    database.commit()
    database.close()
    room.now = behind
    room.open()
    room.publish(minutes=1)
    assert texts(room) == before


@BEHIND
def test_an_edit_moves_no_date_but_that_of_the_change_and_that_one_onwards(room: Newsroom, behind: datetime) -> None:
    before = dates(room)
    room.now = behind
    for number in range(9):
        room.write(f"dated{number}.md", story(f"Dated {number}", "Edited.", date="2026-11-19", section="News"))
        room.write(f"undated{number}.md", story(f"Undated {number}", "Edited.", section="News", **UNDATED))
    room.publish(minutes=1)
    after = dates(room)
    assert after.keys() == before.keys()
    assert all(after[each][0] == before[each][0] for each in before)
    assert all((after[each][1] or "") >= (before[each][1] or "") for each in before)


@BEHIND
def test_a_date_or_an_embargo_of_the_past_that_is_added_meanwhile_hides_nothing(
    room: Newsroom, behind: datetime
) -> None:
    titles = set(room.titles("/all.json"))
    room.now = behind
    room.write("undated8.md", story("Undated 8", date="2026-11-20T06:00:00Z", section="News"))
    room.write("dated8.md", story("Dated 8", embargo="2026-11-20T07:00:00Z", section="News"))
    room.publish(minutes=1)
    assert set(room.titles("/all.json")) == titles


@BEHIND
def test_what_nobody_has_seen_waits_by_the_clock(room: Newsroom, behind: datetime) -> None:
    room.now = behind
    soon = behind + timedelta(minutes=10)
    room.write("soon.md", story("Soon", date="2026-11-01" if behind > LONG_AGO else "", embargo=soon.isoformat()))
    room.write("today.md", story("Today", embargo=(NOON - timedelta(minutes=5)).isoformat()))
    room.publish(minutes=1)
    assert not {"Soon", "Today", "Later"} & set(room.titles("/all.json"))
    if behind > LONG_AGO:
        room.publish(minutes=10)
        assert "Soon" in room.titles("/all.json")
    room.now = NOON
    room.publish(minutes=10)
    assert {"Soon", "Today"} <= set(room.titles("/all.json"))
    room.now = NOON + timedelta(days=1)
    room.publish(minutes=10)
    assert "Later" in room.titles("/all.json")


@BEHIND
def test_an_editor_can_still_hold_back_and_withdraw(room: Newsroom, behind: datetime) -> None:
    room.now = behind
    held = (NOON + timedelta(days=3)).isoformat()
    room.write("dated8.md", story("Dated 8", embargo=held, date="2026-11-19", section="News"))
    room.write("dated7.md", story("Dated 7", draft="true", section="News"))
    room.remove("dated6.md")
    room.publish(minutes=1)
    assert not {"Dated 6", "Dated 7", "Dated 8"} & set(room.titles("/all.json"))
    room.now = NOON
    room.publish(minutes=10)
    assert b"deleted-entry" in room.body("/atom.xml")  # it is told for its time, though the clock said another day


@BEHIND
def test_a_rollback_takes_nothing_away_that_was_there_then(room: Newsroom, behind: datetime) -> None:
    titles = set(room.titles("/all.json"))
    room.write("dated8.md", story("Dated 8", "Wrong.", date="2026-11-19", section="News"))
    edition = room.publish(minutes=5).edition
    room.now = behind
    with room.store.write() as transaction:
        rollback.roll_back(transaction, room.articles, edition - 1, room.now)
    room.publish(minutes=1)
    assert titles <= set(room.titles("/all.json"))
    assert "Wrong." not in room.body("/all.json").decode()


@BEHIND
def test_it_is_said_that_the_clock_is_behind_until_it_is_right(room: Newsroom, behind: datetime) -> None:
    def said() -> str:
        with room.store.read() as transaction:
            return status.clock_problem(transaction, room.now)

    assert not said()
    assert not any("the clock" in each for each in room.problems())
    room.now = behind
    assert "clock" in said()
    room.publish(minutes=1)
    assert "clock" in said()
    assert any("the clock" in each and "NTP" in each for each in room.problems())
    room.now = NOON
    room.publish(minutes=10)
    assert not said()
    assert not any("the clock" in each for each in room.problems())


# --- the decisions ----------------------------------------------------------------------------------------------------

NOW = int(NOON.timestamp())


def test_readers_are_told_no_instant_before_the_newest() -> None:
    record = clock.advance(ClockRecord(), NOW)
    assert clock.read(record, NOW - 9) == (NOW - 9, NOW)
    assert clock.read(record, NOW + 9) == (NOW + 9, NOW + 9)
    assert clock.advance(record, NOW - 9) == record


def test_a_leap_that_is_taken_back_was_a_clock_ahead() -> None:
    ahead = clock.advance(clock.advance(ClockRecord(), NOW), NOW + 2 * LEAP)
    ahead = clock.advance(ahead, NOW + 2 * LEAP + 300)
    assert ahead.leap == Leap(NOW, NOW + 2 * LEAP)
    assert clock.was_ahead(ahead, NOW + 60)
    assert clock.read(ahead, NOW + 60).told == NOW + 60
    assert clock.advance(ahead, NOW + 60) == ClockRecord(NOW + 60)
    assert not clock.was_ahead(ahead, NOW - 60)
    assert not clock.was_ahead(ahead, NOW + 2 * LEAP + 100)
    twice = clock.advance(ahead, NOW + 9 * LEAP)
    assert clock.was_ahead(twice, NOW + 60)


def test_a_small_step_back_is_no_problem_and_an_impossible_clock_always_is_one() -> None:
    assert not clock.problems(ClockRecord(NOW), NOW - 30)
    assert clock.problems(ClockRecord(NOW), NOW - 90)
    assert clock.problems(ClockRecord(), EARLIEST - 1)
    assert not clock.problems(ClockRecord(), EARLIEST)
