"""The Edition: all documents that are published now, and its number, which grows when any of them changes.

The row of a document has the number of the Edition that last changed it, so that a server loads only newer documents.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import TextClause, bindparam, delete, func, select, text, update

from feedsvc.model.document import Representation
from feedsvc.store import state
from feedsvc.store.bulk import Bulk
from feedsvc.store.coding import etag as etag_of
from feedsvc.store.coding import unpack
from feedsvc.store.dialect import insert
from feedsvc.store.edition_schema import bodies, documents
from feedsvc.store.entries import PublishedDocument
from feedsvc.store.errors import NotAsWritten
from feedsvc.store.transaction import Transaction

LIVE, GONE, NOT_FOUND = 200, 410, 404


class DocumentWrite(NamedTuple):
    """One document for one address, to be written to the store."""

    address: int
    path: str
    type: str
    max_age: int
    representations: tuple[Representation, ...]
    file: str = ""
    length: int = 0
    """The length of `file` in bytes; 0 if there is none."""
    number: int = 0
    """The number of the document that is to be replaced; 0 for a new one."""
    on_demand: bool = False
    topic: bool = False


def close_edition(transaction: Transaction, edition: int, now: datetime) -> None:
    """Closes `edition` just before it is committed: the documents that it changed get the Last-Modified `now`.

    If a document changes twice within a second, both versions have that second as Last-Modified. It is then flagged as
    `shared_second`, so that only a later If-Modified-Since gets a 304. Last-Modified never decreases, even if the clock
    is set back.
    """
    second = int(now.timestamp())
    later = func.max(documents.c.modified, second)
    values = {"shared_second": documents.c.modified >= second, "modified": later}
    transaction.execute(update(documents).where(documents.c.edition == edition).values(**values))
    state.EDITION.put(transaction, edition)


class DocumentHead(NamedTuple):
    """The document at one path and address, without its body. `etag` is that of the identity representation; None for a
    document that is gone."""

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


# Cross joins, since SQLite keeps their order: it begins with the few wanted values, and never scans all documents.
_HEADS_OF = (
    "SELECT wanted.value, d.path, address, number, status, d.type, max_age, etag FROM json_each(:wanted) AS wanted"
    " CROSS JOIN documents AS d LEFT JOIN bodies ON document = number AND coding = 'identity' WHERE "
)
_HEADS_AMONG = text(f"{_HEADS_OF} d.path = wanted.value")
_HEADS_BELOW = text(f"{_HEADS_OF} d.path BETWEEN wanted.value || '/' AND wanted.value || '0'")  # 0 comes right after /


def heads(transaction: Transaction, path: str) -> DocumentHeads:
    """The documents at `path` by address, gone ones included."""
    return {row.address: DocumentHead(*row[2:]) for row in transaction.execute(_HEADS_AT, {"path": path})}


def heads_among(transaction: Transaction, paths: Iterable[str]) -> dict[str, DocumentHeads]:
    """The documents at each of `paths`, by path and address, gone ones included."""
    return {path: found.get(path, {}) for path, found in _heads(transaction, _HEADS_AMONG, paths).items()}


def heads_below(transaction: Transaction, folders: Iterable[str]) -> dict[str, dict[str, DocumentHeads]]:
    """The documents below each of `folders` (such as `/articles/KEY`), by folder, path and address."""
    return _heads(transaction, _HEADS_BELOW, folders)


def _heads(
    transaction: Transaction, statement: TextClause, wanted: Iterable[str]
) -> dict[str, dict[str, DocumentHeads]]:
    """The documents that `statement` finds for each of `wanted`, by path and address."""
    found: dict[str, dict[str, DocumentHeads]] = {value: {} for value in wanted}
    given = {"wanted": msgspec.json.encode([*found]).decode()}
    for value, path, address, *head in transaction.execute(statement, given):
        found[value].setdefault(path, {})[address] = DocumentHead(*head)
    return found


def _after(prefix: str) -> str:
    """The smallest text that is greater than every text that begins with `prefix`."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def newest_but(transaction: Transaction, paths: Iterable[str]) -> int:
    """The last Edition that changed a document other than those at `paths`; 0 if there is none."""
    others = select(documents.c.edition).where(documents.c.path.not_in(list(paths)))
    return transaction.scalar(others.order_by(documents.c.edition.desc()).limit(1)) or 0


def save(transaction: Transaction, edition: int, issues: list[DocumentWrite]) -> None:
    """Publishes `issues` in `edition`; `close_edition` sets their Last-Modified. No two may have the same path and
    address."""
    known = [issue for issue in issues if issue.number]
    new = [issue for issue in issues if not issue.number]
    if known:
        transaction.execute(_PUT_AGAIN, [{"wanted": issue.number} | _values(issue, edition) for issue in known])
        transaction.execute(_DROP_BODIES, [{"wanted": issue.number} for issue in known])
    first = (transaction.scalar(_LAST) or 0) + 1
    new = [issue._replace(number=number) for number, issue in enumerate(new, first)]
    _ADD.execute(transaction, (_document(issue, edition) for issue in new))
    _ADD_BODIES.execute(transaction, (row for issue in (*known, *new) for row in _bodies(issue)))


_ADD = Bulk(insert(documents))


_ADD_BODIES = Bulk(insert(bodies))


_LAST = select(func.max(documents.c.number))


