"""Who the articles are, taken out of the ledger and into it: what a newsroom carries along when it moves.

Functions of a connection; a caller holds the transaction. Instants are seconds, as in the tables.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from feedsvc.model.article import ArticleCopy
from feedsvc.model.codec import FOREVER
from feedsvc.store import ledger, notes
from feedsvc.store.schema import adopted, articles, memberships, sources

IMPORTED = "imported"
"""A stamp that no file has: the next look reads the file, or misses it."""
UNKNOWN = ""
"""The fingerprint of an article of which we cannot say what readers saw: the next look calls it unchanged."""

_ADOPTED: tuple[Any, ...] = (adopted.c.link, adopted.c.dated, adopted.c.said)
_ALIKE = select(*ledger.COLUMNS).where(
    or_(
        articles.c.fold == bindparam("by_fold"),
        articles.c.key == bindparam("by_key"),
        articles.c.path == bindparam("by_path"),
    )
)


def all_identities(connection: Connection) -> Iterator[Row[Any]]:
    """Every article in the order of ids, with what was adopted for it; without its body."""
    columns = [column for column in ledger.COLUMNS if column.name != "body"]
    query = select(*columns, *_ADOPTED).join(adopted, adopted.c.article == articles.c.number, isouter=True)
    rows: Iterable[Row[Any]] = connection.execution_options(yield_per=500).execute(query.order_by(articles.c.id))
    yield from rows


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(articles)).scalar_one()


def conflicts(connection: Connection, fold: str, key: str, path: str | None) -> list[Row[Any]]:
    """The articles that share any of these with one that is to come in."""
    return list(connection.execute(_ALIKE, {"by_fold": fold, "by_key": key, "by_path": path}))


def is_unseen(connection: Connection, row: Row[Any]) -> bool:
    """Whether no Edition can have shown the article to readers, so that it may still be called otherwise."""
    if not notes.current(connection):
        return True
    return not row.shown and row.opens > int(notes.get(connection, "tick", 0))


def last_number(connection: Connection) -> int:
    """The highest number that any article has."""
    return connection.scalar(select(func.max(articles.c.number))) or 0


def insert_unread(connection: Connection, rows: list[tuple[dict[str, object], ArticleCopy]]) -> None:
    """Enter articles that have been read by another service; nothing of them is shown until their files are read."""
    closed = {"opens": FOREVER, "closes": FOREVER, "body": "", "paged": False}
    first = last_number(connection) + 1
    values = [
        {"number": number, "copy": ledger.encode(copy)} | row | closed for number, (row, copy) in enumerate(rows, first)
    ]
    if values:
        connection.execute(insert(articles), values)
        read_again(connection, ((str(row["path"]), row["number"]) for row in values if row["path"] is not None))


def read_again(connection: Connection, files: Iterable[tuple[str, Any]]) -> None:
    """Let the next look read the files (path and number of the article) whatever their stamps say."""
    rows = [
        {"path": path, "folder": path.rpartition("/")[0], "stamp": IMPORTED, "article": number}
        for path, number in files
    ]
    if rows:
        statement = insert(sources)
        values = {"stamp": statement.excluded.stamp, "article": statement.excluded.article}
        connection.execute(statement.on_conflict_do_update(index_elements=["path"], set_=values), rows)


def rename(connection: Connection, number: int, values: dict[str, object]) -> None:
    """Give the article another id, or other dates: in the ledger, and in the sections where it stands."""
    connection.execute(update(articles).where(articles.c.number == number).values(**values))
    told = {name: values[name] for name in ("id", "published") if name in values}
    if told:
        connection.execute(update(memberships).where(memberships.c.article == number).values(**told))


# --- what was adopted from another system -----------------------------------------------------------------------------


def adopt(connection: Connection, number: int, link: str, dated: int | None, said: int | None) -> None:
    """Keep the link and the date under which readers know the article; the date as long as the file says `said`."""
    connection.execute(delete(adopted).where(adopted.c.article == number))
    connection.execute(insert(adopted).values(article=number, link=link, dated=dated, said=said))


_ADOPTED_BY = select(*_ADOPTED).where(adopted.c.article == bindparam("number"))


def adopted_by(connection: Connection, number: int) -> Row[Any] | None:
    row: Row[Any] | None = connection.execute(_ADOPTED_BY, {"number": number}).one_or_none()
    return row


def anything_adopted(connection: Connection) -> bool:
    return connection.scalar(select(adopted.c.article).limit(1)) is not None
