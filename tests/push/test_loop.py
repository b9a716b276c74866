"""The loop that tells hubs and subscribers, against real ones on loopback."""

import asyncio
import threading
from pathlib import Path

import pytest
from newsroom import story
from push_sample import RSS, SITE_URL, PushedNewsroom, run_until_quiet
from subscriber import Listener, listening
from waiting import wait_for

from feedsvc.push.client import Limits
from feedsvc.push.deliveries import DELIVER
from feedsvc.push.outcome import Request, Result
from feedsvc.push.pings import PING
from feedsvc.push.retry import OPENS
from feedsvc.push.upkeep import EVERY
from feedsvc.store import push_hosts
from feedsvc.store.push_schema import push_log as log_table
from feedsvc.store.push_schema import push_subscriptions as subscriptions_table
from feedsvc.store.push_schema import push_tasks as tasks_table


@pytest.fixture
def room(tmp_path: Path) -> PushedNewsroom:
    room = PushedNewsroom(tmp_path)
    room.publish()
    return room


def subscribe(room: PushedNewsroom, reader: Listener, path: str = "/cb", **more: str) -> None:
    assert room.ask(reader.url + path, **more).status == 202
    room.pass_time(5)
    room.deliver()


def edit(room: PushedNewsroom, title: str, *, seconds: float = 30) -> None:
    room.write("news/one.md", story(title, section="News"))
    room.publish(minutes=seconds / 60)


def test_a_subscriber_gets_the_very_bytes_of_the_edition_with_their_type_and_links(room: PushedNewsroom) -> None:
    with listening() as reader:
        subscribe(room, reader, "/cb?id=7", secret="s3cret")
        edit(room, "Eel market closes")
        room.deliver()
        [told] = reader.posts
    assert told.body == room.body("/rss.xml")
    assert b"Eel market closes" in told.body
    assert told.headers["content-type"] == "application/rss+xml; charset=utf-8"
    assert told.headers["link"] == f'<{SITE_URL}/hub>; rel="hub", <{RSS}>; rel="self"'
    assert told.query == {"id": "7"}
    assert told.is_signed_with("s3cret")


def test_without_a_secret_nothing_is_signed(room: PushedNewsroom) -> None:
    with listening() as reader:
        subscribe(room, reader)
        edit(room, "Eel market closes")
        room.deliver()
    assert "x-hub-signature" not in reader.posts[0].headers


def test_a_topic_of_a_mirror_is_delivered_as_the_mirror_has_it(room: PushedNewsroom) -> None:
    mirror = room.plan.addresses[1]
    with listening() as reader:
        subscribe(room, reader, topic=f"{mirror}/rss.xml")
        edit(room, "Eel market closes")
        room.deliver()
    assert reader.posts[0].body == room.body("/rss.xml", address=1)
    assert reader.posts[0].headers["link"] == f'<{mirror}/hub>; rel="hub", <{mirror}/rss.xml>; rel="self"'


def test_what_was_acknowledged_is_not_told_again(room: PushedNewsroom) -> None:
    with listening() as reader:
        subscribe(room, reader)
        edit(room, "Eel market closes")
        for _ in range(3):  # each is a restart
            room.deliver()
            room.pass_time(3_600)
    assert len(reader.posts) == 1


def test_a_newer_state_takes_the_place_of_the_one_that_waits(room: PushedNewsroom) -> None:
    with listening() as reader:
        subscribe(room, reader)
        for number in range(5):
            edit(room, f"Eel market, hour {number}", seconds=1)
        room.deliver()
    assert [b"hour 4" in told.body for told in reader.posts] == [True]


def test_a_hundred_edits_are_two_deliveries_and_the_last_is_the_newest(room: PushedNewsroom) -> None:
    with listening() as reader:
        subscribe(room, reader)
        room.pass_time(60)
        for number in range(20):
            edit(room, f"Eel market, minute {number}", seconds=0.4)
            room.deliver()
        room.pass_time(10)
        room.deliver()
    assert len(reader.posts) == 2
    assert reader.posts[-1].body == room.body("/rss.xml")


