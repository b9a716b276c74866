"""The laws that any store keeps to, asked of SQLite, and of the oldest and newest PostgreSQL at hand."""

from datetime import timedelta
from threading import Thread

import pytest
from every_store import store as store
from newsroom import NOON
from sqlalchemy import text

from feedsvc.model.document import Representation
from feedsvc.model.problem import Problem
from feedsvc.store import (
    document_index,
    documents,
    pending,
    purges,
    push_tasks,
    scanned_files,
    scanned_folders,
    sections,
    state,
)
from feedsvc.store.coding import encodings, etag, identity_coding
from feedsvc.store.documents import GONE, LIVE, NOT_FOUND, DocumentWrite
from feedsvc.store.entries import SectionEntry
from feedsvc.store.lease import TERM, LeaseLost, acquire, confirm, fence, release, renew
from feedsvc.store.notes import Note
from feedsvc.store.port import Store
from feedsvc.store.problems import all_problems, replace_problems, troubled
from feedsvc.store.push_tasks import NewTask, Settled
from feedsvc.store.scanned_folders import FolderState, Rows

NOTE: Note[int | None] = Note("of the contract", int | None, None)

# --- transactions -----------------------------------------------------------------------------------------------------


def test_what_raises_leaves_nothing_behind(store: Store) -> None:
    def fail() -> None:
        with store.write() as connection:
            NOTE.put(connection, 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with store.read() as connection:
        assert NOTE.get(connection) is None


def test_a_reader_never_waits_for_the_writer(store: Store) -> None:
    with store.write() as connection:
        NOTE.put(connection, 1)
        with store.read() as other:
            assert NOTE.get(other) is None
    with store.read() as other:
        assert NOTE.get(other) == 1


def test_what_is_committed_under_way_stays_and_the_rest_is_undone(store: Store) -> None:
    def fail() -> None:
        with store.write() as transaction:
            NOTE.put(transaction, 1)
            store.commit_and_continue(transaction)
            NOTE.put(transaction, 2)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with store.read() as transaction:
        assert NOTE.get(transaction) == 1


def test_writers_wait_for_one_another_and_none_loses_what_another_wrote(store: Store) -> None:
    def add() -> None:
        for _ in range(5):
            with store.write() as transaction:
                NOTE.put(transaction, (NOTE.get(transaction) or 0) + 1)

    threads = [Thread(target=add) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as transaction:
        assert NOTE.get(transaction) == 15


def test_a_view_is_one_instant_whatever_is_written_meanwhile(store: Store) -> None:
    with store.read() as transaction:
        assert NOTE.get(transaction) is None
        with store.write() as other:
            NOTE.put(other, 1)
        assert NOTE.get(transaction) is None


# --- the lease --------------------------------------------------------------------------------------------------------


def test_only_one_holds_the_lease(store: Store) -> None:
    with store.write() as connection:
        acquire(connection, "elsewhere:1:a", NOON)
        with pytest.raises(LeaseLost, match="elsewhere:1:a publishes"):
            acquire(connection, "elsewhere:2:b", NOON + timedelta(seconds=TERM - 1))


def test_a_lease_that_is_given_back_is_free_at_once(store: Store) -> None:
    with store.write() as connection:
        release(connection, acquire(connection, "elsewhere:1:a", NOON))
        acquire(connection, "elsewhere:2:b", NOON)


def test_a_publication_goes_on_under_its_own_lease_and_no_other(store: Store) -> None:
    with store.write_lease() as transaction:
        lease = acquire(transaction, "elsewhere:1:a", NOON)
    with store.write() as transaction:
        confirm(transaction, lease)
        fence(transaction, lease, NOON)
    with store.write_lease() as transaction:
        release(transaction, lease)
        other = acquire(transaction, "elsewhere:2:b", NOON)
    assert other.epoch > lease.epoch
    with pytest.raises(LeaseLost), store.write() as transaction:
        confirm(transaction, lease)
    for late in (fence, renew):
        with pytest.raises(LeaseLost), store.write() as transaction:
            late(transaction, lease, NOON)


# --- the Edition's documents ------------------------------------------------------------------------------------------


def issue(path: str, body: bytes = b"x", address: int = 0, number: int = 0) -> DocumentWrite:
    plain = Representation(coding="identity", etag=etag(body), body=body)
    return DocumentWrite(address, path, "text/plain", 60, (plain,),
                 number=number)  # fmt: skip


def test_a_document_that_is_printed_again_keeps_its_number_and_gets_its_new_bytes(store: Store) -> None:
    with store.write() as connection:
        documents.save(connection, 1, [issue("/a"), issue("/b"), issue("/a", address=1)])
        before = documents.heads(connection, "/a")
        documents.save(connection, 2, [issue("/a", b"new", number=before[0].number)])
        after = documents.heads(connection, "/a")
        assert after[0].number == before[0].number
        assert after[0].etag != before[0].etag
        assert after[1] == before[1]
        assert documents.body(connection, str(after[0].etag), after[0].number) == b"new"
        assert documents.body(connection, str(before[0].etag), before[0].number) is None
        assert {row.path for row in document_index.newer(connection, 1)} == {"/a"}


def test_a_document_that_is_taken_out_has_no_body_and_may_come_back(store: Store) -> None:
    with store.write() as connection:
        documents.save(connection, 1, [issue("/a"), issue("/a", address=1)])
        assert documents.drop(connection, 2, ["/a", "/never"], GONE) == 2
        assert documents.drop(connection, 2, ["/a"], NOT_FOUND) == 0
        gone = documents.heads(connection, "/a")[0]
        assert (gone.status, gone.etag) == (GONE, None)
        documents.save(connection, 3, [issue("/a", number=gone.number)])
        assert documents.heads(connection, "/a")[0].status == LIVE


def test_caches_learn_what_changed_since_and_what_no_token_locks(store: Store) -> None:
    with store.write() as transaction:
        purges.keep_only(transaction, ["fastly", "former"], NOON)
        documents.save(transaction, 1, [issue("/a"), issue("/b"), issue("/locked")])
        documents.save(transaction, 2, [issue("/c", address=1), issue("/open")])
        documents.drop(transaction, 2, ["/a", "/locked"], GONE)
        state.TOKENS.put(transaction, {"/locked": "sha256:0"})
        since = purges.everything(transaction)["fastly"].edition
        found = {(each.path, each.address, each.is_gone) for each in purges.changed_since(transaction, since)}
        assert found == {("/a", 0, True), ("/c", 1, False), ("/open", 0, False)}
        purges.put_failure(transaction, "former", Problem(place="former", reason="it is away"))
        purges.put_failure(transaction, "fastly", Problem(place="fastly", reason="it is away"))
        purges.keep_only(transaction, ["fastly"], NOON)
        assert [each.place for each in all_problems(transaction)] == ["fastly"]
        purges.put(transaction, "fastly", 2, NOON)
        assert set(purges.everything(transaction)) == {"fastly"}
        assert all_problems(transaction) == ()
        assert purges.changed_since(transaction, 2) == []


def test_what_lies_on_the_shelf_is_kept_packed_and_given_out_whole(store: Store) -> None:
    made = encodings(identity_coding(b"The harbour of Port Arden. " * 100))
    on_demand = DocumentWrite(0, "/articles/k/a", "text/html", 60, made, on_demand=True)
    small = DocumentWrite(0, "/articles/k/b", "text/html", 60, encodings(identity_coding(b"x")), on_demand=True)
    with store.write() as connection:
        documents.save(connection, 1, [on_demand, small, on_demand._replace(path="/a", on_demand=False)])
        stored = {row.path: row.body for row in connection.execute(text(
            "SELECT path, body FROM bodies JOIN documents ON number = document WHERE coding = 'identity'"
        ))}  # fmt: skip
        assert stored == {"/articles/k/a": None, "/articles/k/b": b"x", "/a": made[0].body}
        for path in ("/articles/k/a", "/a"):
            number = documents.heads(connection, path)[0].number
            assert [documents.body(connection, each.etag, number) for each in made] == [each.body for each in made]
            assert documents.body(connection, '"another"', number) is None


def test_documents_are_found_below_a_prefix_and_nowhere_else(store: Store) -> None:
    with store.write() as connection:
        documents.save(
            connection, 1, [issue(path) for path in ("/articles/k/a", "/articles/k/b", "/articles/kk/a", "/a")]
        )
        assert documents.below(connection, "/articles/k/").keys() == {"/articles/k/a", "/articles/k/b"}
        found = documents.heads_below(connection, ("/articles/k", "/articles/none"))
        assert found["/articles/k"].keys() == {"/articles/k/a", "/articles/k/b"}
        assert found["/articles/none"] == {}


# --- the ledger -------------------------------------------------------------------------------------------------------


def test_problems_are_replaced_by_their_origin_and_come_in_one_order(store: Store) -> None:
    one, two = (Problem(place=name, reason="bad") for name in ("b", "a"))
    with store.write() as connection:
        replace_problems(connection, "x", [one])
        replace_problems(connection, "y", [two])
        assert all_problems(connection) == (two, one)
        assert troubled(connection) == {"x", "y"}
        replace_problems(connection, "x", [])
        assert all_problems(connection) == (two,)


def test_marks_last_until_they_are_cleared(store: Store) -> None:
    with store.write() as connection:
        assert not pending.any_marked(connection)
        pending.mark(connection, {3, 1}, {"b", "a"})
        pending.mark(connection, {1}, {"a"})
    with store.write() as connection:
        assert pending.any_marked(connection)
        assert pending.marked_sections(connection) == {"a", "b"}
        pending.clear(connection)
        assert not pending.any_marked(connection)


# --- order ------------------------------------------------------------------------------------------------------------


def test_texts_come_by_code_point_whatever_the_language_of_the_machine(store: Store) -> None:
    paths = ["zeta", "Zeta", "_a", "a", "a-b", "a/b", "a_b", "ä", "é", "ъ", "日本", "\U0001f600"]
    with store.write() as transaction:
        sections.put(transaction, {path: SectionEntry(None, path) for path in paths})
    with store.read() as transaction:
        assert list(sections.everything(transaction)) == sorted(paths)
        assert list(sections.children(transaction, "")) == sorted(path for path in paths if "/" not in path)
        assert list(sections.children(transaction, "", most=2)) == sorted(path for path in paths if "/" not in path)[:2]
        assert list(sections.inside(transaction, "a")) == ["a/b"]


def test_numbers_have_sixty_four_bits(store: Store) -> None:
    with store.write() as transaction:
        scanned_files.record(transaction, ("a.md", "stamp", 2**62))
        assert scanned_files.seen(transaction, "") == {"a.md": ("stamp", 2**62)}


# --- what is derived --------------------------------------------------------------------------------------------------


def test_a_folder_is_unknown_as_soon_as_one_of_its_files_is_seen_otherwise(store: Store) -> None:
    rows = Rows()
    rows.add("a/b.md", "1")
    seen = {"a": FolderState(b"digest", rows.digest)}
    with store.write() as transaction:
        scanned_files.record(transaction, ("a/b.md", "1", None))
        scanned_folders.keep(transaction, seen)
        assert scanned_folders.known(transaction) == {"a": b"digest"}
        scanned_files.record(transaction, ("c/d.md", "1", None))
        assert scanned_folders.known(transaction) == {"a": b"digest"}
        scanned_files.record(transaction, ("a/b.md", "2", None))
        assert scanned_folders.known(transaction) == {}
        scanned_files.record(transaction, ("a/b.md", "1", None))
        scanned_folders.keep(transaction, seen)
        scanned_files.forget(transaction, "a/b.md")
        assert scanned_folders.known(transaction) == {}


def test_caches_learn_which_documents_got_a_token_since_then(store: Store) -> None:
    with store.write() as transaction:
        documents.save(transaction, 1, [issue("/a"), issue("/b"), issue("/b", address=1)])
        state.TOKENS.put(transaction, dict.fromkeys(("/a", "/b", "/never"), "0"))
        state.LOCKED_SINCE.put(transaction, {"/a": 2, "/b": 3, "/never": 3, "/open again": 3})
        found = [
            (each.path, each.address, each.edition, each.is_locked) for each in purges.changed_since(transaction, 2)
        ]
        assert found == [("/b", 0, 3, True), ("/b", 1, 3, True)]
        assert purges.changed_since(transaction, 3) == []


def test_a_task_holds_the_newest_edition_that_is_to_be_told(store: Store) -> None:
    task = NewTask("ping", "https://hub.example/", "hub.example", "https://news.example/rss.xml", payload=b"x")
    with store.write() as transaction:
        push_tasks.ensure(transaction, [task])
        push_tasks.ensure(transaction, [task._replace(payload=b"y")])
        push_tasks.announce(transaction, "ping", {task.topic}, 7, 1_800_000_000_000, 1_000, 5_000)
        assert push_tasks.due(transaction, 1_800_000_000_999, 9, (), ()) == []
        [found] = push_tasks.due(transaction, 1_800_000_001_000, 9, (), ())
        assert (found.pending, found.payload, found.secret, found.host_failures) == (7, b"x", b"", 0)
        assert push_tasks.due(transaction, 1_800_000_001_000, 9, {found.number}, ()) == []
        assert push_tasks.due(transaction, 1_800_000_001_000, 9, (), {"hub.example"}) == []
        push_tasks.announce(transaction, "ping", {task.topic}, 8, 1_800_000_001_000, 0, 0)
        due = 1_800_000_002_000
        ended = Settled(found.number, 1_800_000_001_500, 7, 1, due=due, first_due=due, is_over=True)
        push_tasks.settle(transaction, [(ended, found)])
        [found] = push_tasks.due(transaction, 1_800_000_003_000, 9, (), ())
        assert found.pending == 8
