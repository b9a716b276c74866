"""The Edition: every document that is published now, and the number that moves when any of them does.

A document's row says in which edition it last changed, so that a server follows by loading only what is newer.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, bindparam, delete, func, select, text, update
from sqlalchemy.dialects.sqlite import insert

from feedsvc.model.document import Representation
from feedsvc.store.bulk import Bulk
from feedsvc.store.coding import unpack
from feedsvc.store.notes import put
from feedsvc.store.schema import bodies, documents

LIVE, GONE, NOT_FOUND = 200, 410, 404


class DocumentWrite(NamedTuple):
    """One document, made for one address, as it goes into the store."""

    address: int
    path: str
    type: str
    max_age: int
    representations: tuple[Representation, ...]
    file: str = ""
    length: int = 0
    """Of the file, where there is one."""
    number: int = 0
    """Of the document that stands there already."""
    shelved: bool = False


def close(connection: Connection, edition: int, now: datetime) -> None:
    """End `edition` just before it is committed: its documents were last modified now.

    Two versions within a second share that second, which is noted, for then only a later If-Modified-Since tells.
    So do they when the clock is set back: Last-Modified never is.
    """
    second = int(now.timestamp())
    later = func.max(documents.c.modified, second)
    values = {"shared_second": documents.c.modified >= second, "modified": later}
    connection.execute(update(documents).where(documents.c.edition == edition).values(**values))
    put(connection, "edition", edition)


class DocumentHead(NamedTuple):
    """What stands at one path and address: the document's number, and the ETag of its identity representation."""

    number: int
    status: int
    type: str
    max_age: int
    etag: str | None


DocumentHeads = dict[int, DocumentHead]
"""By address."""


_HEADS = select(
    documents.c.path,
    documents.c.address,
    documents.c.number,
    documents.c.status,
    documents.c.type,
    documents.c.max_age,
    bodies.c.etag,
).join(bodies, (bodies.c.document == documents.c.number) & (bodies.c.coding == "identity"), isouter=True)


_HEADS_AT = _HEADS.where(documents.c.path == bindparam("path"))


# A cross join, as SQLite takes it in the order in which it is written: the few folders first, never all documents.
_HEADS_BELOW = text(
    "SELECT folder.value, d.path, address, number, status, d.type, max_age, etag FROM json_each(:folders) AS folder"
    " CROSS JOIN documents AS d ON d.path BETWEEN folder.value || '/' AND folder.value || '0'"  # 0 comes right after /
    " LEFT JOIN bodies ON document = number AND coding = 'identity'"
)


def heads(connection: Connection, path: str) -> DocumentHeads:
    """What stands at `path`, gone documents too."""
    return {row.address: DocumentHead(*row[2:]) for row in connection.execute(_HEADS_AT, {"path": path})}


def heads_below(connection: Connection, folders: Iterable[str]) -> dict[str, dict[str, DocumentHeads]]:
    """The same of every path below each of `folders`, such as `/articles/KEY`."""
    found: dict[str, dict[str, DocumentHeads]] = {folder: {} for folder in folders}
    wanted = msgspec.json.encode([*found]).decode()
    for folder, path, address, *head in connection.execute(_HEADS_BELOW, {"folders": wanted}):
        found[folder].setdefault(path, {})[address] = DocumentHead(*head)
    return found


def _after(prefix: str) -> str:
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def save(connection: Connection, edition: int, issues: list[DocumentWrite]) -> None:
    """Publish `issues`, no two of one path and address, in `edition`; `close` gives them their Last-Modified."""
    known = [issue for issue in issues if issue.number]
    new = [issue for issue in issues if not issue.number]
    if known:
        connection.execute(_PUT_AGAIN, [{"wanted": issue.number} | _values(issue, edition) for issue in known])
        connection.execute(_DROP_BODIES, [{"wanted": issue.number} for issue in known])
    first = (connection.scalar(_LAST) or 0) + 1
    new = [issue._replace(number=number) for number, issue in enumerate(new, first)]
    _ADD.execute(connection, (_document(issue, edition) for issue in new))
    _ADD_BODIES.execute(connection, (row for issue in (*known, *new) for row in _bodies(issue)))


_ADD = Bulk(insert(documents))


_ADD_BODIES = Bulk(insert(bodies))


_LAST = select(func.max(documents.c.number))


