"""The same is published whichever database has the ledger, and the same is what a node has copied of it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from newsroom import PLAN, TERMS, Newsroom, story
from postgresql_server import VERSIONS, Servers
from shared_newsroom import SharedNewsroom
from sqlalchemy import select

from feedsvc.store import document_index, edition_copy, lineage, state
from feedsvc.store.edition_schema import bodies, documents
from feedsvc.store.port import Store
from feedsvc.store.sqlite.database import prepare_store

SAMPLE = Path(__file__).parents[2] / "articles"
Published = dict[tuple[int, str], tuple[object, ...]]


def published(store: Store) -> Published:
    """All that a reader can be told: by address and path the document and its representations."""
    query = select(documents, bodies.c.coding, bodies.c.etag, bodies.c.length, bodies.c.body)
    query = query.join(bodies, bodies.c.document == documents.c.number, isouter=True)
    found: dict[tuple[int, str], list[object]] = {}
    with store.read() as transaction:
        for row in transaction.execute(query.order_by(documents.c.path, bodies.c.coding)):
            told = tuple(value for name, value in row._mapping.items() if name not in ("number", "edition"))
            found.setdefault((row.address, row.path), []).append(told)
    return {place: tuple(rows) for place, rows in found.items()}


def edit(room: Newsroom) -> None:
    """A day of work: an edit, a kill, a new story, a story that is gone."""
    room.write("news/eu/new.md", story("A new bridge", section="News / EU"))
    room.write("news/coast/killed.md", story("Not so", section="News", status="withdrawn"))
    path = next(path for path in sorted(room.articles.rglob("*.md")) if "new.md" not in path.name)
    path.write_text(path.read_text("utf-8") + "\n\nOne more line.\n", encoding="utf-8")
    next(path for path in sorted(room.articles.rglob("*.txt"))).unlink()


def make(folder: Path, open_room: Callable[[Path], Newsroom]) -> Newsroom:
    shutil.copytree(SAMPLE, folder / "articles")
    room = open_room(folder)
    room.configure(replace(PLAN, defaults=replace(TERMS, limit=5, archive=True)))
    return room


def test_every_store_publishes_the_same_bytes(tmp_path: Path, postgresql_servers: Servers) -> None:
    rooms = [make(tmp_path / "sqlite", Newsroom)]
    for version in VERSIONS:
        url = postgresql_servers.prepared_database(version)
        rooms.append(make(tmp_path / version, lambda folder, url=url: SharedNewsroom(folder, url)))  # type: ignore[misc]
    for changes in (lambda _room: None, edit):
        for room in rooms:
            changes(room)
            room.publish()
        first, *others = (published(room.store) for room in rooms)
        assert len(first) > 300
        for other in others:
            assert other == first
    copies = [follow(room.store, tmp_path / f"copy-{number}") for number, room in enumerate(rooms[1:])]
    for copy in copies:
        assert published(copy) == published(rooms[0].store)
        assert index(copy) == index(rooms[0].store)
    for room in rooms:
        room.close()
    for copy in copies:
        copy.close()


def follow(store: Store, folder: Path) -> Store:
    """A copy of what is published in `store`."""
    copy, _ = prepare_store(folder)
    with store.read() as source, copy.write() as transaction:
        edition_copy.copy_changes(source, transaction, 0, state.current_edition(source))
        edition_copy.put_signs(transaction, edition_copy.signs(source))
        assert lineage.position(transaction).edition == 2
    return copy


def index(store: Store) -> list[tuple[str, int, int, document_index.IndexEntry]]:
    """The documents that a serving process holds of `store`."""
    with store.read() as transaction:
        rows = document_index.newer(transaction, 0)
        return sorted((row.path, row.address, row.status, document_index.read_record(row.record)[1:]) for row in rows)  # type: ignore[misc]


def test_a_body_that_is_not_what_its_hash_says_is_not_taken_over(tmp_path: Path) -> None:
    room = Newsroom(tmp_path / "room")
    room.write("a.md", story("One"))
    room.publish()
    with room.store.write() as transaction:
        transaction.execute(bodies.update().where(bodies.c.coding == "gzip").values(body=b"other"))
    with pytest.raises(edition_copy.Damaged, match="not what its hash says"):
        follow(room.store, tmp_path / "copy")
    room.close()
