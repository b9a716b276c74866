"""How the service is, for operators."""

import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from newsroom import Newsroom, story

from feedsvc.store import state
from feedsvc.store.lease import Lease, release, renew
from feedsvc.store.schema import leases
from feedsvc.store.sqlite.database import prepare_store
from feedsvc.store.status import FeedStatus, last_report, overdue, read_status


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


def test_a_status_tells_what_there_is(room: Newsroom) -> None:
    room.write("a.md", story("A", section="News / EU"))
    room.write("draft.md", story("Draft", draft="true"))
    room.write("bad.md", "---\ntitle: [\n---\n")
    report = room.publish()
    with room.store.read() as connection:
        found = read_status(connection, room.now, 300)
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
        assert [feed.path for feed in read_status(connection, room.now, 300).feeds] == [
            "/atom.xml",
            "/feed.json",
            "/rss.xml",
        ]


def test_the_next_regeneration_is_told_while_somebody_publishes(room: Newsroom) -> None:
    room.publish()
    with room.store.write() as connection:
        state.NEXT_REGENERATION.put(connection, room.now + timedelta(minutes=5))
        assert read_status(connection, room.now, 300).next == room.now + timedelta(minutes=5)
        release(connection, room.lease)
        assert read_status(connection, room.now, 300).next is None
        assert read_status(connection, room.now, 300).publisher == ""


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
        state.NEXT_REGENERATION.put(connection, room.now + timedelta(hours=8))
        renew(connection, room.lease, room.now + timedelta(hours=9))
        assert overdue(connection, room.now + timedelta(hours=8), 0) == ""
        assert "is late" in overdue(connection, room.now + timedelta(hours=9), 0)


def test_an_interval_of_hours_is_not_waited_for_three_times(room: Newsroom) -> None:
    room.publish()
    with room.store.write() as connection:
        state.NEXT_REGENERATION.put(connection, room.now + timedelta(hours=2))
        renew(connection, room.lease, room.now + timedelta(hours=2))
        assert overdue(connection, room.now + timedelta(hours=2, minutes=14), 7200) == ""
        renew(connection, room.lease, room.now + timedelta(hours=2, minutes=16))
        assert "is late" in overdue(connection, room.now + timedelta(hours=2, minutes=16), 7200)


def test_an_interval_of_a_second_leaves_time_to_replace_a_publisher_that_hangs(room: Newsroom) -> None:
    room.publish()
    with room.store.read() as connection:
        assert overdue(connection, room.now + timedelta(seconds=10), 1) == ""
        assert "11 s ago" in overdue(connection, room.now + timedelta(seconds=11), 1)


def test_what_a_timer_published_after_the_planned_instant_is_not_late(room: Newsroom) -> None:
    with room.store.write() as connection:
        state.NEXT_REGENERATION.put(connection, room.now)
        release(connection, room.lease)
    room.open()
    room.publish()
    with room.store.write() as connection:
        release(connection, room.lease)
        assert overdue(connection, room.now + timedelta(minutes=50), 3600) == ""
    room.store.close()


def test_a_publisher_that_gives_no_sign_is_missed(room: Newsroom) -> None:
    room.publish()
    with room.store.write() as connection:
        assert overdue(connection, room.now + timedelta(minutes=15), 3600) == ""
        assert "has not been heard of since" in read_status(connection, room.now + timedelta(minutes=16), 3600).trouble


def test_a_publisher_in_the_midst_of_a_long_publication_is_there_and_one_that_died_is_not(room: Newsroom) -> None:
    room.publish()
    with room.store.write() as connection:
        assert read_status(connection, room.now + timedelta(seconds=60), 300).publisher == room.lease.holder
        assert read_status(connection, room.now + timedelta(seconds=70), 300).publisher == ""
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    dead = Lease(f"{socket.gethostname()}:{ended.pid}:0", 9)
    with room.store.write() as connection:
        connection.execute(leases.update().values(holder=dead.holder, epoch=dead.epoch))
        assert read_status(connection, room.now, 300).publisher == ""
