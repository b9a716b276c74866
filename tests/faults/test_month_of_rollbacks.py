"""A simulated month of a newsroom that goes back to earlier Editions, with readers of several kinds."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from newsroom import PLAN, TERMS, Newsroom, story

from feedsvc.library import rollback
from feedsvc.store import history

FEED = "/news/feed.json"
DAYS = 30


class StoppingReader:
    """Polls every so many hours, and takes items from the top down to the first that it knows."""

    def __init__(self, hours: float) -> None:
        self.hours = hours
        self.known: set[str] = set()
        self.polls: list[float] = []

    def poll(self, room: Newsroom, hour: float) -> None:
        if self.polls and hour - self.polls[-1] < self.hours:
            return
        self.polls.append(hour)
        new = []
        for item in room.feed(FEED)["items"]:
            if item["id"] in self.known:
                break
            new.append(item["id"])
        self.known |= set(new)


class Simulation:
    """The newsroom, hour by hour; `shown` has the hours between which each article was to be seen."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.room = Newsroom(folder, replace(PLAN, defaults=replace(TERMS, limit=12, archive=True)))
        self.hour = 0.0
        self.stories = 0
        self._published = 0.0
        self.ids: dict[str, str] = {}
        self.readers = [StoppingReader(hours) for hours in (0, 3, 6, 12, 24)]
        for _ in range(6):
            self.write(self.stories)
            self.stories += 1
        self.publish()

    def run(self) -> None:
        while self.hour < DAYS * 24:
            self.hour += self.random.choice((0.5, 1, 2, 5))
            self.step()
            self.check()
        with self.room.store.write() as transaction:
            rollback.release(transaction, self.room.articles, self.room.now)
        self.hour += 1
        self.publish()
        self.check()

    def step(self) -> None:
        chance = self.random.random()
        if chance < 0.5:
            self.write(self.stories)
            self.stories += 1
        elif chance < 0.65 and self.stories:
            self.write(self.random.randrange(max(0, self.stories - 8), self.stories))
        elif chance < 0.73:
            self.go_back()
        elif chance < 0.83:
            with self.room.store.write() as transaction:
                rollback.release(transaction, self.room.articles, self.room.now)
        self.publish()

    def write(self, number: int) -> None:
        text = f"Written in hour {self.hour}."
        self.room.write(f"{number:03}.md", story(f"Story {number:03}", text, date="", section="News"), age=1)

    def go_back(self) -> None:
        with self.room.store.read() as transaction:
            editions = [each.edition for each in history.last(transaction)][1:5]
        if editions:
            with self.room.store.write() as transaction:
                rollback.roll_back(transaction, self.room.articles, self.random.choice(editions), self.room.now)

    def publish(self) -> None:
        self.room.publish(minutes=(self.hour - self._published) * 60)
        self._published = self.hour
        while self.room.go_on().pending_pages:
            pass

    def check(self) -> None:
        """The laws of each moment: no id changes, nothing stands twice in feed and archives."""
        standing = [*self.items()]
        ids = [each["id"] for each in standing]
        assert len(ids) == len(set(ids)), "an item is in the feed, or in an archive, and never in both"
        for item in standing:
            assert self.ids.setdefault(item["title"], item["id"]) == item["id"]
        for reader in self.readers:
            reader.poll(self.room, self.hour)

    def items(self) -> Iterator[dict[str, str]]:
        """All that a reader finds who follows the links to the archives (RFC 5005 section 4)."""
        yield from self.room.feed(FEED)["items"]
        for (address, path), body in self.room.edition().items():
            if address == 0 and path.startswith("/news/archive-") and path.endswith(".json"):
                yield from json.loads(body)["items"]


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_lost_or_twice_and_no_id_changes(tmp_path: Path, seed: int) -> None:
    simulation = Simulation(tmp_path, seed)
    simulation.run()
    found = {item["title"] for item in simulation.items()}
    assert found == {f"Story {number:03}" for number in range(simulation.stories)}
    every = set(simulation.ids.values())
    print({reader.hours: len(every - reader.known) for reader in simulation.readers}, len(every))
