"""What stands in a feed: the newest that came, and nothing that ever left."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree
from msgspec.structs import replace
from newsroom import NOON, PLAN, TERMS, Newsroom, own_feed, section, story

from feedsvc.model.selection import Selection
from feedsvc.store import windows

REGENERATIONS = int(os.environ.get("FEEDSVC_REGENERATIONS", "60"))
"""Of a simulated year; 500 take a while."""


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


def limited(folder: Path, limit: int = 5, oldest: int = 0) -> Newsroom:
    terms = replace(TERMS, limit=limit, oldest=oldest)
    feeds = (own_feed("/own.json", Selection(tags=("x",)), limit=limit),)
    feeds = (replace(feeds[0], terms=replace(feeds[0].policy, oldest=oldest)),)
    return Newsroom(folder, replace(PLAN, defaults=terms, feeds=feeds, addresses=PLAN.addresses[:1]))


FEEDS = ("/feed.json", "/news/feed.json", "/own.json")


def add(room: Newsroom, number: int, **front: str) -> None:
    """A story of a day that many days before the newsroom's first."""
    day = f"{NOON - timedelta(days=number):%F}"
    room.write(f"{number}.md", story(str(number), section="News", tags="x", **{"date": day} | front))


def titles(room: Newsroom) -> list[str]:
    """Of the site's feed, in which the same stands as in the section's and in the operator's own."""
    found = [room.titles(path) for path in FEEDS]
    assert found[0] == found[1] == found[2]
    return found[0]


# --- nothing slides back ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["removed", "killed", "expired", "drafted"])
def test_no_older_article_takes_the_place_of_one_that_goes(tmp_path: Path, how: str) -> None:
    room = limited(tmp_path)
    for number in range(1, 11):
        add(room, number, expires="2026-11-20T12:07:00Z" if how == "expired" and number == 3 else "")
    room.publish()
    assert titles(room) == ["1", "2", "3", "4", "5"]
    match how:
        case "removed":
            room.remove("3.md")
        case "killed":
            add(room, 3, status="withdrawn")
        case "drafted":
            add(room, 3, draft="true")
    room.publish()
    assert titles(room) == ["1", "2", "4", "5"]
    add(room, 0)
    room.publish()
    assert titles(room) == ["0", "1", "2", "4", "5"]
    add(room, -1, date="2026-11-20T12:00:00Z")
    room.publish()
    assert titles(room) == ["-1", "0", "1", "2", "4"]


def test_a_hundred_withdrawals_readmit_nothing(tmp_path: Path) -> None:
    room = limited(tmp_path, limit=50)
    for number in range(1, 201):
        add(room, number)
    room.publish()
    seen = set(titles(room))
    for number in range(1, 101):
        if number % 2:
            room.remove(f"{number}.md")
        else:
            add(room, number, status="withdrawn")
        if number % 20 == 0:
            room.publish()
            assert set(titles(room)) <= seen
    assert titles(room) == []
    add(room, 0)
    room.publish()
    assert titles(room) == ["0"]


def test_what_left_a_window_stays_out_through_edits_renames_and_restarts(tmp_path: Path) -> None:
    room = limited(tmp_path)
    for number in range(1, 8):
        add(room, number)
    room.publish()
    for number in (1, 2, 3):
        room.remove(f"{number}.md")
    room.move("7.md", "renamed.md")
    add(room, 6, date="2026-11-20T10:00:00Z")
    room.publish()
    room.close()
    room.open()
    room.publish()
    assert titles(room) == ["4", "5"]


def test_an_article_that_returns_stands_where_it_stood(tmp_path: Path) -> None:
    room = limited(tmp_path)
    for number in range(1, 8):
        add(room, number)
    room.publish()
    room.remove("3.md")
    room.remove("7.md")
    room.publish()
    add(room, 3)
    add(room, 7)
    room.publish()
    assert titles(room) == ["1", "2", "3", "4", "5"]


