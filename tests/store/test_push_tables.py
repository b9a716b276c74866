"""The tables of push come with a migration, and are as sound as the others."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from newsroom import PLAN, Newsroom, story

from feedsvc.store import push_hosts, push_log, push_tasks
from feedsvc.store.push_hosts import HostState
from feedsvc.store.push_log import LogEntry
from feedsvc.store.push_tasks import NewTask, Settled
from feedsvc.store.schema import VERSION
from feedsvc.store.sqlite.database import MARK, prepare_store, store_path

NOW = 1_795_910_400_000
RSS = f"{PLAN.addresses[0]}/rss.xml"


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path)
    room.write("news/one.md", story("Eel market opens"))
    room.publish()
    return room


def tables(room: Newsroom) -> set[str]:
    with closing(sqlite3.connect(store_path(room.state))) as database:
        return {row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE name LIKE 'push_%'")}


@pytest.mark.parametrize("version", [7, 8])
def test_a_store_of_a_version_before_gets_the_tables_and_keeps_all_that_it_has(room: Newsroom, version: int) -> None:
    before, ids, names = room.edition(), room.ids(), tables(room)
    room.store.close_for_good()
    with closing(sqlite3.connect(store_path(room.state))) as database:
        for table in ("push_tasks", "push_subscriptions", "push_hosts", "push_paces", "push_log"):
            database.execute(f"DROP TABLE {table}")
        database.execute("ALTER TABLE documents DROP COLUMN topic")
        database.execute(f"PRAGMA user_version={version}")
        database.execute(f"PRAGMA application_id={MARK + version}")
        database.commit()
    room.open()
    assert room.found == ()
    assert (room.edition(), room.ids()) == (before, ids)
    assert tables(room) == names
    with closing(sqlite3.connect(store_path(room.state))) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (VERSION,)
    assert room.publish().documents == 0


def test_what_push_remembers_is_sound_after_a_crash(room: Newsroom) -> None:
    with room.store.write() as transaction:
        push_tasks.put(
            transaction, [NewTask("ping", "https://h.example/", "h.example", RSS, 1, NOW, NOW, payload=b"x")]
        )
        push_hosts.put(transaction, [HostState("h.example", 7, NOW, NOW, "503")])
        push_log.add(transaction, [LogEntry(NOW, "ping", "https://h.example/", RSS, 1, 1, 40, "503")])
    room.store.close()  # not in good order: the next opening looks at every value
    store, problems = prepare_store(room.state)
    assert problems == ()
    with store.read() as transaction:
        assert push_log.count(transaction) == 1
        assert push_hosts.failing(transaction, 3) == [HostState("h.example", 7, NOW, NOW, "503")]
    store.close()


def test_the_outbox_is_asked_by_its_index_however_many_tasks_there_are(room: Newsroom) -> None:
    with room.store.write() as transaction:
        tasks = [NewTask("ping", f"https://h.example/{number}", "h.example", RSS) for number in range(3_000)]
        push_tasks.put(transaction, tasks)
    query = "EXPLAIN QUERY PLAN " + str(push_tasks._DUE)
    given = {"now": NOW, "most": 10, "under_way": "[]", "busy": "[]"}
    with closing(sqlite3.connect(store_path(room.state))) as database:
        plan = "; ".join(row[3] for row in database.execute(query, given))
    assert "USING INDEX push_tasks_due" in plan
    assert "USE TEMP B-TREE" not in plan


def test_an_attempt_that_ends_after_a_newer_edition_leaves_that_to_be_told(room: Newsroom) -> None:
    with room.store.write() as transaction:
        push_tasks.put(transaction, [NewTask("ping", "https://h.example/", "h.example", RSS, 1, NOW, NOW)])
        [task] = push_tasks.due(transaction, NOW, 9, (), ())
        push_tasks.announce(transaction, "ping", [RSS], 2, NOW + 5, 0, 0)
        done = Settled(task.number, NOW + 9, acknowledged=1, attempts=0, due=NOW + 10, first_due=NOW + 10, is_over=True)
        push_tasks.settle(transaction, [(done, task)])
        assert push_tasks.due(transaction, NOW + 9, 9, (), ()) == []
        assert [each.pending for each in push_tasks.due(transaction, NOW + 10, 9, (), ())] == [2]


@pytest.mark.parametrize("is_given_up", [False, True])
def test_failures_to_tell_an_edition_do_not_delay_one_that_was_announced_meanwhile(
    room: Newsroom, is_given_up: bool
) -> None:
    hour = 3_600_000
    with room.store.write() as transaction:
        push_tasks.put(transaction, [NewTask("ping", "https://h.example/", "h.example", RSS, 1, NOW, NOW)])
        for now in (NOW, NOW + 1):
            [task] = push_tasks.due(transaction, now, 9, (), ())
            failed = Settled(task.number, now, 0, attempts=9, due=now + 1, first_due=now + 1, is_over=False)
            push_tasks.settle(transaction, [(failed, task)])
        [task] = push_tasks.due(transaction, NOW + 2, 9, (), ())
        assert task.attempts == 9
        push_tasks.announce(transaction, "ping", [RSS], 2, NOW + 5, 0, 0)
        failed = Settled(task.number, NOW + 9, 0, 10, due=NOW + hour, first_due=NOW + 12, is_over=is_given_up)
        push_tasks.settle(transaction, [(failed, task)])
        assert push_tasks.due(transaction, NOW + 11, 9, (), ()) == []
        [task] = push_tasks.due(transaction, NOW + 12, 9, (), ())
        assert (task.pending, task.attempts) == (2, 1)
