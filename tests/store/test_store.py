"""What lasts: the database file and its troubles, the lease, the ledger's index, the Edition's documents."""

import os
import random
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from newsroom import NOON, PLAN, TERMS, Newsroom, story
from sqlalchemy import Select, TextClause, inspect, text

from feedsvc.store import (
    archives,
    document_index,
    documents,
    ledger,
    memberships,
    scanned_folders,
    windows,
    withdrawals,
)
from feedsvc.store.errors import StoreError
from feedsvc.store.lease import SKEW, TERM, LeaseLost, acquire, new_holder, release, renew
from feedsvc.store.notes import Note
from feedsvc.store.schema import VERSION, articles
from feedsvc.store.sqlite import soundness
from feedsvc.store.sqlite.clean_close import mark_clean, unmark_clean
from feedsvc.store.sqlite.database import MARK, Store, open_store, prepare_store
from feedsvc.store.sqlite.migration import TABLES
from feedsvc.store.transaction import Transaction

# --- damage -----------------------------------------------------------------------------------------------------------

NOTE: Note[int | None] = Note("of the test", int | None, None)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Newsroom, bytes, dict[str, str]]:
    """A newsroom that was closed, the bytes of its store, and its ids."""
    plan = replace(PLAN, addresses=PLAN.addresses[:1], defaults=replace(TERMS, formats=("json",)))
    room = Newsroom(tmp_path_factory.mktemp("sound"), plan)
    for number in range(12):
        room.write(f"{number}.md", story(f"Story {number}", section="News / EU"))
    room.publish()
    ids = room.ids()
    with room.store.read() as connection:
        connection.execute(text("PRAGMA wal_checkpoint"))
    room.close()
    return room, (room.state / "store.sqlite3").read_bytes(), ids


