"""How the service is, for operators."""

from datetime import timedelta
from pathlib import Path

import pytest
from newsroom import Newsroom, story

from feedsvc.status import FeedStatus, gather, last_report, overdue
from feedsvc.store import editions
from feedsvc.store.database import prepare_store
from feedsvc.store.lease import release


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


def test_a_status_tells_what_there_is(room: Newsroom) -> None:
    room.write("a.md", story("A", section="News / EU"))
    room.write("draft.md", story("Draft", draft="true"))
    room.write("bad.md", "---\ntitle: [\n---\n")
    report = room.publish()
    with room.store.read() as connection:
        found = gather(connection, room.now)
        assert last_report(connection) == report
    assert (found.edition, found.articles, found.last) == (1, 2, room.now)
    assert found.sections == {"": "The Lantern", "news": "News", "news/eu": "EU"}
    assert FeedStatus("/news/eu/rss.xml", 1) in found.feeds
    assert [problem.place for problem in found.problems] == ["bad.md"]
    assert found.publisher == room.lease.holder


def test_feeds_that_are_gone_are_not_listed(room: Newsroom) -> None:
    room.write("a.md", story("A", section="News"))
    room.publish()
    room.remove("a.md")
    room.publish()
    with room.store.read() as connection:
        assert [feed.path for feed in gather(connection, room.now).feeds] == ["/atom.xml", "/feed.json", "/rss.xml"]


def test_the_next_regeneration_is_told_while_somebody_publishes(room: Newsroom) -> None:
    room.publish()
    with room.store.write() as connection:
        editions.remember(connection, "next", room.now + timedelta(minutes=5))
        assert gather(connection, room.now).next == room.now + timedelta(minutes=5)
        release(connection, room.lease, room.now)
        assert gather(connection, room.now).next is None
        assert gather(connection, room.now).publisher == ""


def test_a_service_is_ready_until_three_intervals_have_passed(room: Newsroom) -> None:
    room.publish()
    with room.store.read() as connection:
        assert overdue(connection, room.now + timedelta(seconds=900), 300) == ""
        assert "901 s ago" in overdue(connection, room.now + timedelta(seconds=901), 300)


def test_a_service_that_never_published_is_not_ready(tmp_path: Path) -> None:
    store, _ = prepare_store(tmp_path)
    room = Newsroom(tmp_path / "room")
    with store.read() as connection:
        assert overdue(connection, room.now, 300) == "nothing has been published yet"
        assert last_report(connection) is None
    store.close()


def test_on_a_crontab_line_the_planned_instant_counts(room: Newsroom) -> None:
    room.publish()
    with room.store.write() as connection:
        editions.remember(connection, "next", room.now + timedelta(hours=8))
        assert overdue(connection, room.now + timedelta(hours=8), 0) == ""
        assert "is late" in overdue(connection, room.now + timedelta(hours=9), 0)
