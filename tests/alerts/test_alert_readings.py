"""A reading is what the store and the disk say."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from newsroom import NOON, PLAN, Newsroom, own_feed, story

from feedsvc.alerts.readings import Reader, free_percentage
from feedsvc.alerts.rules import PartnerFetch, Reading
from feedsvc.model.selection import Selection
from feedsvc.store import alerts, push_hosts, push_tasks
from feedsvc.store.audience import deliveries
from feedsvc.store.audience.database import AudienceStore
from feedsvc.store.audience.deliveries import Fetch, Partner
from feedsvc.store.push_hosts import HostState
from feedsvc.store.push_tasks import NewTask
from feedsvc.store.sqlite.database import open_store

MINUTE = 60_000
TITLES = {"": "The Lantern", "news": "News", "/night.json": "Night"}


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    """Two stories on each of thirty days, one of them in News; and one that is not out yet."""
    feed = own_feed("/night.json", Selection(sections=("night",)), limit=100)
    newsroom = Newsroom(tmp_path, replace(PLAN, feeds=(feed,)))
    for day in range(30):
        for hour, name in ((8, "news"), (22, "night")):
            date = (NOON - timedelta(days=day + 1)).replace(hour=hour)
            newsroom.write(f"{name}/{day}.md", story(f"{name} {day}", date=date.isoformat()))
    newsroom.write("news/later.md", story("Later", date=(NOON + timedelta(days=1)).isoformat()))
    newsroom.publish()
    return newsroom


def read(room: Newsroom, *, minutes: float = 0, free: int = 50) -> Reading:
    reader = Reader(TITLES, 300, "UTC", room.state, lambda _folder: free)
    return reader.read(room.store, room.now + timedelta(minutes=minutes), room.now)


def test_the_last_story_and_the_rhythm_of_the_site_a_section_and_a_feed(room: Newsroom) -> None:
    found = read(room).arrivals
    day = int((NOON - timedelta(days=1)).replace(hour=0).timestamp())
    assert {subject: each.last for subject, each in found.items()} == {
        "": day + 22 * 3_600,
        "news": day + 8 * 3_600,
        "/night.json": day + 22 * 3_600,
    }
    hours = {
        subject: {hour % 24 for hour, usual in enumerate(each.rhythm.usual) if usual > 0.3}
        for subject, each in found.items()
        if each.rhythm
    }
    assert hours == {"": {8, 22}, "news": {8}, "/night.json": {22}}


def test_a_story_that_was_published_is_the_last_one_and_one_of_the_future_is_not(room: Newsroom) -> None:
    room.write("news/now.md", story("Now", date=room.now.isoformat()))
    room.publish()
    assert read(room).arrivals["news"].last == int(room.now.timestamp())


def test_publishing_is_late_by_the_rule_of_fresh(room: Newsroom) -> None:
    assert read(room).late == ""
    late = read(room, minutes=16)
    assert "three intervals" in late.late
    assert late.patience == 900


def test_problems_that_hold_something_back_are_told(room: Newsroom) -> None:
    room.write("news/bad.md", b"\xff\xfe\x00")
    room.publish()
    [problem] = read(room).problems
    assert "news/bad.md" in problem


def test_the_backlog_is_what_hubs_wait_for_and_no_subscriber_that_fails(room: Newsroom) -> None:
    now = int(room.now.timestamp()) * 1_000
    tasks = [
        NewTask("ping", "https://hub.example/", "hub.example", "t", pending=1, since=now - 2 * MINUTE),
        NewTask("deliver", "https://dead.example/", "dead.example", "t", pending=1, since=now - 9 * MINUTE),
        NewTask("deliver", "https://slow.example/", "slow.example", "t", pending=1, since=now - 3 * MINUTE),
    ]
    assert read(room).backlog is None
    with room.store.write() as transaction:
        push_tasks.put(transaction, tasks)
        push_hosts.put(transaction, [HostState("dead.example", 9, now, now, "no answer")])
    assert (read(room).backlog, read(room).is_failing) == (now // 1_000 - 180, False)
    with room.store.write() as transaction:
        push_tasks.remove_targets(transaction, "deliver", ())
        push_hosts.put(transaction, [HostState("hub.example", 9, now, now, "no answer")])
    assert (read(room).backlog, read(room).is_failing) == (now // 1_000 - 120, True)


def test_a_partner_is_one_that_got_several_states_of_a_feed_over_days(room: Newsroom) -> None:
    now, hour = int(room.now.timestamp()), 3_600
    comes = Partner("/night.json", "abcdef12", "Smart News")
    came_once = Partner("/night.json", "", "A visitor")
    hurried = Partner("/night.json", "", "A test")
    fetched = [Fetch(comes, state, now - (120 - 15 * state) * hour, state, 200, 9) for state in range(1, 6)]
    fetched += [Fetch(comes, 5, now - 7 * hour, 6, 304, 0), Fetch(came_once, 5, now - hour, 5, 200, 9)]
    fetched += [Fetch(hurried, state, now - hour + state, state, 200, 9) for state in range(9)]
    with AudienceStore(room.state).write() as transaction:
        deliveries.add_fetches(transaction, fetched)
    assert read(room).partners == (PartnerFetch("/night.json", "Smart News, token abcdef12", now - 7 * hour),)
    reader = Reader(TITLES, 300, "UTC", room.state, lambda _folder: 50)
    assert reader.read(room.store, room.now + timedelta(days=15), room.now).partners == ()


def test_the_record_is_sound_in_the_store(room: Newsroom) -> None:
    with room.store.write() as transaction:
        alerts.RECORD.put(transaction, alerts.RECORD.get(transaction))
    room.store.examine()


def test_without_a_store_nothing_is_known_but_the_disk(room: Newsroom) -> None:
    reader = Reader(TITLES, 300, "UTC", room.state, lambda _folder: 7)
    found = reader.read(None, room.now, room.now)
    assert (bool(found.unreadable), found.free, found.arrivals) == (True, 7, {})
    room.close()
    (room.state / "store.sqlite3").write_bytes(b"nothing of use")
    with pytest.raises(Exception, match=r"store\.sqlite3"):
        open_store(room.state)


def test_the_share_of_the_disk_that_is_free(tmp_path: Path) -> None:
    assert 0 <= free_percentage(tmp_path) <= 100
    assert free_percentage(tmp_path / "none") == 100