def damaged(data: bytes, number: int) -> bytes:
    """One of 200 ways in which a file is not what it was."""
    chance = random.Random(number)
    at = chance.randrange(len(data))
    match number % 5:
        case 0:
            return data[:at]
        case 1:
            return data[:at] + chance.randbytes(4096) + data[at + 4096 :]
        case 2:
            return data[:at] + bytes(8192) + data[at + 8192 :]
        case 3:
            header = bytearray(data)
            header[number // 5 * 2 % 100] ^= 1 << chance.randrange(8)
            return bytes(header)
        case _:
            return chance.randbytes(chance.choice([1, 100, 4096, 100_000]))


@pytest.mark.parametrize("first", range(0, 200, 20))
def test_a_damaged_store_is_rebuilt_with_the_same_ids(
    sound: tuple[Newsroom, bytes, dict[str, str]], first: int
) -> None:
    room, data, ids = sound
    for number in range(first, first + 20):
        for path in room.state.iterdir():
            path.unlink()
        (room.state / "store.sqlite3").write_bytes(damaged(data, number))
        room.open()
        try:
            room.publish()
            assert room.ids() == ids, number
            if room.found:
                assert (room.state / "store.sqlite3.damaged").is_file()
        finally:
            room.close()


@pytest.mark.parametrize("content", [b"", b"not a database", b"\0" * 5000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_garbage_is_set_aside_and_said_to_be_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "store.sqlite3").write_bytes(content)
    store, problems = prepare_store(tmp_path)
    store.close()
    if content:
        assert "damaged" in problems[0].reason
        assert (tmp_path / "store.sqlite3.damaged").read_bytes() == content
    store, problems = prepare_store(tmp_path)
    store.close()
    assert problems == ()


def prepared(folder: Path) -> list[str]:
    """What was found out about the store in `folder`, which is closed again in good order."""
    store, problems = prepare_store(folder)
    store.close_for_good()
    return [problem.reason for problem in problems]


def test_a_file_that_was_emptied_is_said_to_be_damaged_once(tmp_path: Path) -> None:
    prepare_store(tmp_path)[0].close_for_good()
    (tmp_path / "store.sqlite3").write_bytes(b"")
    assert prepared(tmp_path) == ["the store was damaged: the file was empty"]
    assert prepared(tmp_path) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["store.sqlite3", "store.sqlite3.sealed"]


@pytest.mark.parametrize("earlier", [False, True])
def test_a_file_that_was_just_begun_is_no_damage(tmp_path: Path, earlier: bool) -> None:
    """As after kill -9 at the first start, or at the first one after the store was taken away."""
    file = tmp_path / "store.sqlite3"
    if earlier:
        prepare_store(tmp_path)[0].close_for_good()
        file.unlink()
        prepare_store(tmp_path)[0].close()
    file.write_bytes(b"")
    assert prepared(tmp_path) == []


def test_json_that_was_not_written_here_is_damage(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    room.write("a.md", story("A"))
    room.publish()
    with room.store.write() as connection:
        connection.execute(text("UPDATE articles SET encoded_copy = x'7b7b'"))
    room.close()
    room.open()
    assert room.found
    room.publish()
    assert room.titles() == ["A"]


def test_a_store_of_another_version_is_not_touched(tmp_path: Path) -> None:
    prepare_store(tmp_path)[0].close()
    with sqlite3.connect(tmp_path / "store.sqlite3") as connection:
        mark = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        connection.execute(f"PRAGMA application_id = {mark + 1}")
        connection.execute(f"PRAGMA user_version = {version + 1}")
    connection.close()
    before = (tmp_path / "store.sqlite3").read_bytes()
    with pytest.raises(StoreError, match="another feedsvc"):
        prepare_store(tmp_path)
    assert (tmp_path / "store.sqlite3").read_bytes() == before


def test_a_store_that_only_lacks_tables_of_this_version_is_gone_on_with(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    room.write("a.md", story("A"))
    room.publish()
    before = room.edition()
    room.close()
    with sqlite3.connect(room.store.path) as file:
        for (trigger,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f"DROP TRIGGER {trigger}")
        file.execute("DROP TABLE scanned_folders")
        file.execute("DROP INDEX bodies_told")
        file.execute(f"PRAGMA application_id = {MARK + 4}")
        file.execute("PRAGMA user_version = 4")
    file.close()
    with pytest.raises(StoreError, match=r"older feedsvc.*brings it up to date"):
        open_store(room.state)
    room.open()
    assert room.publish().documents == 0
    assert room.edition() == before
    room.write("b.md", story("B"))
    room.publish()
    assert sorted(room.titles()) == ["A", "B"]
    with room.store.read() as connection:
        assert scanned_folders.known(connection)
        assert {each["name"] for each in inspect(connection.connection).get_indexes("bodies")} == {"bodies_told"}
        assert connection.run_sql("PRAGMA user_version").scalar_one() == VERSION


@pytest.mark.parametrize(
    ("version", "table"),
    [(4, "memberships"), (6, "archived"), (6, "notes"), (9, "former_paths"), (10, "push_tasks"), (VERSION, "windows")],
)
@pytest.mark.parametrize("is_clean", [True, False])
def test_a_store_that_lost_a_table_is_damaged_whatever_its_version(
    tmp_path: Path, version: int, table: str, is_clean: bool
) -> None:
    room = Newsroom(tmp_path)
    room.write("b.md", story("A"))
    room.publish()
    room.move("b.md", "a.md")
    room.publish()
    ids = room.ids()
    room.close()
    with sqlite3.connect(room.store.path) as file:
        for (trigger,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f"DROP TRIGGER {trigger}")
        file.execute(f"DROP TABLE {TABLES.get(table, table)}")
        file.execute(f"PRAGMA application_id = {MARK + version}")
        file.execute(f"PRAGMA user_version = {version}")
    file.close()
    (mark_clean if is_clean else unmark_clean)(room.store.path)
    room.open()
    assert f"the table {TABLES.get(table, table)} is missing" in str(room.found)
    room.publish()
    assert room.ids() == ids


def test_where_nothing_was_stored_there_is_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nothing has been published yet"):
        open_store(tmp_path)
    assert not list(tmp_path.iterdir())


# --- disks ------------------------------------------------------------------------------------------------------------


@contextmanager
def small_disk(at: Path, size: str) -> Iterator[Path]:
    at.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "feedsvc-test", str(at)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode != 0:
        pytest.skip("mounting needs root")
    try:
        yield at
    finally:
        subprocess.run(["umount", str(at)], check=True)


def test_a_full_disk_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "3m") as disk:
        room = Newsroom(tmp_path)
        room.close()
        room.state = disk
        room.open()
        for number in range(5):
            room.write(f"{number}.md", story(f"Story {number}"))
        room.publish()
        before = room.edition()
        filler = disk / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(65536)):
                pass
        for number in range(5, 40):
            room.write(f"{number}.md", story(f"Story {number}", "Long text. " * 3000))
        with pytest.raises(StoreError, match=r"full.*make room on the disk"):
            room.publish()
        assert room.edition() == before
        filler.unlink()
        for number in range(8, 40):
            room.remove(f"{number}.md")
        room.publish()
        assert len(room.titles()) == 8
        room.close()


def test_a_disk_without_room_to_open_the_store_is_told(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "2m") as disk:
        prepare_store(disk)[0].close_for_good()
        with (disk / "filler").open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(4096)):
                pass
        for opening in (open_store, prepare_store):
            with pytest.raises(StoreError, match="make room on the disk"):
                opening(disk)
        (disk / "filler").unlink()
        open_store(disk).close()


def test_a_read_only_disk_is_told(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "3m") as disk:
        prepare_store(disk)[0].close()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(StoreError, match="make the folder writable"):
            prepare_store(disk)
        with pytest.raises(StoreError, match="make it writable"):
            prepare_store(disk / "new")
        assert not (disk / "store.sqlite3.damaged").exists()


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(StoreError, match="cannot hold the state"):
        prepare_store(tmp_path / "state")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made, _ = prepare_store(tmp_path)
    yield made
    made.close()


# --- the lease --------------------------------------------------------------------------------------------------------


def test_a_lease_that_ran_out_goes_to_whoever_asks_under_a_higher_epoch(store: Store) -> None:
    with store.write() as connection:
        first = acquire(connection, "elsewhere:1:a", NOON)
        second = acquire(connection, "elsewhere:2:b", NOON + timedelta(seconds=TERM))
        assert second.epoch > first.epoch
        with pytest.raises(LeaseLost):
            renew(connection, first, NOON + timedelta(seconds=TERM))
        with pytest.raises(LeaseLost):
            release(connection, first)
        renew(connection, second, NOON + timedelta(seconds=TERM))


def test_a_lease_that_is_renewed_does_not_run_out(store: Store) -> None:
    with store.write() as connection:
        lease = acquire(connection, "elsewhere:1:a", NOON)
        for seconds in range(0, 60, TERM // 2):
            renew(connection, lease, NOON + timedelta(seconds=seconds))
        with pytest.raises(LeaseLost):
            acquire(connection, "elsewhere:2:b", NOON + timedelta(seconds=60))


def test_the_lease_of_a_dead_process_of_this_machine_is_free(store: Store) -> None:
    process = subprocess.Popen(["true"])
    process.wait()
    host, _, token = new_holder().rsplit(":", 2)
    with store.write() as connection:
        acquire(connection, f"{host}:{process.pid}:{token}", NOON)
        acquire(connection, new_holder(), NOON)
        with pytest.raises(LeaseLost):
            acquire(connection, "elsewhere:1:a", NOON)


def test_a_lease_from_a_clock_that_was_set_back_does_not_last_for_ever(store: Store) -> None:
    with store.write() as connection:
        acquire(connection, "elsewhere:1:a", NOON + timedelta(days=400))
        acquire(connection, "elsewhere:2:b", NOON)
        acquire_again = NOON - timedelta(seconds=SKEW - 1)
        with pytest.raises(LeaseLost):
            acquire(connection, "elsewhere:3:c", acquire_again)


def test_a_lease_of_a_store_that_was_rebuilt_since_is_lost(tmp_path: Path) -> None:
    old, _ = prepare_store(tmp_path / "old")
    new, _ = prepare_store(tmp_path / "new")
    with old.write() as connection:
        lease = acquire(connection, "elsewhere:1:a", NOON)
    with new.write() as connection:
        assert acquire(connection, "elsewhere:2:b", NOON).epoch == lease.epoch
        with pytest.raises(LeaseLost):
            renew(connection, lease, NOON)
    old.close()
    new.close()


QUERIES = [
    (
        windows._newest([articles.c.number]),
        "memberships USING PRIMARY KEY (section=? AND available>",
    ),
    (archives._CHANGED, "archive_items USING COVERING INDEX ix_archive_items_article (article="),
    (withdrawals._MARKED, "articles USING INTEGER PRIMARY KEY (rowid="),
    (memberships._SECTION_NAME, "memberships USING INDEX memberships_by_name (section="),
    (ledger._CANDIDATES, "MULTI-INDEX OR"),
    (documents._HEADS_AT, "documents USING INDEX documents_by_path (path="),
    (document_index._NEWER, "bodies USING COVERING INDEX bodies_told (document="),
    (documents._HEADS_BELOW, "d USING INDEX documents_by_path (path>"),
]


@pytest.mark.parametrize(("query", "step"), QUERIES, ids=[step for _, step in QUERIES])
def test_what_is_asked_for_each_article_is_found_by_an_index(
    store: Store, query: Select[Any] | TextClause, step: str
) -> None:
    with store.read() as transaction:
        connection = transaction.connection
        compiled = query.compile(dialect=connection.dialect)
        values = tuple(compiled.params[name] or "0" for name in compiled.positiontup or ())
        steps = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values)]
    assert any(step in each for each in steps), steps
    assert not any(each.startswith("SCAN") and "VIRTUAL" not in each for each in steps), steps


# --- the seal ---------------------------------------------------------------------------------------------------------


def test_a_store_that_was_closed_in_order_is_not_looked_through_again_until_something_touches_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Path] = []
    check = soundness.check_pages

    def noting(transaction: Transaction) -> str:
        looked.append(tmp_path)
        return check(transaction)

    monkeypatch.setattr(soundness, "check_pages", noting)
    store, _ = prepare_store(tmp_path)
    store.close_for_good()
    assert looked == []  # there was nothing in it yet
    store, _ = prepare_store(tmp_path)
    store.close_for_good()
    assert looked == []
    os.utime(tmp_path / "store.sqlite3", (1, 1))
    store, _ = prepare_store(tmp_path)
    with store.write() as connection:
        NOTE.put(connection, 1)
    kept = (tmp_path / "store.sqlite3-wal").read_bytes()
    store.close_for_good()
    assert len(looked) == 1
    (tmp_path / "store.sqlite3-wal").write_bytes(kept)  # as after kill -9
    store, _ = prepare_store(tmp_path)
    store.close()
    assert len(looked) == 2
