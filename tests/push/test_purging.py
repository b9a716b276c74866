"""Purges of a cache: whatever changed or is gone leaves it, whatever becomes of single requests and of the process."""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from msgspec.structs import replace
from newsroom import NOON, PLAN, Newsroom, own_feed, story
from subscriber import Listener, listening

from feedsvc.model.cache_tags import cache_tag
from feedsvc.model.selection import MATCH_ALL
from feedsvc.push.caches import SERVICES
from feedsvc.push.client import HttpClient, Limits
from feedsvc.push.guard import Guard
from feedsvc.push.purge_plan import Cache, Reached
from feedsvc.push.purging import Purger
from feedsvc.store import purges, state
from feedsvc.store.transaction import Transaction

NOTHING = -1
"""In place of the number of an Edition: the origin has never had one as a whole."""
SITE, MIRROR = "https://news.example", "https://mirror.example.net"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    made = Newsroom(tmp_path)
    for name in ("first", "second"):
        made.write(f"{name}.md", story(name))
    made.publish()
    yield made
    made.close()


class Desk:
    """A cache on loopback before the newsroom, and what purges it. Its clock is set by hand."""

    def __init__(self, room: Newsroom, cache: Listener, service: str = "http", api: str = "{path}") -> None:
        self.room = room
        self.cache = cache
        self.has = self.withdrawn = 0
        """The Editions that the origin of the cache has; `has` is 0 for the current one."""
        self.now = int(NOON.timestamp()) * 1_000
        self.threads = ThreadPoolExecutor(1)
        secrets = dict.fromkeys(SERVICES[service].secrets, "s3cret")
        self.wants = Cache(
            f"{service} test",
            SERVICES[service],
            cache.url + api,
            "Id",
            "",
            secrets,
            (),
            (SITE, ""),
            True,
            lambda p: (p,),
        )
        self.start()

    def start(self, *, settles: int = 0) -> None:
        """Start, or start again after a kill: nothing but the store is left."""
        client = HttpClient(Guard(["127.0.0.0/8"]), lambda: 0.0, Limits(connect=1, total=2))
        given = (self.room.store, client, self.reached, settles, lambda: self.now, lambda: 1.0, self.threads)
        self.purger = Purger(self.wants, *given)

    def reached(self, transaction: Transaction) -> Reached:
        whole = state.current_edition(transaction) if self.has == 0 else max(0, self.has)
        return Reached(whole, self.withdrawn)

    def step(self, times: int = 1) -> None:
        async def steps() -> None:
            for _ in range(times):
                await self.purger.step()

        asyncio.run(steps())

    def work(self) -> list[str]:
        """Steps until nothing is left to do now; the paths that were asked for."""
        before = len(self.cache.said)

        async def steps() -> None:
            while (await self.purger.step()).goes_on:
                pass

        asyncio.run(steps())
        return [each.path for each in self.cache.said[before:]]

    def noted(self) -> int:
        with self.room.store.read() as transaction:
            return purges.everything(transaction)[self.wants.name].edition

    def noted_withdrawn(self) -> int:
        with self.room.store.read() as transaction:
            return purges.everything(transaction)[self.wants.name].withdrawn


@pytest.fixture
def desk(room: Newsroom) -> Iterator[Desk]:
    with listening() as cache:
        made = Desk(room, cache)
        assert made.work() == []  # what was there before is nobody's trouble
        yield made
        made.threads.shutdown()


def edit(room: Newsroom, name: str = "first", text: str = "Corrected.") -> str:
    room.write(f"{name}.md", story(name, text))
    room.publish()
    return room.page(name)


def test_an_edition_is_purged_once_pages_before_feeds(desk: Desk) -> None:
    page = edit(desk.room)
    asked = desk.work()
    assert asked[0] == page
    assert {"/rss.xml", "/atom.xml", "/feed.json"} <= set(asked)
    assert not any("second" in each for each in asked)
    assert {each.headers["host"] for each in desk.cache.said} == {"news.example"}
    assert (desk.work(), desk.noted(), desk.room.problems()) == ([], 2, [])


def test_what_is_withdrawn_goes_before_everything_else_that_waits(desk: Desk) -> None:
    desk.cache.status = 503
    gone = desk.room.page("second")
    edit(desk.room)
    desk.step()
    desk.room.write("second.md", story("second", status="withdrawn"))
    desk.room.publish()
    assert desk.room.code(gone) == 410
    desk.cache.status, desk.now = 200, desk.now + 3_600_000
    asked = desk.work()
    assert asked[0] == gone
    assert desk.room.page("first") in asked
    assert (len(asked), desk.noted()) == (len(set(asked)), 3)


