"""The Edition: every document that is published now, and the number that moves when any of them does.

A document's row says in which edition it last changed, so that a server follows by loading only what is newer.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from feedsvc.model import Representation
from feedsvc.store.schema import attachments, bodies, documents, notes

LIVE, GONE, FORGOTTEN = 200, 410, 404


class Issue(NamedTuple):
    """One document, made for one address, as it goes into the store."""

    address: int
    path: str
    type: str
    max_age: int
    representations: tuple[Representation, ...]
    file: str = ""
    length: int = 0
    """Of the file, where there is one."""


def current(connection: Connection) -> int:
    """The number of the current Edition; 0 while nothing was ever published."""
    return int(recall(connection, "edition", 0))


def close(connection: Connection, edition: int, now: datetime) -> None:
    """End `edition` just before it is committed: its documents were last modified now.

    Two versions within a second share that second, which is noted, for then only a later If-Modified-Since tells.
    """
    second = int(now.timestamp())
    values = {"shared_second": documents.c.modified >= second, "modified": second}
    connection.execute(update(documents).where(documents.c.edition == edition).values(**values))
    remember(connection, "edition", edition)


def head(connection: Connection, address: int, path: str) -> tuple[str, str, int] | None:
    """`(ETag of the identity representation, media type, max_age)` of what is live at `path`, or None."""
    query = (
        select(bodies.c.etag, documents.c.type, documents.c.max_age)
        .join(documents, documents.c.number == bodies.c.document)
        .where(documents.c.address == address, documents.c.path == path)
        .where(documents.c.status == LIVE, bodies.c.coding == "identity")
    )
    row = connection.execute(query).one_or_none()
    return tuple(row) if row else None


def put(connection: Connection, edition: int, issue: Issue) -> None:
    """Publish `issue` in `edition`; `close` gives it its Last-Modified."""
    before = connection.execute(
        select(documents.c.number).where(documents.c.address == issue.address, documents.c.path == issue.path)
    ).one_or_none()
    values: dict[str, object] = {
        "edition": edition,
        "status": LIVE,
        "type": issue.type,
        "max_age": issue.max_age,
        "file": issue.file,
    }
    if before is None:
        row = insert(documents).values(
            address=issue.address, path=issue.path, modified=0, shared_second=False, **values
        )
        number = connection.execute(row).inserted_primary_key[0]  # type: ignore[index]  # a one-row insert has one
    else:
        number = before.number
        connection.execute(update(documents).where(documents.c.number == number).values(**values))
        connection.execute(delete(bodies).where(bodies.c.document == number))
    connection.execute(insert(bodies), [_body(number, issue, each) for each in issue.representations])


def _body(number: int, issue: Issue, representation: Representation) -> dict[str, object]:
    return {
        "document": number,
        "coding": representation.coding,
        "etag": representation.etag,
        "length": issue.length or len(representation.body),
        "body": None if issue.file else representation.body,
    }


def drop(connection: Connection, edition: int, paths: Iterable[str], status: int) -> bool:
    """Take the live documents at `paths` out of every address: `GONE`, or `FORGOTTEN`. Whether there were any."""
    dropped = False
    for path in paths:
        live = (documents.c.path == path) & (documents.c.status == LIVE)
        numbers = list(connection.scalars(select(documents.c.number).where(live)))
        if numbers:
            dropped = True
            connection.execute(delete(bodies).where(bodies.c.document.in_(numbers)))
            values = {"edition": edition, "status": status}
            connection.execute(update(documents).where(documents.c.number.in_(numbers)).values(**values))
    return dropped


def live_feeds(connection: Connection) -> set[str]:
    """Every live path but those of files and of articles' own pages."""
    own = documents.c.path.like("/articles/%/%") & documents.c.type.startswith("text/html")
    live = (documents.c.status == LIVE) & (documents.c.file == "") & ~own
    return set(connection.scalars(select(documents.c.path).where(live)))


def drop_addresses(connection: Connection, count: int) -> None:
    """Forget the documents of the addresses that the configuration has no more."""
    numbers = select(documents.c.number).where(documents.c.address >= count)
    connection.execute(delete(bodies).where(bodies.c.document.in_(numbers)))
    connection.execute(delete(documents).where(documents.c.address >= count))


def newer(connection: Connection, than: int) -> Iterator[Row[Any]]:
    """The documents that changed after edition `than`, each once for each representation, bodies left out."""
    query = (
        select(documents, bodies.c.coding, bodies.c.etag, bodies.c.length)
        .join(bodies, bodies.c.document == documents.c.number, isouter=True)
        .where(documents.c.edition > than)
        .order_by(documents.c.number, bodies.c.coding)
    )
    yield from connection.execution_options(yield_per=500).execute(query)


def body(connection: Connection, etag: str, document: int) -> bytes | None:
    """The bytes that have `etag`, or None if the document has moved on."""
    query = select(bodies.c.body).where(bodies.c.document == document, bodies.c.etag == etag)
    return connection.execute(query).scalar()


def below(connection: Connection, prefix: str) -> dict[str, int]:
    """The documents of the canonical address whose path begins with `prefix`, and their statuses."""
    inside = documents.c.path.between(prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1))
    query = select(documents.c.path, documents.c.status).where(documents.c.address == 0, inside)
    return {row.path: row.status for row in connection.execute(query)}


# --- files that articles show -----------------------------------------------------------------------------------------


def attach(connection: Connection, article: int, files: dict[str, str]) -> set[str]:
    """Note which files (path to media type) `article` shows; those that it no longer does are returned."""
    mine = attachments.c.article == article
    before = set(connection.scalars(select(attachments.c.file).where(mine)))
    connection.execute(delete(attachments).where(mine))
    if files:
        rows = [{"file": file, "article": article, "type": kind} for file, kind in files.items()]
        connection.execute(insert(attachments), rows)
    return before - files.keys()


def is_attached(connection: Connection, file: str) -> bool:
    return (
        connection.execute(select(attachments.c.file).where(attachments.c.file == file).limit(1)).scalar() is not None
    )


# --- notes ------------------------------------------------------------------------------------------------------------


def remember(connection: Connection, name: str, value: object) -> None:
    """Keep a small JSON value under `name`."""
    encoded = msgspec.json.encode(value)
    statement = insert(notes).values(name=name, value=encoded)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": encoded}))


def recall(connection: Connection, name: str, default: Any = None) -> Any:
    """The value under `name`, or `default`."""
    encoded = connection.execute(select(notes.c.value).where(notes.c.name == name)).scalar()
    return default if encoded is None else msgspec.json.decode(encoded)


def forget(connection: Connection, name: str) -> None:
    connection.execute(delete(notes).where(notes.c.name == name))
