"""A serving process counts who asks, and proves what partners fetched; it keeps nothing of a person."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from edition import CONSOLE, NOON, OPERATOR, SMALL, Newsroom, ask, story
from flask import Flask

from feedsvc.config import load
from feedsvc.model.audience import DeliveryReport, FeedAudience
from feedsvc.service import site_wiring
from feedsvc.service.audience_operations import deliveries_of
from feedsvc.service.audience_wiring import make_counter, note_of, start_recorder
from feedsvc.store.audience import deliveries
from feedsvc.store.audience.database import AudienceStore
from feedsvc.store.audience.deliveries import Fetch
from feedsvc.store.sqlite.store import Store
from feedsvc.web.audience.counter import MOST_FETCHES, Counter, Fetched
from feedsvc.web.audience.figures import read_audiences
from feedsvc.web.audience.proof import fetch_of, prove
from feedsvc.web.audience.recorder import Recorder
from feedsvc.web.documents_first import FrontOptions
from feedsvc.web.site import make_flask
from feedsvc.web.tokens import hash_of
from feedsvc.web.view import View

TOKEN = "zX3m0Zk-2bqFvX8sJ1yT9wLrE5oHcD7gNaPiKx4V6tQ"
HASH = hash_of(TOKEN)
PARTNERS = f"""
[[feeds]]
path = "/partners/locked.xml"
format = "rss"
token = "sha256:{HASH}"

[[feeds]]
path = "/partners/open.xml"
format = "atom"
"""
BEARER = {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}", "HTTP_USER_AGENT": "msnbot/2"}
FEEDLY = "Feedly/1.0 (+http://www.feedly.com/fetcher.html; {} subscribers)"
READER = "NetNewsWire/6.1 (Macintosh; a rare machine)"
ADDRESS = "203.0.113.{}"


@pytest.fixture(autouse=True)
def _the_same_keys_in_every_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """By chance two of fifty readers share a register, one run in fifteen."""
    monkeypatch.setattr("secrets.token_bytes", lambda number: b"a" * number)


class Desk:
    """One serving process over a newsroom, and its thread, which works when it is told to."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.newsroom, self.now = newsroom, NOON
        settings = newsroom.settings
        self.folder = settings.state.path
        self.store, self.audience = Store(newsroom.database), AudienceStore(self.folder)
        self.view = View(self.store, 1, 2**24)
        custom = [feed.path for feed in settings.feeds]
        self.counter = Counter(frozenset(custom))
        self.recorder = Recorder(
            self.counter, self.view, (self.store, self.audience), custom, lambda: self.now.timestamp()
        )
        site = site_wiring.site(settings)._replace(clock=lambda: self.now, front=FrontOptions(note=self.counter.note))
        self.app = make_flask(self.view, self.store, site, (settings.site.url,))
        self.follow()

    def follow(self) -> None:
        self.view.follow()
        self.recorder.work()

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def poll(self, path: str, agent: str, address: str = "198.51.100.1") -> int:
        return ask(self.app, path, HTTP_USER_AGENT=agent, REMOTE_ADDR=address).code

    def figures(self) -> dict[str, FeedAudience]:
        return {each.feed: each for each in read_audiences(self.audience, int(self.now.timestamp()))}

    def delivered(self, article: str) -> DeliveryReport:
        return deliveries_of(load(self.newsroom.config), article)

    def publish(self, name: str, title: str, body: str = "") -> None:
        self.newsroom.write(name, story(title, body))
        self.newsroom.publish(self.now)
        self.view.follow()


@contextmanager
def desk(folder: Path, config: str = SMALL + PARTNERS) -> Iterator[Desk]:
    newsroom = Newsroom(folder, config)
    newsroom.publish()
    made = Desk(newsroom)
    try:
        yield made
    finally:
        made.store.close()