_DROP_BODIES = delete(bodies).where(bodies.c.document == bindparam("wanted"))


_PUT_AGAIN = (
    update(documents)
    .where(documents.c.number == bindparam("wanted"))
    .values({name: bindparam(name) for name in ("edition", "status", "type", "max_age", "file", "on_demand", "topic")})
)


def _values(issue: DocumentWrite, edition: int) -> dict[str, object]:
    return {
        "edition": edition,
        "status": LIVE,
        "type": issue.type,
        "max_age": issue.max_age,
        "file": issue.file,
        "on_demand": issue.on_demand,
        "topic": issue.topic,
    }


def _document(issue: DocumentWrite, edition: int) -> tuple[object, ...]:
    """The row of a new document, in the order of the table's columns."""
    place = (issue.number, issue.address, issue.path, edition, LIVE, issue.type)
    return *place, 0, False, issue.max_age, issue.file, issue.on_demand, issue.topic


def _bodies(issue: DocumentWrite) -> Iterator[tuple[object, ...]]:
    """The rows of the representations of `issue`. A document that is served on demand has no identity body if it has
    one in gzip."""
    packed = issue.on_demand and any(each.coding == "gzip" for each in issue.representations)
    for each in issue.representations:
        left_out = issue.file or (packed and each.coding == "identity")
        length = issue.length or len(each.body)
        yield issue.number, each.coding, each.etag, length, None if left_out else each.body


def drop(transaction: Transaction, edition: int, paths: Iterable[str], status: int) -> int:
    """Removes the live documents at `paths` from every address, and returns their number. Their status becomes
    `status`: GONE or NOT_FOUND."""
    dropped = 0
    for path in paths:
        live = (documents.c.path == path) & (documents.c.status == LIVE)
        numbers = list(transaction.scalars(select(documents.c.number).where(live)))
        if numbers:
            dropped += len(numbers)
            transaction.execute(delete(bodies).where(bodies.c.document.in_(numbers)))
            values = {"edition": edition, "status": status}
            transaction.execute(update(documents).where(documents.c.number.in_(numbers)).values(**values))
    return dropped


def clear(transaction: Transaction) -> None:
    """Removes every document: remains of a first Edition that was never closed."""
    transaction.execute(delete(bodies))
    transaction.execute(delete(documents))


def live_feeds(transaction: Transaction) -> set[str]:
    """The paths of all live documents that servers keep in memory: all but files and the pages of articles."""
    live = (documents.c.status == LIVE) & ~documents.c.on_demand
    return set(transaction.scalars(select(documents.c.path).where(live)))


def drop_addresses(transaction: Transaction, count: int) -> None:
    """Removes the documents of addresses that the configuration no longer has; it has `count` of them."""
    numbers = select(documents.c.number).where(documents.c.address >= count)
    transaction.execute(delete(bodies).where(bodies.c.document.in_(numbers)))
    transaction.execute(delete(documents).where(documents.c.address >= count))


_IN_ORDER = documents.c.number, bodies.c.coding


_EVERYTHING = (
    select(documents, bodies.c.coding, bodies.c.etag, bodies.c.length)
    .join(bodies, bodies.c.document == documents.c.number, isouter=True)
    .order_by(*_IN_ORDER)
)


def everything(transaction: Transaction) -> Iterator[PublishedDocument]:
    """All documents in the order of their numbers, one item for each representation, without bodies."""
    yield from (PublishedDocument(*row) for row in transaction.stream(_EVERYTHING))


class PublishedFile(NamedTuple):
    """A published file: its path below the articles folder, and the ETag of its bytes."""

    file: str
    etag: str


_FILES = (
    select(documents.c.file, bodies.c.etag)
    .join(bodies, bodies.c.document == documents.c.number)
    .where(documents.c.file != "", documents.c.edition > bindparam("since"))
    .order_by(documents.c.file)
    .distinct()
)


def files_since(transaction: Transaction, edition: int) -> list[PublishedFile]:
    """The files that were published or changed after `edition`."""
    return [PublishedFile(*row) for row in transaction.execute(_FILES, {"since": edition})]


def body(transaction: Transaction, etag: str, document: int) -> bytes | None:
    """The bytes with the ETag `etag`; None if the document has changed since. Raises NotAsWritten if the bytes do not
    match `etag`, since the caller passes them on."""
    row = transaction.execute(_BODY, {"document": document, "etag": etag}).first()
    if row is None:
        return None
    found: bytes | None = row.body
    if found is None and row.coding == "identity":
        packed = transaction.scalar(_PACKED, {"document": document})
        found = unpack(packed) if packed else None
    if found is not None and etag_of(found) != etag:
        raise NotAsWritten(f"the body of document {document} is not as it was written")
    return found


_BODIES_OF = bodies.c.document == bindparam("document")


_BODY = select(bodies.c.body, bodies.c.coding).where(_BODIES_OF, bodies.c.etag == bindparam("etag"))


_PACKED = select(bodies.c.body).where(_BODIES_OF, bodies.c.coding == "gzip")


def below(transaction: Transaction, prefix: str) -> dict[str, int]:
    """The status of each document of the canonical address whose path begins with `prefix`, by path."""
    inside = documents.c.path.between(prefix, _after(prefix))
    query = select(documents.c.path, documents.c.status).where(documents.c.address == 0, inside)
    return {row.path: row.status for row in transaction.execute(query)}
