"""A disk under the store that fails, or that loses what was written to the index of the journal, as FUSE and network
disks do after an error: no article loses its id, and nothing ends."""

import errno
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from newsroom import Newsroom, story

from feedsvc.store import ledger
from feedsvc.store.errors import StoreError
from feedsvc.store.sqlite.database import Store, open_store, prepare_store
from feedsvc.store.sqlite.journal import holds_commits
from feedsvc.store.sqlite.suspicion import is_suspect


def index_of_an_empty_journal(folder: Path) -> bytes:
    with closing(sqlite3.connect(folder / "other.sqlite3", isolation_level=None)) as other:
        for statement in ("PRAGMA page_size=8192", "PRAGMA journal_mode=WAL", "BEGIN IMMEDIATE", "ROLLBACK"):
            other.execute(statement)
        return (folder / "other.sqlite3-shm").read_bytes()


@contextmanager
def read_by_another(store: Path) -> Iterator[None]:
    """Holds the store open, as a serving process does, so that nobody makes its index anew."""
    with closing(sqlite3.connect(store)) as reader:
        reader.execute("SELECT count(*) FROM articles").fetchall()
        yield


@pytest.mark.parametrize("published_before", [False, True])
def test_nothing_is_lost_with_the_index_of_the_journal(tmp_path: Path, *, published_before: bool) -> None:
    """The index of another journal, or of this one as it was a while before."""
    room = Newsroom(tmp_path)
    store = room.store.path
    index = store.with_name(f"{store.name}-shm")
    for number in range(6):
        room.write(f"{number}.md", story(f"Story {number}"))
    with read_by_another(store):
        if published_before:
            room.publish()
        lost = index.read_bytes() if published_before else index_of_an_empty_journal(tmp_path)
        room.move("3.md", "moved/3.md")
        room.publish()
        room.write("7.md", story("Story 7"))
        room.publish()
        before = room.ids(), room.edition()
        room.close()
        index.write_bytes(lost)
        room.open()
        assert "the index of its journal is lost" in str(room.found)
        assert "nothing is lost" in str(room.found)
        assert (room.ids(), room.edition()) == before
    room.close()


def test_a_journal_that_another_process_begins_anew_meanwhile_is_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the moment when its index is empty already, and the journal itself is not yet."""
    room = published_twice(tmp_path)
    journal = room.store.path.with_name(f"{room.store.path.name}-wal")
    look = Store.seen_frames

    def seen(store: Store) -> int | None:
        before = journal.read_bytes()
        with closing(sqlite3.connect(store.path, isolation_level=None, timeout=0)) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if not journal.stat().st_size:
            journal.write_bytes(before)
        return look(store)

    monkeypatch.setattr(Store, "seen_frames", seen)
    with read_by_another(room.store.path):
        store, problems = prepare_store(room.state)
    store.close()
    assert problems == ()


def test_a_journal_that_others_move_to_the_database_meanwhile_is_no_damage(tmp_path: Path) -> None:
    """SQLite does not say how much of the journal it sees while another process moves it (WAL_CKPT_LOCK)."""
    room = published_twice(tmp_path)
    index = room.store.path.with_name(f"{room.store.path.name}-shm")
    with subprocess.Popen(
        [sys.executable, "-c", MOVING, index], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"ok\n"
        store, problems = prepare_store(room.state)
        store.close()
    assert problems == ()


MOVING = """
import fcntl, sys
with open(sys.argv[1], "r+b") as index:
    fcntl.lockf(index, fcntl.LOCK_EX, 1, 121)
    print("ok", flush=True)
    sys.stdin.read()
"""
"""Holds the lock of a process that moves the journal (https://sqlite.org/walformat.html#wal_locks)."""


def published_twice(folder: Path) -> Newsroom:
    """A newsroom whose store is open, with several commits in its journal."""
    room = Newsroom(folder)
    room.write("a.md", story("A"))
    room.publish()
    room.publish()
    return room


def test_a_journal_whose_first_commit_never_came_is_no_damage(tmp_path: Path) -> None:
    """As after a kill while the tables were being made."""
    room = Newsroom(tmp_path)
    journal = room.store.path.with_name(f"{room.store.path.name}-wal")
    data = journal.read_bytes()
    room.close()
    assert not holds_commits(room.store.path)
    journal.write_bytes(data[: 32 + 24 + 8192])
    assert not holds_commits(room.store.path)
    journal.write_bytes(data)
    assert holds_commits(room.store.path)


HEAD = b"\x37\x7f\x06\x82" + bytes(28)
OF_A_FORMER_JOURNAL = b"\0\0\0\1" * 2 + b"other" + bytes(11)


@pytest.mark.parametrize("data", [b"", b"x" * 80, HEAD, HEAD + OF_A_FORMER_JOURNAL])
def test_what_is_no_journal_holds_no_commits(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a-wal").write_bytes(data)
    assert not holds_commits(tmp_path / "a")


def test_a_store_whose_tables_cannot_be_seen_is_not_written_over(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    store = room.store.path
    with read_by_another(store):
        room.close()
        room.now += timedelta(minutes=1)  # its lease, which is kept, has run out
        store.with_name(f"{store.name}-shm").write_bytes(index_of_an_empty_journal(tmp_path))
        kept = store.with_name(f"{store.name}-wal").read_bytes()
        room.open()
        assert store.with_name(f"{store.name}.damaged-wal").read_bytes() == kept
    room.close()


def failing_for(monkeypatch: pytest.MonkeyPatch, tail: str) -> None:
    """The system tells nothing of files whose names end in `tail`."""
    for name in ("stat", "lstat"):
        real = getattr(os, name)

        def told(path: object, *, real: object = real, **options: object) -> object:
            if str(path).endswith(tail):
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            assert callable(real)
            return real(path, **options)

        monkeypatch.setattr(os, name, told)


def test_a_store_of_whose_journal_nothing_is_known_is_not_read_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Newsroom(tmp_path)
    room.write("ferry.md", story("The ferry"))
    room.publish()
    failing_for(monkeypatch, "-wal")
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    reader = open_store(room.state)
    with reader.read() as transaction:
        assert ledger.count_with_file(transaction) == 1
    reader.close()
    room.close()


def test_a_note_that_cannot_be_looked_at_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing_for(monkeypatch, ".suspect")
    assert not is_suspect(tmp_path / "store.sqlite3")


def open_files(store: Path) -> list[str]:
    """The files of the store that this process has open."""
    links = [link for link in Path("/proc/self/fd").iterdir() if link.exists()]
    return [name for name in map(str, map(Path.readlink, links)) if name.startswith(str(store))]


@pytest.mark.parametrize(("code", "stays"), [("SQLITE_IOERR", False), ("SQLITE_BUSY", True)])
def test_a_file_whose_disk_fails_is_opened_anew(tmp_path: Path, code: str, stays: bool) -> None:
    room = Newsroom(tmp_path)
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = getattr(sqlite3, code)
    with pytest.raises(StoreError), room.store.translated():
        raise error
    assert bool(open_files(room.store.path)) == stays
    room.publish()
    room.close()
