"""The short forms of documents that a server keeps in memory, small enough for a hundred thousand of them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import bindparam, func, select

from feedsvc.store.edition_schema import bodies, documents
from feedsvc.store.transaction import Transaction

_CODED = (
    select(func.json_group_array(func.json_array(bodies.c.coding, bodies.c.etag, bodies.c.length)))
    .where(bodies.c.document == documents.c.number)
    .scalar_subquery()
)
_about = documents.c.number, documents.c.modified, documents.c.shared_second, documents.c.file, documents.c.type
_RECORD: Any = select(
    documents.c.path,
    documents.c.address,
    documents.c.status,
    func.json_array(*_about, documents.c.max_age, _CODED, documents.c.topic).label("record"),
)
_NEWER = _RECORD.where(documents.c.edition > bindparam("than"), ~documents.c.on_demand)
_LOOKED_UP = _RECORD.where(
    documents.c.path == bindparam("path"), documents.c.address == bindparam("address"), documents.c.on_demand
)


class IndexEntry(NamedTuple):
    """The short form of a document, without its bodies: a JSON array of these fields."""

    number: int
    modified: int
    shared_second: int
    file: str
    type: str
    max_age: int
    coded: list[tuple[str, str, int]]
    """Each representation's coding, ETag, and length in bytes."""
    topic: int = 0
    """1 if hubs and subscribers are notified of it."""


_records = msgspec.json.Decoder(IndexEntry)


def read_record(record: str) -> IndexEntry:
    """The IndexEntry of the JSON text `record`."""
    return _records.decode(record)


class IndexRow(NamedTuple):
    """One document of the Edition; `record` is an IndexEntry as JSON, decoded when the document is requested."""

    path: str
    address: int
    status: int
    record: str


def newer(transaction: Transaction, than: int) -> Iterator[IndexRow]:
    """The documents that servers keep in memory and that changed after Edition `than`."""
    yield from (IndexRow(*row) for row in transaction.stream(_NEWER, {"than": than}))


def look_up(transaction: Transaction, path: str, address: int) -> IndexRow | None:
    """The document at `path` that is loaded on request; None if there is none."""
    row = transaction.execute(_LOOKED_UP, {"path": path, "address": address}).first()
    return IndexRow(*row) if row else None