@pytest.fixture
def side(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as made:
        yield made


# --- subscribers ------------------------------------------------------------------------------------------------------


def test_services_and_readers_are_counted_and_browsers_and_crawlers_are_not(side: Desk) -> None:
    for number in (457, 460):
        side.poll("/rss.xml", FEEDLY.format(number))
        side.recorder.work()
        side.later(minutes=1)
    for number in range(30):
        side.poll("/rss.xml", READER, ADDRESS.format(number % 10))
    for agent in ("Mozilla/5.0 (X11; Linux x86_64; rv:122.0) Gecko/20100101 Firefox/122.0", "Googlebot/2.1", ""):
        side.poll("/rss.xml", agent)
    side.poll("/", READER)
    side.poll("/nowhere.xml", READER)
    side.recorder.finish()
    found = side.figures()
    assert set(found) == {"/rss.xml"}
    assert {each.service: each.subscribers for each in found["/rss.xml"].services} == {"Feedly": 460, "NetNewsWire": 10}


def test_an_answer_304_and_head_are_polls_and_a_refusal_of_the_host_is_none(side: Desk) -> None:
    etag = ask(side.app, "/rss.xml").headers["etag"]
    said = {"HTTP_USER_AGENT": READER}
    assert ask(side.app, "/rss.xml", HTTP_IF_NONE_MATCH=etag, REMOTE_ADDR="192.0.2.1", **said).code == 304
    assert ask(side.app, "/rss.xml", "HEAD", REMOTE_ADDR="192.0.2.2", **said).code == 200
    assert ask(side.app, "/rss.xml", HTTP_HOST="a b", REMOTE_ADDR="192.0.2.3", **said).code == 400
    side.recorder.finish()
    assert side.figures()["/rss.xml"].estimated == 2


def test_behind_a_proxy_of_this_machine_the_address_is_the_one_that_it_names(side: Desk) -> None:
    for number in range(5):
        forwarded = f"10.9.9.9, {ADDRESS.format(number)}"
        ask(side.app, "/rss.xml", HTTP_USER_AGENT=READER, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    side.recorder.finish()
    assert side.figures()["/rss.xml"].estimated == 5


def test_nothing_of_a_person_is_in_the_state_or_in_memory(side: Desk) -> None:
    for number in range(50):
        side.poll("/rss.xml", READER, ADDRESS.format(number))
        side.poll("/partners/open.xml", READER, ADDRESS.format(number))
    ask(side.app, "/partners/locked.xml", REMOTE_ADDR=ADDRESS.format(7), **BEARER)
    side.recorder.finish()
    assert side.figures()["/rss.xml"].estimated == 50
    assert not side.counter.polls
    assert not side.counter.fetches
    kept = b"".join(path.read_bytes() for path in side.folder.rglob("*") if path.is_file())
    for trace in ("203.0.113.", READER, "a rare machine", TOKEN, HASH[:16] + HASH[16:32] + "!"):
        assert trace.encode() not in kept, trace
    assert b"NetNewsWire" in kept


def test_who_asks_again_is_looked_at_once_in_an_hour_and_again_the_next_day(side: Desk) -> None:
    for _ in range(3):
        side.poll("/rss.xml", READER)
    assert len(side.counter.polls) == 1
    side.recorder.work()
    side.poll("/rss.xml", READER)
    assert not side.counter.polls
    side.later(days=1)
    side.recorder.work()
    side.poll("/rss.xml", READER)
    side.recorder.finish()
    assert side.figures()["/rss.xml"].days[-2:] == (1, 1)


def test_two_processes_count_a_reader_once(side: Desk) -> None:
    other = Desk(side.newsroom)
    for number in range(40):
        (side, other)[number % 2].poll("/rss.xml", READER, ADDRESS.format(number % 13))
        (side, other)[number % 3 == 0].poll("/rss.xml", READER, ADDRESS.format(number % 13))
    side.recorder.finish()
    other.recorder.finish()
    other.store.close()
    assert side.figures()["/rss.xml"].estimated == 13


def test_the_key_of_a_day_is_gone_after_the_next(side: Desk) -> None:
    for expected in (1, 2, 2, 2):
        side.poll("/rss.xml", READER)
        side.recorder.finish()
        with side.audience.read() as transaction:
            assert transaction is not None
            assert transaction.run_sql("SELECT count(*) FROM keys").scalar() == expected
        side.later(days=1)
        side.recorder.work()
    assert side.figures()["/rss.xml"].estimated == 1


def test_trouble_with_the_file_costs_figures_alone_and_is_over_when_it_is_over(
    side: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    side.audience.path.write_bytes(b"no database " * 999)
    assert side.poll("/rss.xml", READER) == 200
    for _ in range(2):
        side.recorder.finish()
        side.poll("/rss.xml", READER, ADDRESS.format(9))
    side.recorder.finish()
    assert "are not recorded for now" in caplog.text
    assert READER not in caplog.text
    assert side.figures()["/rss.xml"].estimated == 1


def test_a_new_feed_is_counted_before_long(side: Desk) -> None:
    side.newsroom.write("sport/x.md", story("A match", section="Sport"))
    side.newsroom.publish(side.now + timedelta(minutes=1))
    side.later(minutes=1)
    side.follow()
    side.poll("/sport/rss.xml", READER)
    side.recorder.finish()
    assert "/sport/rss.xml" in side.figures()


@pytest.mark.parametrize("wanted", ["count", "prove"])
def test_what_is_switched_off_is_not_done(tmp_path: Path, wanted: str) -> None:
    other = {"count": "prove", "prove": "count"}[wanted]
    newsroom = Newsroom(tmp_path, f"{SMALL}{PARTNERS}[audience]\n{other} = false\n")
    newsroom.publish()
    with served_with_audience(newsroom) as side:
        ask(side, "/rss.xml", HTTP_USER_AGENT=READER)
        ask(side, "/partners/locked.xml", **BEARER)
    with AudienceStore(newsroom.settings.state.path).read() as transaction:
        assert transaction is not None
        counted = transaction.run_sql("SELECT count(*) FROM registers").scalar()
        assert (bool(counted), bool(deliveries.last(transaction))) == (wanted == "count", wanted == "prove")


def test_with_both_switched_off_nothing_is_noted_and_nothing_is_made(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path, f"{SMALL}{PARTNERS}[audience]\ncount = false\nprove = false\n")
    newsroom.publish()
    with served_with_audience(newsroom) as side:
        ask(side, "/rss.xml", HTTP_USER_AGENT=READER)
    assert not AudienceStore(newsroom.settings.state.path).path.exists()


@contextmanager
def served_with_audience(newsroom: Newsroom) -> Iterator[Flask]:
    """The application as a serving process wires it, whose thread works before and after."""
    settings, store = newsroom.settings, Store(newsroom.database)
    view = View(store, 1, 2**24)
    counter = make_counter(settings)
    view.follow()
    ends: list[Callable[[], object]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("atexit.register", ends.append)
        patch.setattr("feedsvc.web.audience.recorder.Recorder.start", Recorder.work)
        start_recorder(counter, settings, view)
    yield site_wiring.make_app(settings, store, view, note_of(counter))
    for end in ends:
        end()
    store.close()


# --- proof ------------------------------------------------------------------------------------------------------------


def takings(report: DeliveryReport) -> list[tuple[str, str, int, datetime, bool]]:
    return [(each.feed, each.partner, each.revision, each.at, each.had) for each in report.takings]


def test_a_correction_is_proved_with_each_partners_first_fetch_of_it(side: Desk) -> None:
    log: list[datetime] = []

    def fetch(path: str = "/partners/locked.xml", **said: str) -> None:
        assert ask(side.app, path, **{**BEARER, **said}).code in (200, 304)
        log.append(side.now)
        side.later(minutes=5)

    etag = ask(side.app, "/partners/locked.xml", "HEAD", **BEARER).headers["etag"]
    fetch()
    fetch(HTTP_IF_NONE_MATCH=etag)
    side.recorder.work()
    side.publish("news/eu/fish.md", "Fish quotas corrected")
    side.recorder.work()
    waiting = side.delivered("fish.md").awaited
    assert [(each.feed, each.partner, each.revision) for each in waiting if each.partner] == [
        ("/partners/locked.xml", f"MSN, token {HASH[:8]}", 2)
    ]
    fetch(HTTP_ACCEPT_ENCODING="br")
    fetch(HTTP_ACCEPT_ENCODING="gzip")
    fetch("/partners/open.xml", HTTP_USER_AGENT="SmartNews/1")
    side.recorder.work()
    report = side.delivered("fish.md")
    partner = f"MSN, token {HASH[:8]}"
    assert [(each.feed, each.partner, each.revision) for each in report.takings] == [
        ("/partners/locked.xml", partner, 1),
        ("/partners/locked.xml", partner, 2),
        ("/partners/open.xml", "SmartNews", 2),
    ]
    assert [each.edition for each in report.takings] == [1, 2, 2]
    assert [each.had for each in report.takings] == [False] * 3
    assert [each.number for each in report.revisions] == [1, 2]
    assert not report.awaited


@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
def test_only_what_was_in_the_bytes_is_proved(side: Desk, coding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedsvc.web.audience.proof._revision_in", _in_bytes := Recording())
    ask(side.app, "/partners/locked.xml", HTTP_ACCEPT_ENCODING=coding, **BEARER)
    side.recorder.work()
    assert _in_bytes.seen
    assert all(body.startswith(b"<?xml") and b"Fish quotas agreed" in body for body in _in_bytes.seen)


class Recording:
    def __init__(self) -> None:
        self.seen: list[bytes] = []

    def __call__(self, _transaction: object, body: bytes, _key: str, _updated: int) -> None:
        self.seen.append(body)


def test_an_article_for_which_there_was_no_room_is_not_proved(side: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedsvc.web.audience.recorder.body_of", lambda *_: b"<rss>Fish quotas agreed</rss>")
    ask(side.app, "/partners/locked.xml", **BEARER)
    side.recorder.work()
    assert takings(side.delivered("fish.md"))
    assert not takings(side.delivered("photo.md"))


def test_who_says_that_he_has_it_had_it(side: Desk) -> None:
    etag = ask(side.app, "/partners/open.xml").headers["etag"]
    side.counter.fetches.clear()
    ask(side.app, "/partners/open.xml", HTTP_USER_AGENT="SmartNews/1", HTTP_IF_NONE_MATCH=etag)
    side.recorder.work()
    [taken] = side.delivered("fish.md").takings
    assert (taken.partner, taken.had) == ("SmartNews", True)


def test_refusals_heads_browsers_and_readers_prove_nothing(side: Desk) -> None:
    assert ask(side.app, "/partners/locked.xml", HTTP_USER_AGENT="msnbot/2").code == 401
    assert ask(side.app, "/partners/locked.xml", "HEAD", **BEARER).code == 200
    assert side.poll("/partners/open.xml", READER) == 200
    assert ask(side.app, "/partners/open.xml", HTTP_USER_AGENT="SmartNews/1", HTTP_IF_NONE_MATCH="*").code == 304
    side.recorder.work()
    assert not side.audience.path.exists() or not side.delivered("fish.md").takings


def test_a_token_within_the_path_proves_as_well(side: Desk) -> None:
    assert ask(side.app, f"/partners/{TOKEN}/locked.xml", HTTP_USER_AGENT="msnbot/2").code == 200
    side.recorder.work()
    assert [each.partner for each in side.delivered("fish.md").takings] == [f"MSN, token {HASH[:8]}"]


def test_a_withdrawal_is_proved_by_the_first_fetch_after_it(side: Desk) -> None:
    ask(side.app, "/partners/open.xml", HTTP_USER_AGENT="SmartNews/1")
    side.recorder.work()
    side.later(minutes=9)
    (side.newsroom.articles / "news/eu/fish.md").unlink()
    side.newsroom.publish(side.now)
    side.view.follow()
    side.later(minutes=1)
    ask(side.app, "/partners/open.xml", HTTP_USER_AGENT="SmartNews/1")
    side.recorder.work()
    assert [each.revision for each in side.delivered("Fish quotas agreed").takings] == [1, 0]


def test_what_could_not_be_written_is_written_later(side: Desk) -> None:
    ask(side.app, "/partners/locked.xml", **BEARER)
    side.audience.path.mkdir()
    side.recorder.work()
    assert len(side.counter.fetches) == 1
    side.audience.path.rmdir()
    side.recorder.work()
    assert not side.counter.fetches
    assert side.delivered("fish.md").takings


def test_a_fetch_that_cannot_be_proved_costs_no_other_one(
    side: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def prove_unless_open(transaction: object, fetch: Fetch, *more: object) -> object:
        if fetch.partner.document == "/partners/open.xml":
            raise IndexError("by a fault of ours")
        return prove(transaction, fetch, *more)  # type: ignore[arg-type]

    monkeypatch.setattr("feedsvc.web.audience.recorder.prove", prove_unless_open)
    for path in ("/partners/locked.xml", "/partners/open.xml", "/partners/locked.xml"):
        ask(side.app, path, **BEARER)
    side.poll("/rss.xml", READER)
    side.recorder.finish()
    assert "a fetch of /partners/open.xml could not be recorded: IndexError" in caplog.text
    assert [each.feed for each in side.delivered("fish.md").takings] == ["/partners/locked.xml"]
    assert side.figures()["/rss.xml"].estimated == 1
    assert not side.counter.fetches


def test_of_more_fetches_than_can_wait_the_oldest_are_lost(side: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(MOST_FETCHES):
        ask(side.app, "/partners/locked.xml", **BEARER)
    side.audience.path.mkdir()

    def fetch_more(note: Fetched) -> Fetch | None:
        if not side.counter.fetches:
            ask(side.app, "/partners/open.xml", **BEARER)
        return fetch_of(note)

    monkeypatch.setattr("feedsvc.web.audience.recorder.fetch_of", fetch_more)
    side.recorder.work()
    assert [each.path for each in side.counter.fetches][-2:] == ["/partners/locked.xml", "/partners/open.xml"]
    assert len(side.counter.fetches) == MOST_FETCHES


def test_in_a_database_that_is_full_nothing_is_proved(side: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in ("/partners/open.xml", "/partners/locked.xml"):
        ask(side.app, path, **BEARER)
        side.recorder.finish()
        monkeypatch.setattr("feedsvc.store.audience.database.LARGEST", 0)
    assert [each.feed for each in side.delivered("fish.md").takings] == ["/partners/open.xml"]


def test_the_console_shows_subscribers_last_fetches_and_the_proof(tmp_path: Path) -> None:
    with desk(tmp_path, SMALL + PARTNERS + CONSOLE) as side:
        side.poll("/rss.xml", FEEDLY.format(457))
        ask(side.app, "/partners/locked.xml", **BEARER)
        side.recorder.finish()
        feeds = ask(side.app, "/-/feeds", **OPERATOR).body
        told = ask(side.app, "/-/feeds.json", **OPERATOR).body
        assert b"457" not in feeds  # the console's clock is the machine's, and that day is another
        assert b'"path":"/rss.xml"' in told
        partners = ask(side.app, "/-/partners", **OPERATOR).body.decode()
        assert f"MSN, token {HASH[:8]}, edition 1" in partners
        shown = ask(side.app, "/-/delivered", QUERY_STRING="article=fish", **OPERATOR).body.decode()
        assert f"MSN, token {HASH[:8]}" in shown
        search = ask(side.app, "/-/search", QUERY_STRING="article=fish", **OPERATOR).body.decode()
        assert "/-/delivered?article=fish" in search
        assert ask(side.app, "/-/delivered", QUERY_STRING="article=fish").code == 401