def test_what_is_withdrawn_is_purged_before_the_origin_has_the_rest(desk: Desk) -> None:
    gone, desk.has = desk.room.page("second"), 1
    desk.room.write("second.md", story("second", status="withdrawn"))
    edit(desk.room)
    assert (desk.work(), desk.noted()) == ([], 1)
    desk.withdrawn = 2
    assert (desk.work(), desk.work(), desk.noted(), desk.noted_withdrawn()) == ([gone], [], 1, 2)
    desk.has = 2
    asked = desk.work()
    assert desk.room.page("first") in asked
    assert gone not in asked
    assert (desk.noted(), desk.noted_withdrawn()) == (2, 2)


def test_a_withdrawal_is_purged_also_before_the_origin_ever_had_a_whole_edition(room: Newsroom) -> None:
    with listening() as cache:
        desk = Desk(room, cache)
        gone = room.page("second")
        room.write("second.md", story("second", status="withdrawn"))
        room.publish()
        desk.has, desk.withdrawn = NOTHING, 2
        assert (desk.work(), desk.noted(), desk.noted_withdrawn()) == ([gone], 0, 2)
        desk.has = 2
        assert desk.room.page("first") in desk.work()
        assert desk.noted() == 2
        desk.threads.shutdown()


def test_cloudfront_does_not_take_a_withdrawal_for_the_edit_before_it(room: Newsroom) -> None:
    with listening() as cache:
        desk = Desk(room, cache, "cloudfront", "")
        assert desk.work() == []
        page = edit(room, "second")
        desk.work()
        desk.has = 2
        room.write("second.md", story("second", status="withdrawn"))
        room.publish()
        desk.withdrawn = 3
        desk.work()
        bodies = [each.body for each in cache.said if page.encode() in each.body]
        assert len(bodies) == len(set(bodies)) == 2
        desk.threads.shutdown()


def test_a_withdrawal_is_told_as_purged_while_edits_before_it_wait(desk: Desk) -> None:
    edit(desk.room)
    desk.has, gone = 2, desk.room.page("second")
    desk.cache.status = 503
    desk.step()
    desk.room.write("second.md", story("second", status="withdrawn"))
    desk.room.publish()
    desk.withdrawn = 3
    desk.cache.status, desk.now = 200, desk.now + 3_600_000
    assert desk.work()[0] == gone
    assert (desk.noted(), desk.noted_withdrawn()) == (2, 3)


@pytest.mark.parametrize("has_feeds", [True, False])
def test_a_feed_that_gets_a_token_leaves_the_cache_once_and_first(desk: Desk, has_feeds: bool) -> None:
    desk.wants = desk.wants._replace(feeds=has_feeds)
    feed = own_feed("/own.json", MATCH_ALL)
    desk.room.configure(PLAN, feeds=(feed,), digest="2")
    desk.room.publish()
    desk.work()
    desk.room.configure(PLAN, feeds=(replace(feed, token="0" * 64),), digest="3")
    desk.start()
    desk.room.publish()
    assert desk.work()[:1] == ["/own.json"]
    edit(desk.room)
    assert "/own.json" not in desk.work()


def test_nothing_is_asked_for_before_every_server_has_the_edition(desk: Desk) -> None:
    desk.start(settles=1_000)
    edit(desk.room)
    assert desk.work() == []
    desk.now += 999
    edit(desk.room, "second")
    assert desk.work() == []
    desk.now += 1
    assert desk.room.page("first") in desk.work()
    desk.now += 1_000
    assert desk.room.page("second") in desk.work()
    assert desk.noted() == 3