def test_what_is_published_during_a_delivery_follows_it(room: PushedNewsroom) -> None:
    with listening() as reader:
        subscribe(room, reader)
        room.pass_time(60)
        reader.delay = 0.4
        edit(room, "Eel market closes")
        thread = threading.Thread(target=room.deliver)
        thread.start()
        wait_for(lambda: reader.posts, "the first delivery")
        edit(room, "Eel market opens again", seconds=1)
        thread.join()
        reader.delay = 0
        room.pass_time(15)
        room.deliver()
    assert [b"closes" in told.body for told in reader.posts] == [True, False]
    assert reader.posts[1].body == room.body("/rss.xml")


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 404, 500])
def test_a_failed_delivery_is_tried_again_and_the_subscription_stays(room: PushedNewsroom, status: int) -> None:
    with listening() as reader, listening() as elsewhere:
        subscribe(room, reader)
        reader.status, reader.headers = status, {"Location": elsewhere.url}
        edit(room, "Eel market closes")
        room.deliver()
        assert len(reader.posts) == 1
        reader.status = 204
        room.pass_time(6)
        room.deliver()
    assert len(reader.posts) == 2
    assert not elsewhere.said
    assert [entry.result for entry in room.log() if entry.kind == DELIVER] == [str(status), "204"]
    assert room.subscriptions() == {RSS: 1}


def test_410_ends_a_subscription(room: PushedNewsroom) -> None:
    with listening() as reader:
        subscribe(room, reader)
        reader.status = 410
        edit(room, "Eel market closes")
        room.deliver()
        edit(room, "Eel market opens again")
        room.deliver()
    assert len(reader.posts) == 1
    assert room.subscriptions() == {}


def test_retry_after_is_kept(room: PushedNewsroom) -> None:
    with listening() as reader:
        subscribe(room, reader)
        reader.status, reader.headers = 503, {"Retry-After": "120"}
        edit(room, "Eel market closes")
        room.deliver()
        reader.status = 200
        room.pass_time(119)
        room.deliver()
        assert len(reader.posts) == 1
        room.pass_time(2)
        room.deliver()
    assert len(reader.posts) == 2


def test_a_dead_host_is_left_in_peace_and_holds_up_nobody(room: PushedNewsroom) -> None:
    with listening() as well, listening() as ill:
        subscribe(room, well)
        for number in range(90):
            assert room.ask(f"{ill.url}/{number}").status == 202
            room.pass_time(1.1)
        room.deliver()
        assert len(ill.gets) == 90
        ill.status = 500
        edit(room, "Eel market closes")
        room.deliver()
        assert len(well.posts) == 1
        first = len(ill.posts)
        assert first <= 64 + OPENS  # those that were under way together
        room.pass_time(9_000)
        room.deliver()
        assert len(ill.posts) == first + 1  # one tries it
        ill.status = 200
        room.pass_time(9_000)
        for _ in range(5):
            room.deliver()
    newest = room.body("/rss.xml")
    assert {told.path for told in ill.posts if told.body == newest} == {told.path for told in ill.gets}


def test_operators_are_told_of_a_host_that_fails_until_it_is_well(room: PushedNewsroom) -> None:
    with listening() as reader:
        subscribe(room, reader, secret="s3cret")
        reader.status = 503
        edit(room, "Eel market closes")
        for _ in range(3):
            room.deliver()
            room.pass_time(130)
        named = [problem for problem in room.problems() if "push to 127.0.0.1" in problem]
        assert len(named) == 1
        assert "s3cret" not in named[0]
        reader.status = 200
        room.pass_time(3_700)
        room.deliver()
    assert not [problem for problem in room.problems() if "push to" in problem]


