"""The service's own hub: subscribe, verify, deny, renew, lapse, unsubscribe; and whoever means harm."""

from pathlib import Path
from urllib.parse import urlencode

import pytest
from push_sample import RSS, SITE_URL, PushedNewsroom
from subscriber import listening

from feedsvc.push.callbacks import LONGEST, PATIENT, callback_url, interval
from feedsvc.push.hub import HubLimits
from feedsvc.push.subscribing import FORM
from feedsvc.push.verifications import VERIFY
from feedsvc.store import push_subscriptions
from feedsvc.store.push_schema import push_tasks as tasks_table

CALLBACK = "http://127.0.0.1:8099/cb"


@pytest.fixture
def room(tmp_path: Path) -> PushedNewsroom:
    room = PushedNewsroom(tmp_path)
    room.publish()
    return room


def settle(room: PushedNewsroom) -> None:
    room.pass_time(5)
    room.deliver()


def test_a_subscription_is_there_once_the_callback_has_answered_the_challenge(room: PushedNewsroom) -> None:
    with listening() as reader:
        answer = room.ask(f"{reader.url}/cb?id=7", lease_seconds="86400", secret="s3cret")
        assert answer.status == 202
        assert not reader.said  # it is asked later: some answer only once they have this answer
        assert room.subscriptions() == {}
        settle(room)
    [asked] = reader.said
    assert (asked.method, asked.path) == ("GET", "/cb")
    assert asked.query == {
        "id": "7",
        "hub.mode": "subscribe",
        "hub.topic": RSS,
        "hub.challenge": "a-challenge-of-one-time",
        "hub.lease_seconds": "86400",
    }
    with room.store.read() as transaction:
        found = push_subscriptions.find(transaction, f"{reader.url}/cb?id=7", RSS)
    assert found is not None
    assert found.secret == b"s3cret"
    assert found.expires - found.verified == 86_400_000


@pytest.mark.parametrize("status", [301, 302, 400, 404, 410, 500, 503])
def test_an_answer_other_than_2xx_is_no_yes(room: PushedNewsroom, status: int) -> None:
    with listening() as reader, listening() as elsewhere:
        reader.status, reader.headers = status, {"Location": elsewhere.url}
        room.ask(f"{reader.url}/cb")
        settle(room)
    assert room.subscriptions() == {}
    assert not elsewhere.said
    assert room.waiting(VERIFY) == 0


@pytest.mark.parametrize(
    "echo", ["", "another", "a-challenge-of-one-tim", "a-challenge-of-one-time\n", "a-challenge-of-one-time!"]
)
def test_an_answer_other_than_the_challenge_is_no_yes(room: PushedNewsroom, echo: str) -> None:
    with listening() as reader:
        reader.echo = echo
        room.ask(f"{reader.url}/cb")
        settle(room)
    assert room.subscriptions() == {}
    assert room.log()[-1].result == "200: another answer than the challenge"


def test_to_subscribe_again_renews_the_lease_and_takes_the_new_secret(room: PushedNewsroom) -> None:
    with listening() as reader:
        room.ask(f"{reader.url}/cb", secret="first", lease_seconds="3600")
        settle(room)
        room.ask(f"{reader.url}/cb", secret="second", lease_seconds="7200")
        settle(room)
        with room.store.read() as transaction:
            found = push_subscriptions.find(transaction, f"{reader.url}/cb", RSS)
    assert found is not None
    assert found.secret == b"second"
    assert found.expires - room.clock() > 7_000_000
    assert room.subscriptions() == {RSS: 1}


def test_a_renewal_that_is_not_confirmed_changes_nothing(room: PushedNewsroom) -> None:
    with listening() as reader:
        room.ask(f"{reader.url}/cb", secret="first", lease_seconds="3600")
        settle(room)
        with room.store.read() as transaction:
            before = push_subscriptions.find(transaction, f"{reader.url}/cb", RSS)
        reader.echo = "no"
        room.ask(f"{reader.url}/cb", secret="forged", lease_seconds="7200")
        room.ask(f"{reader.url}/cb", mode="unsubscribe")
        settle(room)
        with room.store.read() as transaction:
            assert push_subscriptions.find(transaction, f"{reader.url}/cb", RSS) == before


