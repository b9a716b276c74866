"""The ledger: which articles there are, who they are, and when; and what the last scan saw of their files.

Functions of a connection; a caller holds the transaction. `Row` is a row of the table `articles`.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Table, delete, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from feedsvc.model import Copy, Problem
from feedsvc.store.schema import FOREVER, articles, dirty, memberships, problems, sources, stale

_decoder = msgspec.json.Decoder(Copy)


def seconds(instant: datetime) -> int:
    return int(instant.timestamp())


def instant(value: int) -> datetime:
    return datetime.fromtimestamp(value, UTC)


def copy_of(row: Row[Any]) -> Copy:
    return _decoder.decode(row.copy_)


def span(opened: tuple[datetime, datetime | None] | None) -> dict[str, int]:
    """The columns `opens` and `closes` for what `sections.opening` says."""
    if opened is None:
        return {"opens": FOREVER, "closes": FOREVER}
    return {"opens": seconds(opened[0]), "closes": seconds(opened[1]) if opened[1] else FOREVER}


# --- articles ---------------------------------------------------------------------------------------------------------

_columns = [column.label("copy_") if column.name == "copy" else column for column in articles.c]


def find(connection: Connection, **where: object) -> Row[Any] | None:
    """The one article whose columns have these values, or None."""
    conditions = [articles.c[name] == value for name, value in where.items()]
    return connection.execute(select(*_columns).where(*conditions).limit(1)).one_or_none()


def alike(connection: Connection, digest: str) -> list[Row[Any]]:
    """The articles whose files had these bytes when they were last read."""
    return list(connection.execute(select(*_columns).where(articles.c.digest == digest).order_by(articles.c.number)))


def add(connection: Connection, values: dict[str, object], copy: Copy) -> int:
    """A new article; its number."""
    statement = insert(articles).values(**values, copy=msgspec.json.encode(copy))
    return int(connection.execute(statement).inserted_primary_key[0])  # type: ignore[index]  # a one-row insert has one


def change(connection: Connection, number: int, values: dict[str, object], copy: Copy | None = None) -> None:
    encoded = {"copy": msgspec.json.encode(copy)} if copy is not None else {}
    connection.execute(update(articles).where(articles.c.number == number).values(**values, **encoded))


def join_sections(connection: Connection, number: int, id_: str, published: int, names: dict[str, str]) -> None:
    """Let the article stand in the sections `names` (path to name), and in no other; all that it touches is stale."""
    mine = memberships.c.article == number
    before = set(connection.scalars(select(memberships.c.section).where(mine)))
    connection.execute(delete(memberships).where(mine))
    if names:
        rows = [
            {"section": path, "published": published, "id": id_, "article": number, "name": name}
            for path, name in names.items()
        ]
        connection.execute(insert(memberships), rows)
    mark(connection, stale, before | set(names))
    mark(connection, dirty, [number])


def newest(connection: Connection, section: str, now: int, batch: int = 100) -> Iterator[Row[Any]]:
    """The open articles of `section` at `now`, newest first, ties by id; read in batches."""
    query = (
        select(*_columns)
        .join(memberships, memberships.c.article == articles.c.number)
        .where(memberships.c.section == section, articles.c.opens <= now, articles.c.closes > now)
        .order_by(memberships.c.published.desc(), memberships.c.id)
    )
    yield from connection.execution_options(yield_per=batch).execute(query)


def section_names(connection: Connection, now: int) -> dict[str, str]:
    """Every section that an open article names, by path, and the first of its names in the order of code points."""
    is_open = (articles.c.opens <= now) & (articles.c.closes > now)
    query = (
        select(memberships.c.section, func.min(memberships.c.name))
        .join(articles, memberships.c.article == articles.c.number)
        .where(is_open)
        .group_by(memberships.c.section)
        .order_by(memberships.c.section)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def held(connection: Connection) -> int:
    """How many articles have a file."""
    return connection.execute(select(func.count()).where(articles.c.path.is_not(None))).scalar_one()


def named_sections(connection: Connection) -> set[str]:
    """Every section that any article names, open or not."""
    return set(connection.scalars(select(memberships.c.section).distinct()))


def mark_turned(connection: Connection, since: int, now: int) -> None:
    """Mark the articles that opened or closed after `since` and until `now`, and their sections."""
    turned = or_(articles.c.opens.between(since + 1, now), articles.c.closes.between(since + 1, now))
    numbers = list(connection.scalars(select(articles.c.number).where(turned)))
    for number in numbers:
        mark(
            connection, stale, connection.scalars(select(memberships.c.section).where(memberships.c.article == number))
        )
    mark(connection, dirty, numbers)


def has_news(connection: Connection) -> bool:
    """Whether anything is marked as changed since it was last published."""
    return any(connection.execute(select(table).limit(1)).first() is not None for table in (dirty, stale))


def next_turn(connection: Connection, now: int) -> datetime | None:
    """The next instant after `now` at which an article opens or closes."""
    turns = [
        connection.scalar(select(func.min(column)).where(column > now))
        for column in (articles.c.opens, articles.c.closes)
    ]
    coming = [turn for turn in turns if turn is not None and turn < FOREVER]
    return instant(min(coming)) if coming else None


def mark(connection: Connection, table: Table, values: Iterable[object]) -> None:
    """Put `values` into `dirty` or `stale`."""
    column = next(iter(table.primary_key.columns)).name
    if rows := [{column: value} for value in values]:
        connection.execute(insert(table).on_conflict_do_nothing(), rows)


# --- sources and problems ---------------------------------------------------------------------------------------------


def seen(connection: Connection, folder: str) -> dict[str, Row[Any]]:
    """What the last scan saw in `folder`, by path."""
    return {row.path: row for row in connection.execute(select(sources).where(sources.c.folder == folder))}


def seen_folders(connection: Connection) -> set[str]:
    return set(connection.scalars(select(sources.c.folder).distinct()))


def see(connection: Connection, path: str, stamp: str, article: int | None) -> None:
    values = {"folder": path.rpartition("/")[0], "stamp": stamp, "article": article}
    statement = insert(sources).values(path=path, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["path"], set_=values))


def forget(connection: Connection, path: str) -> None:
    connection.execute(delete(sources).where(sources.c.path == path))
    replace_problems(connection, path, ())


def replace_problems(connection: Connection, origin: str, found: Iterable[Problem]) -> None:
    """What `origin` (a file, or a room) has to complain of, in place of what it had before."""
    connection.execute(delete(problems).where(problems.c.origin == origin))
    if rows := [{"origin": origin} | msgspec.structs.asdict(problem) for problem in found]:
        connection.execute(insert(problems), rows)


def all_problems(connection: Connection) -> tuple[Problem, ...]:
    query = select(problems.c.place, problems.c.reason, problems.c.remedy, problems.c.warning)
    return tuple(sorted(Problem(**row._mapping) for row in connection.execute(query)))
