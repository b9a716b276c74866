"""What changed since it was last published: articles that are dirty, sections that are stale."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, exists, func, or_, select
from sqlalchemy.dialects.sqlite import insert

from feedsvc.store import ledger, notes
from feedsvc.store.bulk import Bulk
from feedsvc.store.schema import articles, attachments, dirty, memberships, named_files, stale, unprinted

_DIRTY = Bulk(insert(dirty).on_conflict_do_nothing())
_STALE = Bulk(insert(stale).on_conflict_do_nothing())


def mark(connection: Connection, numbers: Iterable[int], sections: Iterable[str]) -> None:
    """Mark the articles `numbers`, and `sections`."""
    _DIRTY.execute(connection, ((number,) for number in sorted(numbers)))
    _STALE.execute(connection, ((section,) for section in sorted(sections)))


def mark_opened_or_closed(connection: Connection, since: int, now: int) -> None:
    """Mark the articles that opened or closed after `since` and until `now`, and their sections.

    If the clock was put back, those that had done so are marked, and have not.
    """
    span = (min(since, now) + 1, max(since, now))
    turned = or_(articles.c.opens.between(*span), articles.c.closes.between(*span))
    if since:  # before the first publication nothing was open
        _put_with_sections(connection, select(articles.c.number).where(turned))


def put_members(connection: Connection, section: str) -> None:
    """Mark every article that stands in `section`, and all its sections."""
    members = select(memberships.c.article).where(memberships.c.section == section)
    _put_with_sections(connection, members)


def _put_with_sections(connection: Connection, numbers: Select[tuple[int]]) -> None:
    sections = select(memberships.c.section).where(memberships.c.article.in_(numbers)).distinct()
    connection.execute(insert(stale).from_select(["section"], sections).on_conflict_do_nothing())
    connection.execute(insert(dirty).from_select(["article"], numbers).on_conflict_do_nothing())


def exist(connection: Connection) -> bool:
    """Whether anything is marked."""
    return any(connection.execute(select(table).limit(1)).first() is not None for table in (dirty, stale))


# Not a join: then SQLite, which does not know that little is marked, walks through all articles.
_MARKED = select(dirty.c.article)
_DIRTY_ARTICLES = select(*ledger.BRIEF).where(articles.c.number.in_(_MARKED)).order_by(articles.c.number)
# Of those that are marked, which may be all, few have files: that is seen without a look at the articles themselves.
_HAVE_FILES = or_(*(exists().where(each.c.article == dirty.c.article) for each in (named_files, attachments)))
_WITH_FILES = select(*ledger.BRIEF).where(articles.c.number.in_(_MARKED.where(_HAVE_FILES))).order_by(articles.c.number)


def dirty_articles(connection: Connection) -> Iterator[Row[Any]]:
    """The articles that are marked, in the order of their numbers, without their `body`."""
    yield from connection.execution_options(yield_per=500).execute(_DIRTY_ARTICLES)


def newest_dirty(connection: Connection, count: int) -> list[int]:
    """So many of the articles that are marked, the latest that came in first."""
    return list(connection.scalars(select(dirty.c.article).order_by(dirty.c.article.desc()).limit(count)))


def dirty_with_files(connection: Connection) -> Iterator[Row[Any]]:
    """Those that name files, or did when they were published."""
    yield from connection.execution_options(yield_per=500).execute(_WITH_FILES)


def stale_sections(connection: Connection) -> set[str]:
    return set(connection.scalars(select(stale.c.section)))


# --- pages that wait --------------------------------------------------------------------------------------------------


def put_unprinted(connection: Connection) -> None:
    """Let the pages of the articles that are marked wait to be printed; one that never had any has none to lose."""
    has_page = articles.c.paged | (articles.c.revision > 1)
    waiting = select(articles.c.number).where(articles.c.number.in_(_MARKED), has_page)
    connection.execute(insert(unprinted).from_select(["article"], waiting).on_conflict_do_nothing())


# Each article is asked whether it waits: of a million that do, only those that are named are looked at.
_WAITING = select(*ledger.COLUMNS).where(exists().where(unprinted.c.article == articles.c.number))
_UNPRINTED = select(*ledger.COLUMNS).where(articles.c.number.in_(select(unprinted.c.article)))


def unprinted_closed(connection: Connection, now: int) -> list[Row[Any]]:
    """The articles that are marked and wait, and are not open."""
    closed = (articles.c.opens > now) | (articles.c.closes <= now)
    return list(connection.execute(_WAITING.where(articles.c.number.in_(_MARKED), closed)))


def unprinted_among(connection: Connection, numbers: Iterable[int]) -> Iterator[Row[Any]]:
    """Those of the articles `numbers` that wait."""
    wanted = sorted(numbers)
    for start in range(0, len(wanted), _MANY):
        part = wanted[start : start + _MANY]
        yield from connection.execute(_WAITING.where(articles.c.number.in_(part))).all()


def unprinted_newest(connection: Connection, count: int) -> list[Row[Any]]:
    """So many of those that wait, the latest that came in first."""
    return list(connection.execute(_UNPRINTED.order_by(articles.c.number.desc()).limit(count)))


def put_printed(connection: Connection, numbers: Iterable[int]) -> None:
    if rows := [{"wanted": number} for number in numbers]:
        connection.execute(_PRINTED, rows)


_MANY = 500
_PRINTED = delete(unprinted).where(unprinted.c.article == bindparam("wanted"))


_TO_COME = select(articles.c.number).join(unprinted, unprinted.c.article == articles.c.number)
_TO_COME = _TO_COME.where(articles.c.key == bindparam("wanted"))


def is_pending(connection: Connection, key: str) -> bool:
    """Whether the page of the article `key` waits; while the rest of an archive is awaited, whatever is asked for may
    be in that."""
    if notes.get(connection, notes.AWAITED) is not None:
        return True
    return connection.execute(_TO_COME, {"wanted": key}).first() is not None


def count_unprinted(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(unprinted)).scalar_one()


def clear(connection: Connection) -> None:
    for table in (dirty, stale):
        connection.execute(delete(table))
