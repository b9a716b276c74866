"""What a serving process holds: of each document a few hundred bytes, of a few that are asked for the headers."""

import tracemalloc
from pathlib import Path

import pytest
from edition import NOON, Newsroom, ask, served

from feedsvc.store import documents, state
from feedsvc.store.coding import encodings, identity_coding
from feedsvc.store.documents import DocumentWrite
from feedsvc.store.sqlite.database import prepare_store
from feedsvc.web import table
from feedsvc.web.view import View

MANY = 3_000


def test_a_document_takes_a_few_hundred_bytes_until_it_is_asked_for(tmp_path: Path) -> None:
    store, _ = prepare_store(tmp_path)
    kind = "application/atom+xml; charset=utf-8"
    with store.write() as connection:
        paths = [f"/desk-{number // 10}/beat-{number}/atom.xml" for number in range(MANY)]
        documents.save(
            connection,
            1,
            [DocumentWrite(0, path, kind, 300, encodings(identity_coding(path.encode() * 9))) for path in paths],
        )
        documents.close_edition(connection, 1, NOON)
    view = View(store, 1, 2**20)
    with store.read() as connection:
        state.current_edition(connection)  # what SQLAlchemy takes for itself
    tracemalloc.start()
    view.follow()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(view.edition.tables[0]) == MANY
    assert held / MANY < 800
    store.close()


def test_more_documents_than_are_held_ready_are_all_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "READY", 3)
    newsroom = Newsroom(tmp_path)
    newsroom.publish(NOON)
    with served(newsroom) as side:
        for _ in range(2):
            for path in side.paths():
                answer = ask(side.app, path.encode("latin-1"))
                assert (answer.code, answer.hash) == (200, answer.headers["etag"])
            assert len(side.view.edition.tables[0]._ready) <= 3


def test_what_is_ready_stays_so_where_it_did_not_change() -> None:
    one, other = (f'[{number},0,0,"","text/html",60,[["identity","\\"a\\"",5]]]' for number in (1, 2))
    before = table.Table({"/a": one, "/b": one, "/c": one})
    held = {path: before[path] for path in ["/a", "/b", "/c"]}
    after = table.Table({"/a": before.records["/a"], "/b": other}, before)
    assert after.find("/a") is held["/a"]
    assert (after["/b"].number, held["/b"].number) == (2, 1)
    assert after.find("/c") is None
    assert (len(after), "/c" in after, list(after)) == (2, False, ["/a", "/b"])