def test_a_longer_window_of_the_config_is_filled_at_once(tmp_path: Path) -> None:
    room = limited(tmp_path, limit=3)
    for number in range(1, 11):
        add(room, number)
    room.publish()
    longer = limited(tmp_path / "unused", limit=6).plan
    room.configure(longer, digest="2")
    room.publish()
    assert titles(room) == ["1", "2", "3", "4", "5", "6"]
    room.configure(limited(tmp_path / "unused2", limit=2).plan, digest="3")
    room.publish()
    assert titles(room) == ["1", "2"]


def test_the_date_of_a_feed_never_goes_back(room: Newsroom) -> None:
    room.write("old.md", story("Old", date="2026-11-01", section="News"))
    room.write("new.md", story("New", date="2026-11-20", section="News"))
    room.publish()
    before = etree.fromstring(room.body("/news/atom.xml")).findtext("{*}updated")
    room.write("new.md", story("New", date="2026-11-20", section="Sport"))
    room.publish()
    assert etree.fromstring(room.body("/news/atom.xml")).findtext("{*}updated") == before


# --- the order --------------------------------------------------------------------------------------------------------


def test_what_is_there_from_the_first_stands_by_its_own_date(room: Newsroom) -> None:
    for number in (3, 1, 2):
        add(room, number)
    add(room, 4, embargo="2026-11-20T13:00:00Z")
    room.publish()
    assert room.titles() == ["1", "2", "3"]
    room.publish(minutes=60)
    assert room.titles() == ["4", "1", "2", "3"]


def test_files_that_were_being_written_at_the_first_look_are_there_from_the_first(room: Newsroom) -> None:
    for number in (1, 3):
        add(room, number)
    add(room, 2)
    room.touch("2.md", age=-300)
    assert room.publish(patient=True).unsettled
    assert room.titles() == ["1", "3"]
    assert not room.publish(patient=True).unsettled
    assert room.titles() == ["1", "2", "3"]
    add(room, 4)
    room.publish(patient=True)
    assert room.titles() == ["4", "1", "2", "3"]


def test_two_hundred_backdated_arrivals_stand_above_all_that_was_there(tmp_path: Path) -> None:
    room = limited(tmp_path, limit=60)
    for number in range(30):
        add(room, number)
    room.publish()
    there = set(titles(room))
    for number in range(1000, 1200):
        add(room, number)
        if number % 40 == 39:
            room.publish()
            found = titles(room)
            assert found[:40] == [str(each) for each in range(number - 39, number + 1)]
            assert all(each in there or int(each) >= 1000 for each in found)
    assert room.item("1199")["date_published"].startswith(f"{NOON - timedelta(days=1199):%F}")


def test_articles_of_one_look_stand_among_one_another_by_their_dates_then_by_their_ids(room: Newsroom) -> None:
    add(room, 1)
    room.publish()
    for number in (30, 10, 20):
        add(room, number)
    for name in "ba":
        add(room, 40, id=f"urn:x:{name}")
        room.move("40.md", f"{name}.md")
    room.publish()
    assert room.titles() == ["10", "20", "30", "40", "40", "1"]
    assert [item["id"] for item in room.feed()["items"]][3:5] == ["urn:x:a", "urn:x:b"]


def test_a_draft_that_is_published_stands_on_top_whenever_it_came(room: Newsroom) -> None:
    add(room, 9, draft="true")
    add(room, 8, embargo="2026-11-20T20:00:00Z")
    room.publish()
    for number in (1, 2):
        add(room, number)
        room.publish()
    add(room, 9)
    room.publish()
    assert room.titles() == ["9", "2", "1"]
    add(room, 8)
    room.publish()
    assert room.titles() == ["8", "9", "2", "1"]


@pytest.mark.parametrize("minutes", [0, -600])
def test_what_comes_within_the_same_second_or_after_the_clock_was_set_back_stands_on_top(
    tmp_path: Path, minutes: int
) -> None:
    room = limited(tmp_path, limit=3)
    add(room, 1)
    room.publish()
    for number in range(10, 20):
        add(room, number)
        room.publish(minutes=minutes / 10)
        assert titles(room)[0] == str(number)