def test_to_unsubscribe_is_verified_too(room: PushedNewsroom) -> None:
    with listening() as reader:
        room.ask(f"{reader.url}/cb")
        settle(room)
        assert room.ask(f"{reader.url}/cb", mode="unsubscribe").status == 202
        settle(room)
    asked = reader.gets[-1].query
    assert asked["hub.mode"] == "unsubscribe"
    assert "hub.lease_seconds" not in asked
    assert room.subscriptions() == {}


def test_callbacks_that_differ_in_a_slash_or_a_query_are_different_ones(room: PushedNewsroom) -> None:
    with listening() as reader:
        for path in ("/cb", "/cb/", "/cb?a=1", "/cb?a=2"):
            room.ask(reader.url + path)
        settle(room)
    assert room.subscriptions() == {RSS: 4}


@pytest.mark.parametrize(
    ("callback", "url"),
    [
        ("https://a.example/", "https://a.example/?hub.mode=denied"),
        ("https://a.example/?x=1", "https://a.example/?x=1&hub.mode=denied"),
        ("https://a.example/?", "https://a.example/?hub.mode=denied"),
        ("https://a.example/?x=1&", "https://a.example/?x=1&hub.mode=denied"),
    ],
)
def test_the_callbacks_own_query_is_kept(callback: str, url: str) -> None:
    assert callback_url(callback, {"hub.mode": "denied"}) == url


@pytest.mark.parametrize(
    "topic",
    [
        "https://elsewhere.example/rss.xml",
        f"{SITE_URL}/nothing.xml",
        f"{SITE_URL}/",
        f"{SITE_URL}/feeds.opml",
        f"{SITE_URL}/rss.xml?x=1",
        f"{SITE_URL}/rss.xml#x",
        f"{SITE_URL}/./rss.xml",
        f"{SITE_URL}//rss.xml",
        f"{SITE_URL}/%72ss.xml",
        f"{SITE_URL}.evil.example/rss.xml",
        f"{SITE_URL}@evil.example/rss.xml",
        "http://news.example/rss.xml",
        "file:///etc/passwd",
        "http://127.0.0.1/-/status",
        f"{SITE_URL}/-/status",
        f"{SITE_URL}/\u0442.xml",
        f"{SITE_URL}/%ff.xml",
        f"{SITE_URL}/rss.xml\r\n",
    ],
)
def test_what_is_no_feed_of_this_site_is_no_topic(room: PushedNewsroom, topic: str) -> None:
    assert room.ask(CALLBACK, topic=topic).status == 404
    assert room.waiting(VERIFY) == 0


@pytest.mark.parametrize(
    "callback", ["http://10.0.0.1/cb", "http://[::1]/cb", "http://localhost:22@x/", "ftp://a.example/", "x"]
)
def test_a_callback_to_which_nothing_may_be_sent_is_refused_at_once(room: PushedNewsroom, callback: str) -> None:
    answer = room.ask(callback)
    assert answer.status == 400
    assert answer.text.startswith("hub.callback ")
    assert room.waiting(VERIFY) == 0


def test_by_default_no_port_and_address_of_a_private_network_is_asked(room: PushedNewsroom) -> None:
    hub = room.hub(allow=())
    for callback in ("http://127.0.0.1/cb", "http://reader.example:8080/cb"):
        form = urlencode({"hub.mode": "subscribe", "hub.callback": callback, "hub.topic": RSS})
        assert hub.answer(FORM, form.encode()).status == 400


def test_a_ping_for_a_feed_of_this_site_is_taken_with_204(room: PushedNewsroom) -> None:
    hub = room.hub()
    assert hub.answer(FORM, urlencode({"hub.mode": "publish", "hub.url": RSS}).encode()).status == 204
    assert hub.answer(FORM, urlencode({"hub.mode": "publish", "hub.url": "https://x.example/"}).encode()).status == 404
    assert hub.answer(FORM, urlencode({"hub.mode": "publish"}).encode()).status == 404


# --- abuse ------------------------------------------------------------------------------------------------------------