def test_trouble_is_told_with_a_remedy_and_tried_again_more_and_more_rarely_until_it_is_over(desk: Desk) -> None:
    desk.cache.status, desk.cache.echo = 403, '{"error": "no such token"}'
    edit(desk.room)
    assert len(desk.work()) == 1
    waits = []
    for _ in range(5):
        begun = desk.now
        while not desk.work():
            desk.now += 1_000
        waits.append((desk.now - begun) // 1_000)
    assert waits == [2, 5, 15, 60, 300]
    [told] = desk.room.problems()
    assert told.startswith(
        'http test: it is not purged: the answer is 403: {"error": "no such token"} (check FEEDSVC_PURGE_'
    )
    assert desk.noted() == 1
    desk.cache.status, desk.now = 200, desk.now + 300_000
    assert desk.room.page("first") in desk.work()
    assert (desk.room.problems(), desk.noted()) == ([], 2)


def test_a_cache_that_asks_for_a_pause_gets_it(desk: Desk) -> None:
    desk.cache.status, desk.cache.headers = 429, {"Retry-After": "120"}
    edit(desk.room)
    desk.work()
    desk.cache.status, desk.now = 200, desk.now + 119_000
    assert desk.work() == []
    desk.now += 1_000
    assert desk.work() != []


def test_a_kill_loses_nothing(desk: Desk) -> None:
    pages = [edit(desk.room)]
    desk.step()  # one group of requests
    desk.start()
    pages.append(edit(desk.room, "second"))
    asked = desk.work()
    assert set(pages) < set(asked)
    assert desk.noted() == 3
    desk.start()
    assert desk.work() == []


def test_a_url_that_is_refused_holds_up_no_other(desk: Desk) -> None:
    page = edit(desk.room)
    desk.cache.refuses = page
    for _ in range(20):
        desk.work()
        desk.now += 60_000
    asked = {each.path for each in desk.cache.said}
    assert {page, "/rss.xml", "/atom.xml"} <= asked
    assert desk.noted() == 1
    desk.cache.refuses = "nothing"
    gone = desk.room.page("second")
    desk.room.write("second.md", story("second", status="withdrawn"))
    desk.room.publish()
    assert desk.work()[0] == gone
    assert (desk.noted(), desk.room.problems()) == (3, [])


def test_a_url_that_is_refused_for_a_day_is_given_up(desk: Desk) -> None:
    desk.cache.refuses = edit(desk.room)
    for _ in range(3):
        desk.work()
        desk.now += 86_400_000
    assert (desk.noted(), desk.room.problems()) == (2, [])


def test_what_a_cache_does_not_have_is_as_good_as_purged(desk: Desk) -> None:
    desk.cache.status = 404
    edit(desk.room)
    desk.work()
    assert (desk.noted(), desk.room.problems()) == (2, [])


def test_many_urls_go_in_one_request_and_fewer_after_a_refusal(room: Newsroom) -> None:
    with listening() as cache:
        desk = Desk(room, cache, "cloudflare", "")
        desk.work()
        room.write("first.md", story("first", "Corrected."))
        edit(room, "second")
        cache.status = 400
        desk.step()
        assert room.problems() == []
        cache.status, cache.echo = 200, '{"success":true}'
        desk.work()
        sizes = [len(json.loads(each.body)["files"]) for each in cache.posts]
        assert sizes[:3] == [2, 1, 1]
        assert desk.noted() == 2
        edit(room, "first", "Once more.")
        cache.echo = '{"success":false}'
        desk.work()
        assert (desk.noted(), len(room.problems())) == (2, 1)
        desk.threads.shutdown()


def test_tags_go_together_and_each_once_for_all_addresses(room: Newsroom) -> None:
    with listening() as cache:
        desk = Desk(room, cache, "fastly", "")
        desk.wants = desk.wants._replace(by_tag=True, addresses=(SITE, MIRROR))
        desk.start()
        desk.work()
        page = edit(room)
        assert set(desk.work()) == {"/service/Id/purge"}
        asked = [json.loads(each.body)["surrogate_keys"] for each in cache.posts]
        assert asked[0] == [cache_tag(page)]
        assert len(asked) == 2
        assert cache_tag("/rss.xml") in asked[1]
        assert len(asked[1]) == len(set(asked[1]))
        desk.threads.shutdown()


def test_feeds_may_be_left_to_their_age_unless_something_was_taken_back(desk: Desk) -> None:
    desk.wants = desk.wants._replace(feeds=False)
    desk.start()
    page = edit(desk.room)
    assert desk.work() == [page]
    desk.room.write("second.md", story("second", status="withdrawn"))
    desk.room.publish()
    assert "/rss.xml" in desk.work()


def test_a_secret_that_is_missing_is_told(desk: Desk) -> None:
    desk.wants = desk.wants._replace(missing=("FASTLY_API_TOKEN",))
    desk.start()
    desk.step()
    [told] = desk.room.problems()
    edit(desk.room)
    assert (desk.work(), desk.room.problems()) == ([], [told])
    assert "FASTLY_API_TOKEN is not in the environment (set it for the service" in told


def test_mirrors_are_purged_where_the_cache_has_them(desk: Desk) -> None:
    desk.wants = desk.wants._replace(addresses=(SITE, MIRROR))
    desk.start()
    edit(desk.room)
    desk.work()
    assert {each.headers["host"] for each in desk.cache.said} == {"news.example", "mirror.example.net"}