def test_a_rename_or_an_edit_moves_nothing(room: Newsroom) -> None:
    for number in (1, 2, 3):
        add(room, number)
        room.publish()
    before = room.titles()
    assert before == ["3", "2", "1"]
    room.move("1.md", "renamed.md")
    add(room, 2, date="2026-11-20", summary="Edited")
    room.publish()
    assert room.titles() == before


def test_a_store_that_is_rebuilt_from_the_folder_orders_by_the_articles_own_dates(room: Newsroom) -> None:
    for number in (1, 2, 3):
        add(room, number)
        room.publish()
    room.rebuild()
    room.publish()
    assert room.titles() == ["1", "2", "3"]


def test_an_old_article_that_joins_a_section_is_not_missed_by_its_readers(tmp_path: Path) -> None:
    terms = replace(TERMS, limit=3)
    room = Newsroom(tmp_path, replace(PLAN, sections={"sport": section("sport", "Sport", terms)}))
    for number in range(1, 11):
        room.write(f"{number}.md", story(str(number), date=f"2026-11-{19 - number:02}", section="Sport"))
    room.write("a.md", story("A", date="2026-10-01", section="News"))
    room.publish()
    room.write("a.md", story("A", date="2026-10-01", section="[News, Sport]"))
    room.publish()
    assert room.titles("/sport/feed.json") == ["A", "1", "2"]
    assert room.titles()[-1] == "A"
    room.write("a.md", story("A", "Edited.", date="2026-10-01", section="[News, Sport]"))
    room.publish()
    assert room.titles("/sport/feed.json") == ["A", "1", "2"]


# --- age --------------------------------------------------------------------------------------------------------------


def test_an_article_leaves_when_it_is_too_old_without_any_change_of_a_file(tmp_path: Path) -> None:
    room = limited(tmp_path, limit=50, oldest=3 * 86_400)
    for number in range(6):
        add(room, number, date=f"{NOON - timedelta(days=number):%FT%TZ}")
    room.publish()
    assert titles(room) == ["0", "1", "2"]
    room.publish(minutes=24 * 60 - 15)
    assert titles(room) == ["0", "1", "2"]
    room.publish(minutes=10)
    assert titles(room) == ["0", "1"]
    room.publish(minutes=3 * 24 * 60)
    assert titles(room) == []
    assert room.publish().documents == 0
    add(room, 1000)
    room.publish()
    assert titles(room) == ["1000"]  # too old by its own date, and new to every reader
    room.publish(minutes=3 * 24 * 60)
    assert titles(room) == []


def test_a_feed_that_is_gone_is_not_thought_of_any_more(tmp_path: Path) -> None:
    room = limited(tmp_path, limit=50, oldest=86_400)
    add(room, 1, date="2026-11-20T11:00:00Z")
    room.write("a.md", story("A", section="Sport", date="2026-11-20T11:00:00Z"))
    room.publish()
    room.write("a.md", story("A", section="News", date="2026-11-20T11:00:00Z"))
    room.publish()
    assert room.code("/sport/rss.xml") == 410
    room.publish(minutes=3 * 24 * 60)
    with room.store.read() as connection:
        assert windows.expired(connection, int(room.now.timestamp())) == []


def test_a_year_without_a_change_is_one_string_of_bytes_for_each_address(tmp_path: Path) -> None:
    room = limited(tmp_path, limit=5)
    for number in range(12):
        add(room, number)
        if number % 4 == 3:
            room.publish()
    room.remove("3.md")
    room.publish()
    room.publish(minutes=31 * 24 * 60)
    before = room.edition()
    for _ in range(REGENERATIONS):
        assert room.publish(minutes=365 * 24 * 60 / REGENERATIONS).documents == 0
    assert room.edition() == before