def many(room: PushedNewsroom, hub_limits: HubLimits, count: int, host: str = "127.0.0.1:8099") -> list[int]:
    """The statuses of the answers to so many requests with different callbacks at `host`."""
    hub = room.hub(limits=hub_limits)
    found = []
    for number in range(count):
        form = {"hub.mode": "subscribe", "hub.callback": f"http://{host}/{number}", "hub.topic": RSS}
        found.append(hub.answer(FORM, urlencode(form).encode()).status)
    return found


def rows(room: PushedNewsroom) -> int:
    with room.store.read() as transaction:
        return len(transaction.execute(tasks_table.select().where(tasks_table.c.kind == VERIFY)).all())


def test_requests_for_one_host_are_bounded_in_the_store(room: PushedNewsroom) -> None:
    found = many(room, HubLimits(), 1_000)
    assert set(found) == {202, 429}
    assert rows(room) == HubLimits().waiting_for_host


def test_requests_in_all_are_bounded_in_the_store(room: PushedNewsroom) -> None:
    limits = HubLimits(waiting=20)
    for number in range(1, 6):
        many(room, limits, 10, f"127.0.0.{number}:8099")
    assert rows(room) == 20


def test_requests_for_topics_that_do_not_exist_leave_nothing(room: PushedNewsroom) -> None:
    hub = room.hub()
    statuses = set()
    for number in range(1_000):
        form = {"hub.mode": "subscribe", "hub.callback": CALLBACK, "hub.topic": f"{SITE_URL}/{number}/rss.xml"}
        statuses.add(hub.answer(FORM, urlencode(form).encode()).status)
    assert statuses == {404, 429}
    assert rows(room) == 0


def test_a_host_is_asked_once_a_second_at_most_whoever_wants_it(room: PushedNewsroom) -> None:
    with listening() as victim:
        victim.status = 404
        many(room, HubLimits(), 200, f"127.0.0.1:{victim.port}")
        for _ in range(60):
            room.pass_time(1)
            room.deliver()
    assert len(victim.gets) <= 61
    assert len(victim.gets) > 40


def test_another_port_of_the_same_host_has_no_turns_of_its_own(room: PushedNewsroom) -> None:
    room.ask("http://127.0.0.1:8001/cb")
    room.ask("http://127.0.0.1:8002/cb")
    with room.store.read() as transaction:
        first, second = sorted(
            transaction.scalars(
                tasks_table.select().with_only_columns(tasks_table.c.due).where(tasks_table.c.kind == VERIFY)
            )
        )
    assert second - first >= 1_000


def test_a_request_that_is_repeated_takes_the_turn_of_the_one_that_waits(room: PushedNewsroom) -> None:
    for number in range(50):
        room.ask(CALLBACK, secret=f"{number}")
    assert rows(room) == 1
    with listening() as reader:
        room.ask(f"{reader.url}/cb")
        room.pass_time(2)
        room.deliver()
    assert len(reader.gets) == 1


def test_a_host_that_fails_again_and_again_is_asked_ever_more_seldom() -> None:
    assert {interval(failures) for failures in range(PATIENT + 1)} == {1_000}
    waits = [interval(failures) for failures in range(PATIENT, PATIENT + 12)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST


def test_subscriptions_of_one_host_and_in_all_are_bounded(room: PushedNewsroom) -> None:
    with listening() as reader:
        hub = f"127.0.0.1:{reader.port}"
        many(room, HubLimits(), 3, hub)
        settle(room)
        assert many(room, HubLimits(subscriptions_of_host=3), 4, hub)[3] == 403
        assert many(room, HubLimits(subscriptions=3), 4, hub)[3] == 403
        assert many(room, HubLimits(subscriptions=3), 3, hub) == [202, 202, 202]  # they may renew


def test_a_minute_later_a_host_may_ask_again(room: PushedNewsroom) -> None:
    hub = room.hub(limits=HubLimits(requests_of_host=2))
    form = urlencode({"hub.mode": "subscribe", "hub.callback": CALLBACK, "hub.topic": RSS}).encode()
    answers = [hub.answer(FORM, form) for _ in range(3)]
    assert [answer.status for answer in answers] == [202, 202, 429]
    assert answers[-1].retry_after > 0
    room.pass_time(61)
    assert hub.answer(FORM, form).status == 202
