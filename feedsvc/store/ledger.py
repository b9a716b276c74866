"""The ledger: which articles there are, who they are, and when; and what the last scan saw of their files.

Functions of a connection; a caller holds the transaction. `Row` is a row of the table `articles`. What runs for every
article is built once, here at the top: making a statement costs more than running it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, delete, func, or_, select, text, update
from sqlalchemy.dialects.sqlite import insert

from feedsvc.model.article import ArticleCopy
from feedsvc.model.codec import FOREVER
from feedsvc.model.codec import decode as decode
from feedsvc.model.codec import encode as encode
from feedsvc.model.codec import instant as instant
from feedsvc.model.codec import seconds as seconds
from feedsvc.store.bulk import Bulk
from feedsvc.store.schema import articles, memberships

COLUMNS = [column.label("copy_") if column.name == "copy" else column for column in articles.c]


BRIEF = [column for column in COLUMNS if column.name != "body"]


_FIND = {
    name: select(*COLUMNS).where(articles.c[name] == bindparam("wanted")).limit(1)
    for name in ("number", "path", "key", "fold")
}


_CANDIDATES = (
    select(*BRIEF)
    .where(
        or_(
            articles.c.path == bindparam("by_path"),
            articles.c.key == bindparam("by_key"),
            articles.c.digest == bindparam("by_digest"),
            articles.c.fold == bindparam("by_fold"),
        )
    )
    .order_by(articles.c.number)
)


_TAKEN = select(articles.c.number).where((articles.c.key == bindparam("key")) | (articles.c.fold == bindparam("fold")))


_ADD = Bulk(insert(articles))


_OTHERS = articles.c.keys()[1:]


_LAST = select(func.max(articles.c.number))


_AMONG = {
    name: text(f"SELECT {name} FROM articles WHERE {name} IN (SELECT value FROM json_each(:wanted))")  # noqa: S608
    for name in ("path", "key", "digest", "fold")
}


_SECTIONS_OF = select(memberships.c.section).where(memberships.c.article == bindparam("number"))


_AVAILABLE_IN = select(memberships.c.section, memberships.c.available).where(
    memberships.c.article == bindparam("number")
)


_LEAVE = delete(memberships).where(memberships.c.article == bindparam("number"))


is_open = (articles.c.opens <= bindparam("now")) & (articles.c.closes > bindparam("now"))


def copy_of(row: Row[Any]) -> ArticleCopy:
    """What the file says, without its body: that is the row's `body`."""
    return decode(row.copy_)


def find(connection: Connection, **where: object) -> Row[Any] | None:
    """The one article with this `number`, `path`, `key` or `fold`, or None."""
    [(name, wanted)] = where.items()
    return connection.execute(_FIND[name], {"wanted": wanted}).one_or_none()


def candidates(connection: Connection, path: str, key: str, digest: str, fold: str | None) -> list[Row[Any]]:
    """The articles, oldest first, that a file could be, by path, key, bytes or id; without their `body`."""
    wanted = {"by_path": path, "by_key": key, "by_digest": digest, "by_fold": fold}
    return list(connection.execute(_CANDIDATES, wanted))


def existing(connection: Connection, column: str, values: Iterable[str]) -> set[str]:
    """Which of `values` some article has in `column`: `path`, `key`, `digest` or `fold`."""
    return set(connection.scalars(_AMONG[column], {"wanted": msgspec.json.encode(list(values)).decode()}))


_STANDING = text(
    "SELECT path, number, digest, fingerprint, slug, copy FROM articles"
    " WHERE path IN (SELECT value FROM json_each(:wanted))"
)


def last_read(connection: Connection, paths: Iterable[str]) -> dict[str, tuple[int, tuple[str, str, str, bytes]]]:
    """The articles that have these files: path to number, and digest, fingerprint, slug and copy as they were read."""
    found = connection.execute(_STANDING, {"wanted": msgspec.json.encode(list(paths)).decode()})
    return {path: (number, (digest, look, slug, copy)) for path, number, digest, look, slug, copy in found}


def is_empty(connection: Connection) -> bool:
    """Whether it knows of no article."""
    return connection.scalar(select(articles.c.number).limit(1)) is None


def is_taken(connection: Connection, key: str, fold: str) -> bool:
    """Whether any article has this key, or an id that folds so."""
    return connection.execute(_TAKEN, {"key": key, "fold": fold}).first() is not None


def add(connection: Connection, values: dict[str, Any]) -> int:
    """A new article; its number."""
    [number] = add_all(connection, [values])
    return number


def add_all(connection: Connection, rows: list[dict[str, Any]]) -> range:
    """New articles, all with the same columns; their numbers."""
    first = (connection.scalar(_LAST) or 0) + 1
    _ADD.execute(connection, ((number, *map(values.get, _OTHERS)) for number, values in enumerate(rows, first)))
    return range(first, first + len(rows))


def change(connection: Connection, number: int, values: dict[str, Any]) -> None:
    connection.execute(update(articles).where(articles.c.number == number).values(**values))


def sections_of(connection: Connection, number: int) -> set[str]:
    return set(connection.scalars(_SECTIONS_OF, {"number": number}))


def count_with_file(connection: Connection, most: int | None = None) -> int:
    """How many articles have a file; of more than `most`, that many."""
    some = select(articles.c.number).where(articles.c.path.is_not(None)).limit(most).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one()


def next_change_at(connection: Connection, now: int) -> datetime | None:
    """The next instant after `now` at which an article opens or closes."""
    turns = [
        connection.scalar(select(func.min(column)).where(column > now))
        for column in (articles.c.opens, articles.c.closes)
    ]
    coming = [turn for turn in turns if turn is not None and turn < FOREVER]
    return instant(min(coming)) if coming else None
