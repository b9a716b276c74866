"""Nothing is written to a store that is no longer at its path, and none is made where the disk of one is away."""

import shutil
from pathlib import Path

import pytest
from newsroom import Newsroom, story

from feedsvc.service.store_watch import StoreWatch, watch_store
from feedsvc.store import ledger, state
from feedsvc.store.audience.database import AudienceStore
from feedsvc.store.errors import StoreError
from feedsvc.store.sqlite import engine
from feedsvc.store.sqlite.database import Store
from feedsvc.store.sqlite.file_identity import identify
from feedsvc.store.transaction import Transaction
from feedsvc.web.follower import Follower
from feedsvc.web.view import View

MOVED = "is not the file any more that was opened"


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path)
    room.write("ferry.md", story("The ferry"))
    room.publish()
    return room


def replace_by_copy(folder: Path) -> Path:
    """Puts a copy of the folder in its place; where it is now."""
    away = folder.with_name("away")
    copy = shutil.copytree(folder, folder.with_name("copy"))
    folder.rename(away)
    copy.rename(folder)
    return away


def number(store: Store) -> int:
    with store.read() as transaction:
        return state.current_edition(transaction)


def add_one(transaction: Transaction) -> None:
    state.EDITION.put(transaction, state.current_edition(transaction) + 1)


def test_what_is_written_goes_to_the_folder_that_is_there_now(room: Newsroom) -> None:
    before, away = number(room.store), replace_by_copy(room.state)
    with pytest.raises(StoreError, match=MOVED), room.store.write() as transaction:
        add_one(transaction)
    with room.store.write() as transaction:
        add_one(transaction)
    assert number(Store(room.store.path)) == before + 1
    assert number(Store(away / room.store.path.name)) == before
    room.close()


def test_the_remedy_fits_to_what_is_at_its_path(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_by_copy(room.state)
    with pytest.raises(StoreError, match=f"{MOVED}: it was rebuilt or replaced; .*restart the service") as replaced:
        write(room.store)
    assert "mount" not in str(replaced.value)
    write(room.store)
    device, inode = identify(room.store.path) or (0, 0)
    monkeypatch.setattr(engine, "identify", lambda _path: (device + 1, inode))
    with pytest.raises(StoreError, match=f"{MOVED}: another disk is there; .*mount its disk again"):
        write(room.store)
    monkeypatch.setattr(engine, "identify", lambda _path: (device, inode))
    write(room.store)
    monkeypatch.setattr(engine, "identify", lambda _path: None)
    with pytest.raises(StoreError, match=f"{MOVED}: nothing is there; mount its disk again"):
        write(room.store)
    room.close()


def write(store: Store) -> None:
    with store.write() as transaction:
        add_one(transaction)


def write_while_it_is_replaced(room: Newsroom, *, in_parts: bool) -> None:
    with room.store.write() as transaction:
        add_one(transaction)
        replace_by_copy(room.state)
        if in_parts:
            room.store.commit_and_continue(transaction)


@pytest.mark.parametrize("in_parts", [False, True])
def test_what_is_being_written_when_the_folder_is_replaced_is_undone(room: Newsroom, *, in_parts: bool) -> None:
    before = number(room.store)
    with pytest.raises(StoreError, match=MOVED):
        write_while_it_is_replaced(room, in_parts=in_parts)
    assert number(Store(room.state.with_name("away") / room.store.path.name)) == before
    room.close()


def test_no_store_is_made_where_the_disk_of_one_was_mounted(room: Newsroom) -> None:
    room.state.rename(room.state.with_name("away"))
    room.state.mkdir()
    for _ in range(2):
        with pytest.raises(StoreError), room.store.write():
            pass
    room.store.close_for_good()
    assert list(room.state.iterdir()) == []
    audience = AudienceStore(room.state, room.store.path)
    with pytest.raises(StoreError), audience.write():
        pass
    assert list(room.state.iterdir()) == []


def test_a_file_with_the_same_inode_on_another_disk_is_another_file(room: Newsroom) -> None:
    watch = watch_store(room.store)
    assert watch.file is not None
    assert not watch.is_replaced()
    assert watch._replace(file=(watch.file[0] + 1, watch.file[1])).is_replaced()


def test_a_follower_takes_it_for_another_file_too(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(room.store.path)
    view, closed = View(store, 2, 0), list[bool]()
    follower = Follower(view, store)
    follower.look()
    monkeypatch.setattr(store, "close", lambda: closed.append(True))
    follower.look()
    assert closed == []
    device, inode = identify(store.path) or (0, 0)
    monkeypatch.setattr("feedsvc.web.follower.identify", lambda _: (device + 1, inode))
    follower.look()
    assert closed == [True]


def test_a_disk_that_fails_is_not_told_of_as_a_store_that_was_replaced(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = watch_store(room.store)

    def fails(_path: Path) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("feedsvc.service.store_watch.identify", fails)
    assert not watch.is_replaced()
    assert watch_store(room.store) == StoreWatch(watch.name, watch.path, None)


def test_who_reads_meanwhile_keeps_what_is_open(room: Newsroom) -> None:
    """Pages stay served while the disk is away."""
    assert number(room.store) > 0
    room.state.rename(room.state.with_name("away"))
    with room.store.read() as transaction:
        assert ledger.count_with_file(transaction) == 1
