"""No other user of the machine can read the stories that nobody may see yet."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from newsroom import Newsroom, as_nobody, story

from feedsvc.store.sqlite.database import prepare_store

CANARY = "canary of the embargoed harbour"


@pytest.fixture(autouse=True)
def _the_most_generous_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    made = Newsroom(tmp_path)
    made.write("later.md", story("Later", CANARY, embargo="2031-01-01T00:00:00Z"))
    made.publish()
    return made


def rights(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def test_the_folder_and_the_store_are_this_users_alone(room: Newsroom) -> None:
    assert stat.S_IMODE(room.state.stat().st_mode) == 0o700
    found = rights(room.state)
    assert {"store.sqlite3", "store.sqlite3-wal", "store.sqlite3-shm"} <= found.keys()
    assert set(found.values()) == {0o600}


def test_so_they_are_when_the_store_was_closed_and_opened_again(room: Newsroom) -> None:
    room.close()
    room.open()
    room.publish()
    assert set(rights(room.state).values()) == {0o600}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_cannot_read_it_in_a_folder_that_everybody_may_enter(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.state.chmod(0o755)

    def readable() -> list[str]:
        return [path.name for path in room.state.iterdir() if os.access(path, os.R_OK, effective_ids=True)]

    assert as_nobody(room.state.parent, monkeypatch, readable) == []


def test_what_a_former_version_left_open_is_closed(room: Newsroom) -> None:
    room.close()
    for path in room.state.iterdir():
        path.chmod(0o644)
    (room.state / "store.sqlite3.damaged").write_text(CANARY, encoding="utf-8")
    room.open()
    assert set(rights(room.state).values()) == {0o600}


def test_a_damaged_store_that_is_set_aside_is_private_too(room: Newsroom) -> None:
    room.close()
    store = room.state / "store.sqlite3"
    store.write_bytes(b"no database at all" * 1_000)
    found, problems = prepare_store(room.state)
    found.close()
    assert problems
    assert rights(room.state)["store.sqlite3.damaged"] == 0o600
    assert rights(room.state)["store.sqlite3"] == 0o600
