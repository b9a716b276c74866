"""Documents in short: what a server holds of each, so that there may be a hundred thousand of them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, bindparam, func, select

from feedsvc.store.schema import bodies, documents

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
    func.json_array(*_about, documents.c.max_age, _CODED).label("record"),
)
_NEWER = _RECORD.where(documents.c.edition > bindparam("than"), ~documents.c.shelved)
_LOOKED_UP = _RECORD.where(
    documents.c.path == bindparam("path"), documents.c.address == bindparam("address"), documents.c.shelved
)


class IndexEntry(NamedTuple):
    """A document without its bodies, as it is kept in short: JSON, an array of these."""

    number: int
    modified: int
    shared_second: int
    file: str
    type: str
    max_age: int
    coded: list[tuple[str, str, int]]
    """Each representation's coding, ETag, and length in bytes."""


_records = msgspec.json.Decoder(IndexEntry)


def read_record(record: str) -> IndexEntry:
    return _records.decode(record)


def newer(connection: Connection, than: int) -> Iterator[Row[Any]]:
    """`path`, `address`, `status` and `record` of the documents to be held that changed after edition `than`."""
    yield from connection.execution_options(yield_per=500).execute(_NEWER, {"than": than})


def look_up(connection: Connection, path: str, address: int) -> Row[Any] | None:
    """The document that is on the shelf for `path`, in the same form; nothing if there is none."""
    return connection.execute(_LOOKED_UP, {"path": path, "address": address}).first()
