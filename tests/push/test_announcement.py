"""An Edition and what it has to tell are stored together."""

import asyncio
from datetime import datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from newsroom import NOON, PLAN, own_feed, story
from push_sample import RSS, SITE_URL, PushedNewsroom
from sqlalchemy import select

from feedsvc.model.selection import Selection
from feedsvc.push.adapter import SPACING
from feedsvc.push.pings import PING
from feedsvc.store import push_tasks
from feedsvc.store.push_schema import push_tasks as tasks_table
from feedsvc.store.push_tasks import Task
from feedsvc.store.transaction import Transaction

HUB = "https://hub.example/"


@pytest.fixture
def room(tmp_path: Path) -> PushedNewsroom:
    return PushedNewsroom(tmp_path, hubs=(HUB,))


def due(room: PushedNewsroom, kind: str = PING) -> dict[str, Task]:
    """By topic."""
    with room.store.read() as transaction:
        return {
            task.topic: task for task in push_tasks.due(transaction, room.clock(), 1_000, (), ()) if task.kind == kind
        }


def test_each_public_feed_that_changed_is_told_once_under_its_canonical_address(room: PushedNewsroom) -> None:
    room.publish()
    names = ("rss.xml", "atom.xml", "feed.json")
    assert due(room).keys() == {f"{SITE_URL}{folder}/{name}" for folder in ("", "/news") for name in names}


def test_only_what_changed_is_told(room: PushedNewsroom) -> None:
    room.write("sport/two.md", story("Regatta called off", section="Sport"))
    room.publish()
    with room.store.write() as transaction:
        transaction.execute(tasks_table.update().values(pending=0))
    for number in range(5):  # however many articles change
        room.write(f"sport/{number}.md", story(f"Regatta, day {number}", section="Sport"))
    room.publish()
    assert {topic.removeprefix(SITE_URL).rpartition("/")[0] for topic in due(room)} == {"", "/sport"}
    assert {task.pending for task in due(room).values()} == {2}


def test_an_edition_that_changes_no_feed_tells_nobody(room: PushedNewsroom) -> None:
    room.publish()
    before = due(room)
    room.publish()
    assert due(room) == before


def test_a_feed_for_one_partner_is_no_topic(tmp_path: Path) -> None:
    locked = replace(own_feed("/partners/evening.json", Selection()), token="0" * 64)
    msn = own_feed("/partners/msn.xml", Selection())
    msn = replace(msn, policy=replace(msn.policy, formats=("msn",)))
    public = own_feed("/evening.json", Selection())
    room = PushedNewsroom(tmp_path, hubs=(HUB,), plan=replace(PLAN, feeds=(locked, msn, public)))
    room.publish()
    assert {topic for topic in due(room) if "evening" in topic or "msn" in topic} == {f"{SITE_URL}/evening.json"}


def test_archives_are_no_topics(tmp_path: Path) -> None:
    terms = replace(PLAN.defaults, archive=True, limit=3)
    room = PushedNewsroom(tmp_path, hubs=(HUB,), plan=replace(PLAN, defaults=terms))
    for number in range(12):
        room.write(f"news/{number}.md", story(f"Tide table {number}", date=f"2026-11-{number + 1:02}T08:00:00Z"))
    room.publish()
    for _ in range(6):
        room.go_on()
    assert any("/archive-" in path for _, path in room.edition())
    assert not [topic for topic in due(room) if "/archive-" in topic]
    [archived] = [body for (at, path), body in room.edition().items() if at == 0 and path.endswith("-1/rss.xml")] or [
        b""
    ]
    assert b'rel="hub"' not in archived


def test_a_publication_that_fails_tells_nothing(room: PushedNewsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    announce = room.regeneration._announce

    def fail(transaction: Transaction, edition: int, now: datetime) -> None:
        announce(transaction, edition, now)
        raise OSError("the machine stops here")

    monkeypatch.setattr(room.regeneration, "_announce", fail)
    with pytest.raises(OSError, match="stops here"):
        room.publish()
    assert not due(room)
    monkeypatch.undo()
    room.publish()
    assert RSS in due(room)


def test_hubs_are_told_only_once_servers_and_caches_have_the_new_bytes(tmp_path: Path) -> None:
    room = PushedNewsroom(tmp_path, hubs=(HUB,), wait=61_000)
    room.publish()
    room.pass_time(60)
    assert not due(room)
    room.pass_time(1)
    assert RSS in due(room)


def test_editions_that_follow_each_other_are_told_together(room: PushedNewsroom) -> None:
    room.publish()
    told = room.now
    with room.store.write() as transaction:
        transaction.execute(tasks_table.update().values(pending=0, last_attempt=room.clock(), acknowledged=1))
    for number in range(20):
        room.write("news/one.md", story(f"Eel market, hour {number}", section="News"))
        room.publish(minutes=0.4 / 60)
    assert not due(room)
    room.now = told
    room.pass_time(SPACING / 1_000)
    assert due(room)[RSS].pending == 21
    with room.store.read() as transaction:
        assert transaction.scalar(select(tasks_table.c.number).where(tasks_table.c.pending == 0)) is None


def test_a_hub_that_the_configuration_no_longer_names_is_told_nothing(room: PushedNewsroom) -> None:
    room.publish()
    room.hubs = ()
    asyncio.run(asyncio.sleep(0))
    room.deliver()
    assert not due(room)
    assert room.log() == []


def test_the_clock_of_the_newsroom_is_that_of_its_editions() -> None:
    assert NOON.timestamp() * 1_000 == 1_795_176_000_000
