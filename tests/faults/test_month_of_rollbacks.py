"""A simulated month of a newsroom that goes back to earlier Editions, with readers of several kinds."""

import json
import os
import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from newsroom import PLAN, TERMS, Newsroom, story

from feedsvc.library import rollback
from feedsvc.store import history

FEED = "/news/feed.json"
DAYS = int(os.environ.get("FEEDSVC_DAYS", "6"))
"""Simulated days; 30 of them take half a minute."""


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
        self.room = Newsroom(folder, replace(PLAN, defaults=replace(TERMS, limit=12, archive=True, formats=("json",))))
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
            editions = [each.edition for each in history.last_editions(transaction)][1:5]
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


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_lost_or_twice_and_no_id_changes(tmp_path: Path, seed: int) -> None:
    simulation = Simulation(tmp_path, seed)
    simulation.run()
    found = {item["title"] for item in simulation.items()}
    assert found == {f"Story {number:03}" for number in range(simulation.stories)}
    constant, *others = simulation.readers
    assert set(simulation.ids.values()) == constant.known, "who comes after each publication misses nothing"
    assert others[-1].known <= constant.known


def rolled_back_for(room: Newsroom, *, there: float, away: float) -> list[str]:
    """The feed after a story was there, and then away by a rollback, for so many hours; another came meanwhile."""
    room.write("old.md", story("Old", date="", section="News"), age=1)
    room.publish()
    room.write("story.md", story("Story", date="", section="News"), age=1)
    edition = room.publish().edition
    room.now += timedelta(hours=there)
    with room.store.write() as transaction:
        rollback.roll_back(transaction, room.articles, edition - 1, room.now)
    room.publish(minutes=1)
    assert room.titles(FEED) == ["Old"]
    room.write("meanwhile.md", story("Meanwhile", date="", section="News"), age=1)
    room.publish(minutes=1)
    room.now += timedelta(hours=away)
    return room.titles(FEED)


def release(room: Newsroom) -> None:
    with room.store.write() as transaction:
        rollback.release(transaction, room.articles, room.now)
    room.publish(minutes=1)


def edit(room: Newsroom) -> None:
    room.write("story.md", story("Story", "Mended.", date="", section="News"), age=1)
    room.publish(minutes=1)


@pytest.mark.parametrize("way", [release, edit])
def test_what_was_away_for_longer_than_it_was_there_returns_on_top(
    tmp_path: Path, way: Callable[[Newsroom], None]
) -> None:
    room = Newsroom(tmp_path)
    assert rolled_back_for(room, there=1, away=5) == ["Meanwhile", "Old"]
    way(room)
    assert room.titles(FEED) == ["Story", "Meanwhile", "Old"]
    room.write("next.md", story("Next", date="", section="News"), age=1)
    room.publish(minutes=1)
    assert room.titles(FEED) == ["Next", "Story", "Meanwhile", "Old"]


@pytest.mark.parametrize("way", [release, edit])
def test_what_was_there_for_longer_returns_to_its_place(tmp_path: Path, way: Callable[[Newsroom], None]) -> None:
    room = Newsroom(tmp_path)
    rolled_back_for(room, there=5, away=1)
    way(room)
    assert room.titles(FEED) == ["Meanwhile", "Story", "Old"]