def test_hubs_are_pinged_with_the_topic_by_both_names(tmp_path: Path) -> None:
    with listening() as hub:
        room = PushedNewsroom(tmp_path, hubs=(f"{hub.url}/publish",))
        room.publish()
        room.deliver()
        pinged = [told.form for told in hub.posts]
    assert {"hub.mode": "publish", "hub.url": RSS, "hub.topic": RSS} in pinged
    assert len(pinged) == len({form["hub.url"] for form in pinged}) == 6


def test_a_hub_that_is_down_for_hours_is_told_within_a_minute_of_its_return(tmp_path: Path) -> None:
    with listening() as hub:
        room = PushedNewsroom(tmp_path, hubs=(f"{hub.url}/publish",))
        hub.status = 503
        room.publish()
        for _ in range(60):
            room.deliver()
            room.pass_time(60)
        asked = len(hub.posts)
        hub.status = 204
        for _ in range(12):
            room.deliver()
            room.pass_time(5)
    assert {told.form["hub.url"] for told in hub.posts[asked:]} == {told.form["hub.url"] for told in hub.posts}
    assert room.waiting(PING) == 0


def test_a_hub_that_is_away_for_a_day_costs_this_edition_and_not_the_next(tmp_path: Path) -> None:
    with listening() as hub:
        room = PushedNewsroom(tmp_path, hubs=(f"{hub.url}/publish",))
        hub.status = 404
        room.publish()
        room.deliver()
        room.pass_time(86_400)
        room.deliver()
        assert room.waiting(PING) == 0
        hub.status = 204
        edit(room, "Eel market closes")
        room.deliver()
    assert hub.posts[-1].form["hub.mode"] == "publish"
    assert room.waiting(PING) == 0


def test_a_lease_that_has_ended_gets_nothing_more(room: PushedNewsroom) -> None:
    with listening() as reader:
        subscribe(room, reader, lease_seconds="300")
        edit(room, "Eel market closes", seconds=20)
        room.deliver()
        assert len(reader.posts) == 1
        for _ in range(11):  # while the loop runs
            room.pass_time(EVERY / 1_000 - 1)
            room.deliver()
        edit(room, "Eel market opens again", seconds=1)
        room.deliver()
    assert len(reader.posts) == 1
    assert room.subscriptions() == {}


@pytest.mark.parametrize("step", [400 * 86_400, -400 * 86_400, 7 * 3_600, -7 * 3_600])
def test_a_clock_that_jumps_ends_no_lease_and_holds_nothing_up(room: PushedNewsroom, step: float) -> None:
    with listening() as reader:
        subscribe(room, reader, lease_seconds="3600")
        room.pass_time(step)
        room.deliver()
        edit(room, "Eel market closes", seconds=15)
        room.deliver()
        assert len(reader.posts) == 1
        room.pass_time(-step)
        room.deliver()
        with room.store.read() as transaction:
            expires = transaction.scalar(subscriptions_table.select().with_only_columns(subscriptions_table.c.expires))
    assert 0 < expires - room.clock() <= 3_600_000 + 60_000
    assert room.subscriptions() == {RSS: 1}


def test_a_jump_back_does_not_keep_what_waits(room: PushedNewsroom) -> None:
    with listening() as reader:
        subscribe(room, reader)
        reader.status = 500
        edit(room, "Eel market closes")
        room.deliver()
        reader.status = 200
        room.pass_time(-30 * 86_400)
        room.deliver()
        room.pass_time(10)
        room.deliver()
    assert len(reader.posts) == 2


def test_a_topic_that_is_gone_is_denied_to_its_subscribers(room: PushedNewsroom) -> None:
    with listening() as reader:
        subscribe(room, reader, topic=f"{SITE_URL}/news/rss.xml")
        room.remove("news/one.md")
        room.write("sport/two.md", story("Regatta called off", section="Sport"))
        room.publish()
        with room.store.write() as transaction:  # as an Edition before it may have left it
            transaction.execute(tasks_table.update().values(pending=1))
        room.deliver()
        room.pass_time(5)
        room.deliver()
    told = reader.gets[-1].query
    assert (told["hub.mode"], told["hub.topic"]) == ("denied", f"{SITE_URL}/news/rss.xml")
    assert told["hub.reason"]
    assert room.subscriptions() == {}
    assert not reader.posts


