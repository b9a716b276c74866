"""The ledger: which articles there are, who they are, and when; and what the last scan saw of their files.

Functions of a connection; a caller holds the transaction. `Row` is a row of the table `articles`. What runs for every
article is built once, here at the top: making a statement costs more than running it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, bindparam, delete, func, or_, select, text, update
from sqlalchemy.dialects.sqlite import insert

from feedsvc.model import Copy, Problem
from feedsvc.store.bulk import Bulk
from feedsvc.store.notation import FOREVER
from feedsvc.store.notation import decode as decode
from feedsvc.store.notation import encode as encode
from feedsvc.store.notation import instant as instant
from feedsvc.store.notation import seconds as seconds
from feedsvc.store.notation import span as span
from feedsvc.store.schema import articles, memberships, problems

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
_JOIN = Bulk(insert(memberships))
_SECTIONS_OF = select(memberships.c.section).where(memberships.c.article == bindparam("number"))
_AVAILABLE_IN = select(memberships.c.section, memberships.c.available).where(
    memberships.c.article == bindparam("number")
)
_LEAVE = delete(memberships).where(memberships.c.article == bindparam("number"))
is_open = (articles.c.opens <= bindparam("now")) & (articles.c.closes > bindparam("now"))


def copy_of(row: Row[Any]) -> Copy:
    """What the file says, without its body: that is the row's `body`."""
    return decode(row.copy_)


# --- articles ---------------------------------------------------------------------------------------------------------


def find(connection: Connection, **where: object) -> Row[Any] | None:
    """The one article with this `number`, `path`, `key` or `fold`, or None."""
    [(name, wanted)] = where.items()
    return connection.execute(_FIND[name], {"wanted": wanted}).one_or_none()


def candidates(connection: Connection, path: str, key: str, digest: str, fold: str | None) -> list[Row[Any]]:
    """The articles, oldest first, that a file could be, by path, key, bytes or id; without their `body`."""
    wanted = {"by_path": path, "by_key": key, "by_digest": digest, "by_fold": fold}
    return list(connection.execute(_CANDIDATES, wanted))


def taken_among(connection: Connection, column: str, values: Iterable[str]) -> set[str]:
    """Which of `values` some article has in `column`: `path`, `key`, `digest` or `fold`."""
    return set(connection.scalars(_AMONG[column], {"wanted": msgspec.json.encode(list(values)).decode()}))


_STANDING = text(
    "SELECT path, number, digest, fingerprint, slug, copy FROM articles"
    " WHERE path IN (SELECT value FROM json_each(:wanted))"
)


def standing(connection: Connection, paths: Iterable[str]) -> dict[str, tuple[int, tuple[str, str, str, bytes]]]:
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


def leave_sections(connection: Connection, number: int) -> dict[str, int]:
    """Take the article out of its sections; which these were, and since when it was available in each."""
    before = {row.section: row.available for row in connection.execute(_AVAILABLE_IN, {"number": number})}
    connection.execute(_LEAVE, {"number": number})
    return before


class Place(NamedTuple):
    """Where an article stands: what orders it there, the sections, path to name, and the later instants since when it
    stands in some of them."""

    article: int
    available: int
    published: int
    id: str
    names: dict[str, str]
    since: dict[str, int]


def join_sections(connection: Connection, places: Iterable[Place]) -> None:
    """Let articles, which stand in none yet, stand in their sections."""
    rows = sorted(
        (path, place.since.get(path, place.available), place.published, place.id, place.article, name)
        for place in places
        for path, name in place.names.items()
    )
    _JOIN.execute(connection, rows)


def held(connection: Connection, most: int | None = None) -> int:
    """How many articles have a file; of more than `most`, that many."""
    some = select(articles.c.number).where(articles.c.path.is_not(None)).limit(most).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one()


# --- sections ---------------------------------------------------------------------------------------------------------


_SECTION_NAME = (
    select(memberships.c.name)
    .join(articles, memberships.c.article == articles.c.number)
    .where(memberships.c.section == bindparam("section"), is_open)
    .order_by(memberships.c.name)
    .limit(1)
)


def section_name(connection: Connection, section: str, now: int) -> str | None:
    """What open articles call `section`, the first of its names in the order of code points; None if there is none."""
    return connection.scalar(_SECTION_NAME, {"section": section, "now": now})


def named_sections(connection: Connection) -> set[str]:
    """Every section that any article names, open or not."""
    return set(connection.scalars(select(memberships.c.section).distinct()))


def is_named(connection: Connection, section: str) -> bool:
    """Whether any article names `section`, open or not."""
    return connection.scalar(select(memberships.c.article).where(memberships.c.section == section).limit(1)) is not None


def next_turn(connection: Connection, now: int) -> datetime | None:
    """The next instant after `now` at which an article opens or closes."""
    turns = [
        connection.scalar(select(func.min(column)).where(column > now))
        for column in (articles.c.opens, articles.c.closes)
    ]
    coming = [turn for turn in turns if turn is not None and turn < FOREVER]
    return instant(min(coming)) if coming else None


# --- problems ---------------------------------------------------------------------------------------------------------

_SETTLE = delete(problems).where(problems.c.origin == bindparam("wanted"))


def replace_problems(connection: Connection, origin: str, found: Iterable[Problem]) -> None:
    """What `origin` (a file, or a room) has to complain of, in place of what it had before."""
    connection.execute(_SETTLE, {"wanted": origin})
    if rows := [{"origin": origin} | msgspec.structs.asdict(problem) for problem in found]:
        connection.execute(insert(problems), rows)


def troubled(connection: Connection) -> set[str]:
    """The origins that have something to complain of."""
    return set(connection.scalars(select(problems.c.origin).distinct()))


def count_problems(connection: Connection) -> tuple[int, int]:
    """How many hold something back, and how many are warnings."""
    counted = select(problems.c.warning, func.count()).group_by(problems.c.warning)
    found = {row[0]: row[1] for row in connection.execute(counted)}
    return found.get(False, 0), found.get(True, 0)


def all_problems(connection: Connection) -> tuple[Problem, ...]:
    query = select(problems.c.place, problems.c.reason, problems.c.remedy, problems.c.warning)
    return tuple(sorted(Problem(**row._mapping) for row in connection.execute(query)))
