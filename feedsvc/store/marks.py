"""What changed since it was last published: articles that are dirty, sections that are stale."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select
from sqlalchemy.dialects.sqlite import insert

from feedsvc.store import ledger
from feedsvc.store.schema import articles, dirty, memberships, stale

_DIRTY = insert(dirty).on_conflict_do_nothing()
_STALE = insert(stale).on_conflict_do_nothing()


def put(connection: Connection, numbers: Iterable[int], sections: Iterable[str]) -> None:
    """Mark the articles `numbers`, and `sections`."""
    if rows := [{"article": number} for number in sorted(numbers)]:
        connection.execute(_DIRTY, rows)
    if names := [{"section": section} for section in sorted(sections)]:
        connection.execute(_STALE, names)


def put_turned(connection: Connection, since: int, now: int) -> None:
    """Mark the articles that opened or closed after `since` and until `now`, and their sections."""
    turned = or_(articles.c.opens.between(since + 1, now), articles.c.closes.between(since + 1, now))
    _put_with_sections(connection, connection.scalars(select(articles.c.number).where(turned)))


def put_members(connection: Connection, section: str) -> None:
    """Mark every article that stands in `section`, and all its sections."""
    members = select(memberships.c.article).where(memberships.c.section == section)
    _put_with_sections(connection, connection.scalars(members))


def _put_with_sections(connection: Connection, numbers: Iterable[int]) -> None:
    found = list(numbers)
    put(connection, found, {section for number in found for section in ledger.sections_of(connection, number)})


def exist(connection: Connection) -> bool:
    """Whether anything is marked."""
    return any(connection.execute(select(table).limit(1)).first() is not None for table in (dirty, stale))


def dirty_articles(connection: Connection) -> Iterator[Row[Any]]:
    """The articles that are marked, in the order of their numbers."""
    query = select(*ledger.COLUMNS).join(dirty, dirty.c.article == articles.c.number).order_by(articles.c.number)
    yield from connection.execution_options(yield_per=100).execute(query)


def stale_sections(connection: Connection) -> set[str]:
    return set(connection.scalars(select(stale.c.section)))


def clear(connection: Connection) -> None:
    for table in (dirty, stale):
        connection.execute(delete(table))
