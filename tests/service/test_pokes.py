"""However many pokes come, they cost the store a few writes and the publisher one look; none waits for either."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from waiting import wait_for

from feedsvc.service import pokes
from feedsvc.service.pokes import Pokes
from feedsvc.service.request_inbox import REST, RequestInbox
from feedsvc.store import requests
from feedsvc.store.errors import StoreAway
from feedsvc.store.lease import LeaseLost, acquire
from feedsvc.store.requests import MOST, PublishRequest
from feedsvc.store.sqlite.database import Store, prepare_store
from feedsvc.store.transaction import Transaction

FISH, BOATS = frozenset({"fish.md"}), frozenset({"boats.md"})


class Counted:
    """A store that counts what is written to it, and that can be away."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.writes = 0
        self.is_away = False

    def close(self) -> None:
        self._store.close()

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        self.writes += 1
        if self.is_away:
            raise StoreAway("the database is away")
        with self._store.write() as transaction:
            yield transaction


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened, _ = prepare_store(tmp_path)
    yield opened
    opened.close()


def poke(store: Store, *lists: frozenset[str]) -> list[tuple[str, ...] | None]:
    """Pokes; returns the lists of all that wait afterwards."""
    with store.write() as transaction:
        for number, paths in enumerate(lists):
            requests.poke(transaction, f"{number}", paths)
        return [wish.poked for wish in requests.wishes(transaction)]


def test_a_hundred_pokes_are_one_request_and_a_few_writes(store: Store) -> None:
    counted = Counted(store)
    handed = Pokes(counted)  # type: ignore[arg-type]
    for number in range(100):
        assert handed.put(frozenset({f"{number % 10}.md"})) == ""
    wait_for(lambda: len(poke(store)[0] or ()) == 10 if poke(store) else False, "all of them")
    assert poke(store) == [tuple(f"{number}.md" for number in range(10))]
    assert counted.writes <= 3


def test_while_the_store_is_away_pokes_wait_and_say_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pokes, "AGAIN", 0.01)
    monkeypatch.setattr(pokes, "PAUSE", 0.0)
    counted = Counted(store)
    counted.is_away = True
    handed = Pokes(counted)  # type: ignore[arg-type]
    handed.put(FISH)
    wait_for(lambda: counted.writes > 1, "another attempt")
    assert handed.put(BOATS) == "the database is away"
    counted.is_away = False
    assert wait_for(lambda: poke(store), "both of them") == [("boats.md", "fish.md")]
    assert handed.put(FISH) == ""


def test_a_process_that_ends_hands_on_what_waits(store: Store) -> None:
    program = f"""
from pathlib import Path
from feedsvc.service import pokes
from feedsvc.store.sqlite.store import Store
pokes.PAUSE = 60
handed = pokes.Pokes(Store(Path({str(store.path)!r})))
handed.put(frozenset(["a.md"]))
while handed._has_some.is_set(): pass
with handed._turn: handed.put(frozenset(["b.md"]))
"""
    subprocess.run([sys.executable, "-c", program], check=True)
    assert poke(store) == [("a.md", "b.md")]


def test_a_poke_that_comes_while_the_former_one_is_granted_is_not_answered_by_that(store: Store) -> None:
    poke(store, frozenset())
    with store.write() as transaction:
        granted = requests.wishes(transaction)
        requests.poke(transaction, "later", frozenset())
        requests.answer(transaction, granted, None, "no way")
    assert poke(store) == [()]


def test_pokes_that_were_not_taken_become_one_and_the_widest_counts(store: Store) -> None:
    assert poke(store, FISH, BOATS, FISH) == [("boats.md", "fish.md")]
    assert poke(store, frozenset()) == [()]
    assert poke(store, FISH) == [()]


def test_of_too_many_paths_everything_is_looked_at(store: Store) -> None:
    many = frozenset(map(str, range(MOST)))
    assert [len(each or ()) for each in poke(store, many)] == [MOST]
    assert poke(store, FISH) == [()]


def test_a_poke_is_taken_once_and_one_that_comes_meanwhile_waits_a_second(store: Store) -> None:
    now = [10.0]
    inbox = RequestInbox(store, clock=lambda: now[0])
    asked = PublishRequest(token="asked")
    poke(store, FISH)
    assert inbox.has_new()
    assert [wish.poked for wish in inbox.take()] == [("fish.md",)]
    poke(store, BOATS)
    with store.write() as transaction:
        requests.ask(transaction, asked)
    assert inbox.has_new()
    assert inbox.take() == {asked}  # whoever waits for an answer gets it at once
    assert not inbox.has_new()
    now[0] += REST
    assert inbox.has_new()
    assert {wish.poked for wish in inbox.take()} == {None, ("boats.md",)}
    inbox.answer(None, "no way")
    assert poke(store) == []
    with store.read() as transaction:
        assert [each.token for each in requests._RESPONSES.get(transaction)] == ["asked"]


def test_whoever_lost_the_lease_leaves_the_pokes_to_the_next(store: Store) -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    with store.write() as transaction:
        lost = acquire(transaction, "one:1:x", now)
        acquire(transaction, "two:1:x", now + timedelta(hours=1))
    poke(store, FISH)
    with pytest.raises(LeaseLost):
        RequestInbox(store, lost).take()
    assert poke(store) == [("fish.md",)]
