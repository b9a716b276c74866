"""Marks on articles and sections that changed since they were last published, and the queue of article pages."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import Integer, Select, bindparam, delete, exists, func, or_, select, text

from feedsvc.store import ledger, state
from feedsvc.store.bulk import Bulk
from feedsvc.store.dialect import insert
from feedsvc.store.edition_schema import attachments
from feedsvc.store.entries import LedgerEntry, LedgerHead
from feedsvc.store.schema import (
    articles,
    changed_articles,
    changed_sections,
    left_sections,
    media_references,
    memberships,
    pending_pages,
)
from feedsvc.store.transaction import Transaction

_MARK_ARTICLES = Bulk(insert(changed_articles).on_conflict_do_nothing())
_MARK_SECTIONS = Bulk(insert(changed_sections).on_conflict_do_nothing())


def mark(transaction: Transaction, numbers: Iterable[int], sections: Iterable[str]) -> None:
    """Marks the articles `numbers`, and `sections`, as changed since the last publication."""
    _MARK_ARTICLES.execute(transaction, ((number,) for number in sorted(numbers)))
    _MARK_SECTIONS.execute(transaction, ((section,) for section in sorted(sections)))


def mark_opened_or_closed(transaction: Transaction, since: int, now: int) -> None:
    """Marks the articles that opened or closed after `since` and until `now`, and their sections.

    If the clock was set back, so that `now` is before `since`, the span between the two instants counts.
    """
    span = (min(since, now) + 1, max(since, now))
    turned = or_(articles.c.opens.between(*span), articles.c.closes.between(*span))
    if since:  # before the first publication nothing was open
        _put_with_sections(transaction, select(articles.c.number).where(turned))


def mark_articles(transaction: Transaction, numbers: Iterable[int]) -> None:
    """Marks the articles `numbers` and all their sections."""
    for number in numbers:
        _put_with_sections(transaction, select(articles.c.number).where(articles.c.number == number))


def mark_members(transaction: Transaction, section: str) -> None:
    """Marks every article of `section` and all their sections."""
    members = select(memberships.c.article).where(memberships.c.section == section)
    _put_with_sections(transaction, members)


def _put_with_sections(transaction: Transaction, numbers: Select[tuple[int]]) -> None:
    sections = select(memberships.c.section).where(memberships.c.article.in_(numbers)).distinct()
    transaction.execute(insert(changed_sections).from_select(["section"], sections).on_conflict_do_nothing())
    transaction.execute(insert(changed_articles).from_select(["article"], numbers).on_conflict_do_nothing())


def any_marked(transaction: Transaction) -> bool:
    """True if anything is marked."""
    return any(
        transaction.execute(select(table).limit(1)).first() is not None
        for table in (changed_articles, changed_sections)
    )


# Not a join, for which SQLite would scan all articles, since it does not know that few are marked.
_MARKED = select(changed_articles.c.article)
_MARKED_ARTICLES = select(*ledger.BRIEF).where(articles.c.number.in_(_MARKED)).order_by(articles.c.number)
# All articles may be marked, but few have files: this is decided without reading the rows of `articles`.
_HAVE_FILES = or_(
    *(exists().where(each.c.article == changed_articles.c.article) for each in (media_references, attachments))
)
_WITH_FILES = select(*ledger.BRIEF).where(articles.c.number.in_(_MARKED.where(_HAVE_FILES))).order_by(articles.c.number)


def marked_articles(transaction: Transaction) -> Iterator[LedgerHead]:
    """The marked articles in the order of their numbers."""
    yield from (LedgerHead(*row) for row in transaction.stream(_MARKED_ARTICLES))


def newest_marked(transaction: Transaction, count: int) -> list[int]:
    """The numbers of the last `count` marked articles, newest first."""
    return list(
        transaction.scalars(select(changed_articles.c.article).order_by(changed_articles.c.article.desc()).limit(count))
    )


def marked_with_files(transaction: Transaction) -> Iterator[LedgerHead]:
    """The marked articles that name files, or showed files when they were last published."""
    yield from (LedgerHead(*row) for row in transaction.stream(_WITH_FILES))


def marked_sections(transaction: Transaction) -> set[str]:
    """The marked sections."""
    return set(transaction.scalars(select(changed_sections.c.section)))


class MarkedPlace(NamedTuple):
    """A place of a marked article in the order of a section."""

    section: str
    available: int
    published: int
    id: str
    key: str


# Cross joins, since SQLite keeps their order: it begins with the marked articles, and never scans all articles.
_HELD = (
    "SELECT m.section, m.available, m.published, m.id, a.key FROM changed_articles AS c"
    " CROSS JOIN articles AS a CROSS JOIN memberships AS m WHERE a.number = c.article AND m.article = c.article"
)
_CLOSED = f"{_HELD} AND (a.opens > :now OR a.closes <= :now)"
_LEFT = (
    "SELECT l.section, l.available, l.published, a.id, a.key FROM left_sections AS l"
    " CROSS JOIN articles AS a WHERE a.number = l.article AND NOT EXISTS (SELECT 1 FROM memberships AS m"
    " WHERE m.section = l.section AND m.available = l.available AND m.published = l.published AND m.id = a.id)"
)
_MARKED_PLACES, _LOST_PLACES = text(f"{_HELD} UNION ALL {_LEFT}"), text(f"{_CLOSED} UNION ALL {_LEFT}")


def marked_places(transaction: Transaction) -> Iterator[MarkedPlace]:
    """The places that marked articles have, or have left."""
    yield from (MarkedPlace(*row) for row in transaction.stream(_MARKED_PLACES))


def lost_places(transaction: Transaction, now: int) -> Iterator[MarkedPlace]:
    """The places at which readers no longer find a marked article at `now`."""
    yield from (MarkedPlace(*row) for row in transaction.stream(_LOST_PLACES, {"now": now}))


# --- queued pages -----------------------------------------------------------------------------------------------------


def queue_pages(transaction: Transaction) -> None:
    """Queues the pages of the marked articles. Articles that have no page and never had one are left out."""
    has_page = articles.c.has_own_page | (articles.c.revision > 1)
    waiting = select(articles.c.number).where(articles.c.number.in_(_MARKED), has_page)
    transaction.execute(insert(pending_pages).from_select(["article"], waiting).on_conflict_do_nothing())


# Tests each article for a queued page: of a million queued pages, only those of the selected articles are read.
_WAITING = select(*ledger.COLUMNS).where(exists().where(pending_pages.c.article == articles.c.number))


# In the order of the marks, so that each part continues where the last one ended, and no article is read twice.
_QUEUED_CLOSED = (
    select(changed_articles.c.article)
    .where(
        changed_articles.c.article > bindparam("after"),
        exists().where(pending_pages.c.article == changed_articles.c.article),
        exists().where(articles.c.number == changed_articles.c.article, ~ledger.is_open),
    )
    .order_by(changed_articles.c.article)
    .limit(bindparam("most", type_=Integer))
)


def queued_closed(transaction: Transaction, now: int) -> Iterator[LedgerEntry]:
    """The marked articles that have a queued page and are not open at `now`, in the order of their numbers. They are
    read in parts, between which the transaction may be committed and continued: all articles of an embargo or a
    rollback may close at one instant."""
    after = 0
    while numbers := [*transaction.scalars(_QUEUED_CLOSED, {"now": now, "after": after, "most": _MANY})]:
        yield from queued_among(transaction, numbers)
        after = numbers[-1]


def queued_among(transaction: Transaction, numbers: Iterable[int]) -> Iterator[LedgerEntry]:
    """The articles of `numbers` whose pages are queued, at most _MANY of them in memory."""
    wanted = sorted(numbers)
    for start in range(0, len(wanted), _MANY):
        part = wanted[start : start + _MANY]
        rows = transaction.execute(_WAITING.where(articles.c.number.in_(part))).all()
        yield from (LedgerEntry(*row) for row in rows)


def queued_newest(transaction: Transaction, count: int) -> Iterator[LedgerEntry]:
    """The last `count` articles whose pages are queued."""
    newest = select(pending_pages.c.article).order_by(pending_pages.c.article.desc()).limit(count)
    yield from queued_among(transaction, transaction.scalars(newest))


def dequeue_pages(transaction: Transaction, numbers: Iterable[int]) -> None:
    """Removes the pages of the articles `numbers` from the queue."""
    if rows := [{"wanted": number} for number in numbers]:
        transaction.execute(_DEQUEUE, rows)


_MANY = 200
_DEQUEUE = delete(pending_pages).where(pending_pages.c.article == bindparam("wanted"))


_TO_COME = select(articles.c.number).join(pending_pages, pending_pages.c.article == articles.c.number)
_TO_COME = _TO_COME.where(articles.c.key == bindparam("wanted"))


def may_be_queued(transaction: Transaction, key: str) -> bool:
    """True if the page of the article `key` is queued, or may be: any page may be while a backlog remains."""
    if state.POSTPONED_FEEDS.get(transaction) is not None:
        return True
    return transaction.execute(_TO_COME, {"wanted": key}).first() is not None


def count_queued(transaction: Transaction) -> int:
    """The number of pages in the queue."""
    return int(transaction.execute(select(func.count()).select_from(pending_pages)).scalar_one())


def clear(transaction: Transaction) -> None:
    """Removes the marks of articles and sections; the queue of pages stays."""
    for table in (changed_articles, changed_sections, left_sections):
        transaction.execute(delete(table))
