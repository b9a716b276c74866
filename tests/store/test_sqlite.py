"""A state folder that the service's user may not write: what is published there is read, whoever else may write it."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from newsroom import Denied, Newsroom, story
from sqlalchemy.exc import SQLAlchemyError

from feedsvc.store import state
from feedsvc.store.errors import StoreError
from feedsvc.store.sqlite import soundness
from feedsvc.store.sqlite.database import Store, open_store, prepare_store
from feedsvc.store.transaction import Transaction


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    """One whose store was closed in good order."""
    made = Newsroom(tmp_path)
    made.write("a.md", story("A"))
    made.publish()
    made.store.close_for_good()
    return made


@pytest.fixture
def denied(monkeypatch: pytest.MonkeyPatch) -> Denied:
    return Denied(monkeypatch)


def edition(store: Store) -> int:
    with store.read() as connection:
        return state.current_edition(connection)


def files(room: Newsroom) -> list[str]:
    return sorted(path.name for path in room.state.iterdir())


def test_what_was_closed_in_order_is_read_as_it_lies(room: Newsroom, denied: Denied) -> None:
    before = files(room)
    assert before == ["store.sqlite3", "store.sqlite3.sealed"]
    store = denied(room.state, lambda: open_store(room.state))
    assert denied(room.state, lambda: edition(store)) == 1
    store.close()
    assert files(room) == before


def test_who_may_write_there_is_followed_as_soon_as_he_comes(room: Newsroom, denied: Denied) -> None:
    store = denied(room.state, lambda: open_store(room.state))
    for number in range(2, 5):
        room.open()
        room.write("a.md", story(f"A, version {number}"))
        room.publish()
        assert denied(room.state, lambda: edition(store)) == number
        (room.close if number < 4 else room.store.close_for_good)()
        assert denied(room.state, lambda: edition(store)) == number
    store.close()


def test_one_who_came_and_went_between_two_looks_is_noticed(room: Newsroom, denied: Denied) -> None:
    store = denied(room.state, lambda: open_store(room.state))
    room.open()
    room.write("b.md", story("B"))
    room.publish()
    room.store.close_for_good()
    assert files(room) == ["store.sqlite3", "store.sqlite3.sealed"]
    assert denied(room.state, lambda: edition(store)) == 2
    store.close()


def test_what_is_read_while_somebody_begins_to_write_is_not_believed(room: Newsroom, denied: Denied) -> None:
    store = denied(room.state, lambda: open_store(room.state))
    with denied(room.state, store._engine.connect) as connection:
        assert state.current_edition(Transaction(connection)) == 1
        room.open()
        with pytest.raises(SQLAlchemyError, match="somebody writes"):
            connection.commit()
    assert denied(room.state, lambda: edition(store)) == 1
    store.close()
    room.close()


def test_what_a_killed_publisher_left_is_read_with_its_journal(room: Newsroom, denied: Denied) -> None:
    room.open()
    room.write("b.md", story("B"))
    room.publish()
    left = room.state.with_name("left")
    shutil.copytree(room.state, left)
    room.close()
    assert (left / "store.sqlite3-wal").stat().st_size
    store = denied(left, lambda: open_store(left))
    assert denied(left, lambda: edition(store)) == 2
    store.close()


def test_it_is_told_that_nothing_can_be_published_there_without_looking_at_every_page(
    room: Newsroom, denied: Denied, monkeypatch: pytest.MonkeyPatch
) -> None:
    (room.state / "store.sqlite3.sealed").unlink()
    before = files(room), room.store.path.read_bytes()
    monkeypatch.setattr(soundness, "check_pages", pytest.fail)
    with pytest.raises(StoreError, match=r"the folder cannot be written .*make the folder writable.*stays"):
        denied(room.state, lambda: prepare_store(room.state))
    assert (files(room), room.store.path.read_bytes()) == before


@pytest.mark.parametrize("closed", ["file", "folder"])
def test_a_store_that_may_not_even_be_read_is_no_damage(room: Newsroom, denied: Denied, closed: str) -> None:
    place = room.store.path if closed == "file" else room.state
    with pytest.raises(StoreError, match=r"cannot be read .*let this user read it"):
        denied(place, lambda: open_store(room.state), 0)
    with pytest.raises(StoreError, match=r"cannot be read .*let this user read it|cannot hold the state .*writable"):
        denied(place, lambda: prepare_store(room.state), 0)
    assert files(room) == ["store.sqlite3", "store.sqlite3.sealed"]


def test_with_an_index_of_its_journal_that_is_lost_it_cannot_be_read_and_that_is_said(
    room: Newsroom, denied: Denied
) -> None:
    room.open()
    with sqlite3.connect(room.store.path) as file:
        file.execute("PRAGMA user_version")
    file.close()
    left = room.state.with_name("left")
    shutil.copytree(room.state, left, ignore=shutil.ignore_patterns("*-shm"))
    room.close()
    with pytest.raises(StoreError, match=r"the folder cannot be written .*make the folder writable"):
        denied(left, lambda: open_store(left))
