"""Answers of other servers are counted by their logs, near the truth, and once however often they are imported."""

import gzip
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from edition import SMALL, Newsroom

from feedsvc.model.audience import FeedAudience
from feedsvc.service.audience_operations import feed_audiences, import_logs
from feedsvc.store.audience.database import AudienceStore

LINES = 100_000
READERS = {
    "/rss.xml": {"NetNewsWire": 9_000, "Reeder": 3_000, "FreshRSS": 150},
    "/news/eu/rss.xml": {"NetNewsWire": 800},
}
SERVICES = {"/rss.xml": {"Feedly": 12_345, "Feedbin": 142}, "/news/eu/rss.xml": {"Inoreader": 77}}
AGENTS = {
    "NetNewsWire": "NetNewsWire (RSS Reader; https://netnewswire.com/)",
    "Reeder": "Reeder/5050001 CFNetwork/1568.200.51 Darwin/24.1.0",
    "FreshRSS": "FreshRSS/1.24.1 (Linux; https://freshrss.org)",
    "Feedly": "Feedly/1.0 (+http://www.feedly.com/fetcher.html; {} subscribers; like FeedFetcher-Google)",
    "Feedbin": "Feedbin feed-id:1373711 - {} subscribers",
    "Inoreader": "Inoreader/1.0 (+http://www.inoreader.com/feed-fetcher; {} subscribers; )",
}
NOISE = (
    ("/rss.xml", 200, "Mozilla/5.0 (X11; Linux x86_64; rv:122.0) Gecko/20100101 Firefox/122.0"),
    ("/rss.xml", 200, "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
    ("/rss.xml", 404, "NetNewsWire (RSS Reader; https://netnewswire.com/)"),
    ("/articles/k/a-story", 200, "NetNewsWire (RSS Reader; https://netnewswire.com/)"),
    ("/rss.xml", 200, "-"),
)


class Poll(NamedTuple):
    path: str
    status: int
    agent: str
    address: str


def polls(chance: random.Random) -> Iterator[Poll]:
    """At least one by each reader and service, many by some, and a tenth that counts for nothing."""
    once = [
        Poll(feed, 200, AGENTS[name], f"10.{number // 62_500}.{number // 250 % 250}.{number % 250}")
        for feed, readers in READERS.items()
        for name, count in readers.items()
        for number in range(count)
    ]
    once += [
        Poll(feed, 304, AGENTS[name].format(said), "192.0.2.1")
        for feed, services in SERVICES.items()
        for name, number in services.items()
        for said in (number - 5, number - 1)
    ]
    noise = [Poll(*chance.choice(NOISE), f"172.16.{number % 250}.1") for number in range(LINES // 10)]
    again = chance.choices(once, k=LINES - len(once) - len(noise) - 3)
    found = [*once, *noise, *again]
    chance.shuffle(found)
    yield from found
    for feed, services in SERVICES.items():
        yield from (Poll(feed, 304, AGENTS[name].format(number), "192.0.2.1") for name, number in services.items())


def combined(log: Path, now: datetime) -> None:
    """The log of one hour, up to `now`."""
    first = now.timestamp() - 3_600
    with log.open("w", encoding="utf-8") as file:
        for number, poll in enumerate(polls(random.Random(11))):
            at = datetime.fromtimestamp(first + number * 3_600 / LINES, UTC)
            file.write(
                f'{poll.address} - - [{at:%d/%b/%Y:%H:%M:%S +0000}] "GET {poll.path}?x=1 HTTP/1.1" {poll.status} 0 "-" '
                f'"{poll.agent}"\n'
            )


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    made = Newsroom(tmp_path_factory.mktemp("logs"), SMALL)
    made.publish()
    return made


@pytest.fixture(autouse=True)
def _the_same_keys_in_every_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """An estimate is off by more than two per cent in one run of some hundred."""
    monkeypatch.setattr("secrets.token_bytes", lambda number: b"a" * number)


def named(found: FeedAudience) -> dict[str, int]:
    return {each.service: each.subscribers for each in found.services}


def test_a_hundred_thousand_lines_are_counted_within_two_per_cent(newsroom: Newsroom, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    combined(log := tmp_path / "access.log", now)
    found = import_logs(newsroom.settings, [log])
    assert (found.lines, found.unclear) == (LINES, 0)
    first = {each.feed: each for each in feed_audiences(newsroom.settings)}
    assert set(first) == set(READERS)
    if now.hour:  # the hour is within one day
        for feed, readers in READERS.items():
            assert named(first[feed]) == pytest.approx({**readers, **SERVICES[feed]}, rel=0.02)
    packed = tmp_path / "access.log.gz"
    packed.write_bytes(gzip.compress(log.read_bytes(), 1))
    again = import_logs(newsroom.settings, [packed])
    assert again == found
    assert {each.feed: each for each in feed_audiences(newsroom.settings)} == first
    kept = AudienceStore(newsroom.settings.state.path).path.read_bytes()
    for trace in (b"10.0.", b"CFNetwork", b"netnewswire.com"):
        assert trace not in kept


def test_a_file_that_is_no_log_is_told(newsroom: Newsroom, tmp_path: Path) -> None:
    (tmp_path / "poem.txt").write_text("The boats come in\nand the gulls are loud\n", encoding="utf-8")
    assert import_logs(newsroom.settings, [tmp_path / "poem.txt"]) == (2, 0, 2)