_DROP_BODIES = delete(bodies).where(bodies.c.document == bindparam("wanted"))


_PUT_AGAIN = (
    update(documents)
    .where(documents.c.number == bindparam("wanted"))
    .values({name: bindparam(name) for name in ("edition", "status", "type", "max_age", "file", "shelved")})
)


def _values(issue: DocumentWrite, edition: int) -> dict[str, object]:
    return {
        "edition": edition,
        "status": LIVE,
        "type": issue.type,
        "max_age": issue.max_age,
        "file": issue.file,
        "shelved": issue.shelved,
    }


def _document(issue: DocumentWrite, edition: int) -> tuple[object, ...]:
    """A row of `documents` that was never modified."""
    place = (issue.number, issue.address, issue.path, edition, LIVE, issue.type)
    return *place, 0, False, issue.max_age, issue.file, issue.shelved


def _bodies(issue: DocumentWrite) -> Iterator[tuple[object, ...]]:
    """Rows of `bodies`. On the shelf, more than half of the bytes would be of the one that next to nobody asks for."""
    packed = issue.shelved and any(each.coding == "gzip" for each in issue.representations)
    for each in issue.representations:
        left_out = issue.file or (packed and each.coding == "identity")
        length = issue.length or len(each.body)
        yield issue.number, each.coding, each.etag, length, None if left_out else each.body


def drop(connection: Connection, edition: int, paths: Iterable[str], status: int) -> int:
    """Take the live documents at `paths` out of every address: `GONE`, or `NOT_FOUND`. How many there were."""
    dropped = 0
    for path in paths:
        live = (documents.c.path == path) & (documents.c.status == LIVE)
        numbers = list(connection.scalars(select(documents.c.number).where(live)))
        if numbers:
            dropped += len(numbers)
            connection.execute(delete(bodies).where(bodies.c.document.in_(numbers)))
            values = {"edition": edition, "status": status}
            connection.execute(update(documents).where(documents.c.number.in_(numbers)).values(**values))
    return dropped


def clear(connection: Connection) -> None:
    """Forget every document: parts of a first Edition that was never closed."""
    connection.execute(delete(bodies))
    connection.execute(delete(documents))


def live_feeds(connection: Connection) -> set[str]:
    """Every live path but those of files and of articles' own pages."""
    live = (documents.c.status == LIVE) & ~documents.c.shelved
    return set(connection.scalars(select(documents.c.path).where(live)))


def drop_addresses(connection: Connection, count: int) -> None:
    """Forget the documents of the addresses that the configuration has no more."""
    numbers = select(documents.c.number).where(documents.c.address >= count)
    connection.execute(delete(bodies).where(bodies.c.document.in_(numbers)))
    connection.execute(delete(documents).where(documents.c.address >= count))


_IN_ORDER = documents.c.number, bodies.c.coding


_EVERYTHING = (
    select(documents, bodies.c.coding, bodies.c.etag, bodies.c.length)
    .join(bodies, bodies.c.document == documents.c.number, isouter=True)
    .order_by(*_IN_ORDER)
)


def everything(connection: Connection) -> Iterator[Row[Any]]:
    """All documents, once for each representation, bodies left out."""
    yield from connection.execution_options(yield_per=500).execute(_EVERYTHING)


def body(connection: Connection, etag: str, document: int) -> bytes | None:
    """The bytes that have `etag`, or None if the document has moved on."""
    row = connection.execute(_BODY, {"document": document, "etag": etag}).first()
    if row is None or row.body is not None or row.coding != "identity":
        return row and row.body
    packed = connection.execute(_PACKED, {"document": document}).scalar()
    return packed and unpack(packed)


_BODIES_OF = bodies.c.document == bindparam("document")


_BODY = select(bodies.c.body, bodies.c.coding).where(_BODIES_OF, bodies.c.etag == bindparam("etag"))


_PACKED = select(bodies.c.body).where(_BODIES_OF, bodies.c.coding == "gzip")


def below(connection: Connection, prefix: str) -> dict[str, int]:
    """The documents of the canonical address whose path begins with `prefix`, and their statuses."""
    inside = documents.c.path.between(prefix, _after(prefix))
    query = select(documents.c.path, documents.c.status).where(documents.c.address == 0, inside)
    return {row.path: row.status for row in connection.execute(query)}