def test_every_attempt_is_in_the_log_and_the_log_is_bounded(
    room: PushedNewsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedsvc.store.push_log.MOST", 5)
    with listening() as reader:
        subscribe(room, reader)
        for number in range(8):
            edit(room, f"Eel market, day {number}", seconds=86_400 / 4)
            room.deliver()
    entries = room.log()
    assert len(entries) <= 6
    last = entries[-1]
    assert (last.kind, last.target, last.topic, last.result) == (DELIVER, f"{reader.url}/cb", RSS, "200")
    assert last.edition == 9
    assert last.attempt == 1
    room.pass_time(9 * 86_400)
    room.deliver()
    with room.store.read() as transaction:
        assert transaction.execute(log_table.select()).all() == []


class Broken:
    """A client that takes a moment for every request, and counts how many are under way."""

    def __init__(self) -> None:
        self.now = self.most = 0

    async def send(self, request: Request, /) -> Result:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.05)
        self.now -= 1
        return Result(200)


def test_one_host_gets_no_more_than_its_share_at_a_time(room: PushedNewsroom) -> None:
    with room.store.write() as transaction:
        for number in range(300):
            callback = f"https://reader.example/{number}"
            transaction.execute(
                subscriptions_table.insert().values(
                    callback=callback, topic=RSS, host="reader.example", secret=b"", verified=0, expires=2**60
                )
            )
            transaction.execute(
                tasks_table.insert().values(
                    kind=DELIVER,
                    target=callback,
                    host="reader.example",
                    topic=RSS,
                    pending=1,
                    since=0,
                    due=0,
                    attempts=0,
                    acknowledged=0,
                    last_attempt=0,
                    payload=b"",
                )
            )
    client = Broken()
    room.deliver(client=client)
    assert client.most == 64
    assert room.waiting(DELIVER) == 0


def test_trouble_with_the_store_loses_no_outcome(room: PushedNewsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedsvc.push.loop.TROUBLE", 0.05)
    with listening() as reader:
        subscribe(room, reader)
        edit(room, "Eel market closes")
        loop = room.loop()
        fails = iter([False, True, True, False])
        write = room.store.write

        def unsteady() -> object:
            if next(fails, False):
                from feedsvc.store.errors import StoreBusy

                raise StoreBusy("another program is writing to it")
            return write()

        monkeypatch.setattr(room.store, "write", unsteady)
        asyncio.run(run_until_quiet(loop, room.is_quiet))
    assert len(reader.posts) == 1
    assert room.waiting(DELIVER) == 0


def test_a_host_that_succeeds_is_forgotten(room: PushedNewsroom) -> None:
    with listening() as reader:
        subscribe(room, reader)
        reader.status = 500
        edit(room, "Eel market closes")
        room.deliver()
        reader.status = 200
        room.pass_time(10)
        room.deliver()
    with room.store.read() as transaction:
        assert push_hosts.failing(transaction, 1) == []


def test_what_strangers_can_cause_does_not_count_against_a_host(room: PushedNewsroom) -> None:
    with listening() as reader:
        subscribe(room, reader)
        reader.status = 500
        for number in range(2 * OPENS):
            room.ask(f"{reader.url}/forged/{number}")
            room.pass_time(2)
        room.deliver()
        assert len(reader.gets) == 1 + 2 * OPENS
        reader.status = 200
        edit(room, "Eel market closes")
        room.deliver()
    assert len(reader.posts) == 1


def test_a_verification_for_whose_address_too_many_wait_comes_again(room: PushedNewsroom) -> None:
    with listening() as reader:
        for number in range(5):
            room.ask(f"{reader.url}/{number}")
            room.pass_time(2)
        for _ in range(3):
            room.deliver(limits=Limits(connect=1.0, total=2.0, interval=2.0))
            room.pass_time(11)
    assert room.subscriptions() == {RSS: 5}
    assert len(reader.gets) == 5
