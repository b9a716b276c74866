"""Archives (RFC 5005 section 4): the closed documents of a section, each with a fixed set of articles.

A document is closed when its articles leave the section's window. Its name and its set of articles never change, but
articles in it may be hidden later.
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, delete, func, select, update

from feedsvc.model.codec import FOREVER
from feedsvc.store.dialect import insert
from feedsvc.store.entries import LedgerEntry
from feedsvc.store.ledger import COLUMNS, is_open
from feedsvc.store.schema import archive_items, archives, articles, changed_articles, memberships
from feedsvc.store.transaction import Transaction
from feedsvc.store.windows import BOTTOM, FULL, Key, above, key_of

DONE, WAITS, URGENT = 0, 1, 2
"""The render states of an archive: published as it is, to be rendered, or to be rendered first, since one of its
articles must not be seen any more."""


class Archive(NamedTuple):
    """One archive of a section (RFC 5005). `number` counts from 1, the oldest; `name` is part of its address; `top` is
    the key of its newest article."""

    section: str
    number: int
    name: str
    top: Key


def latest(transaction: Transaction, section: str) -> Archive | None:
    """The newest archive of `section`; None if it has none."""
    return _one(transaction, select(archives).where(archives.c.section == section).order_by(archives.c.number.desc()))


def before(transaction: Transaction, archive: Archive) -> Archive | None:
    """The next older archive of the same section; None for the oldest."""
    here = (archives.c.section == archive.section) & (archives.c.number == archive.number - 1)
    return _one(transaction, select(archives).where(here))


def _one(transaction: Transaction, query: Any) -> Archive | None:
    row = transaction.execute(query.limit(1)).first()
    return _archive(row) if row else None


def _archive(row: Row[Any]) -> Archive:
    return Archive(row.section, row.number, row.name, Key(row.available, row.published, row.id))


# --- closing ----------------------------------------------------------------------------------------------------------


def left_window(transaction: Transaction, section: str, after: Key, floor: Key, most: int) -> list[LedgerEntry]:
    """The oldest `most` articles that left the window between `after` and `floor`, oldest first.

    Articles that are closed now but may return are included; drafts that no reader has seen are not.
    """
    query = (
        select(*FULL)
        .join(memberships, memberships.c.article == articles.c.number)
        .where(memberships.c.section == section, above(after), memberships.c.available <= floor.available)
        .where(~above(floor), articles.c.shown | (articles.c.opens < FOREVER))
        .order_by(memberships.c.available, memberships.c.published, memberships.c.id.desc())
        .limit(most)
    )
    return [LedgerEntry(*row) for row in transaction.execute(query)]


def close(transaction: Transaction, section: str, rows: list[LedgerEntry]) -> Archive:
    """Makes an archive of `rows`, oldest first, and returns it. Its name is derived from its articles, so an address
    never stands for another set."""
    newest = latest(transaction, section)
    number = newest.number + 1 if newest else 1
    digest = blake2b("\n".join(row.id for row in rows).encode(), digest_size=4).hexdigest()
    made = Archive(section, number, f"archive-{number}-{digest}", key_of(rows[-1]))
    values = {"section": section, "number": number, "name": made.name, "render_state": DONE, **made.top._asdict()}
    transaction.execute(insert(archives), values)
    transaction.execute(
        insert(archive_items),
        [
            {"section": section, "number": number, "place": place, "article": row.number}
            for place, row in enumerate(reversed(rows))
        ],
    )
    return made


def articles_of(transaction: Transaction, archive: Archive, now: int) -> list[LedgerEntry]:
    """The articles of `archive` that are open at `now`, newest first."""
    query = (
        select(*COLUMNS)
        .join(archive_items, archive_items.c.article == articles.c.number)
        .where(archive_items.c.section == archive.section, archive_items.c.number == archive.number, is_open)
        .order_by(archive_items.c.place)
    )
    return [LedgerEntry(*row) for row in transaction.execute(query, {"now": now})]


# --- archives to be rendered again ------------------------------------------------------------------------------------


def mark_changed(transaction: Transaction, now: int) -> None:
    """Marks the archives that have an article which changed since the last Edition."""
    for row in transaction.execute(_CHANGED, {"now": now}).all():
        here = (archives.c.section == row.section) & (archives.c.number == row.number)
        state = WAITS if row.open else URGENT
        transaction.execute(update(archives).where(here, archives.c.render_state < state).values(render_state=state))


# The search starts from the marks. Because of `+ 0`, SQLite reads only those marked articles that are in archives, not
# all marked articles.
_CHANGED = (
    select(archive_items.c.section, archive_items.c.number, func.min(is_open).label("open"))
    .join(articles, articles.c.number == archive_items.c.article + 0)
    .where(archive_items.c.article.in_(select(changed_articles.c.article)))
    .group_by(archive_items.c.section, archive_items.c.number)
)


def mark(transaction: Transaction, sections: Iterable[str] | None = None) -> None:
    """Marks all archives of `sections` to be rendered again; for None, those of all sections."""
    idle = archives.c.render_state == DONE
    where = idle if sections is None else idle & archives.c.section.in_(sorted(sections))
    transaction.execute(update(archives).where(where).values(render_state=WAITS))


def marked(transaction: Transaction, state: int, most: int | None = None) -> list[Archive]:
    """The archives whose render state is `state` or more urgent, newest first; at most `most` if it is given."""
    query = (
        select(archives)
        .where(archives.c.render_state >= state)
        .order_by(archives.c.available.desc(), archives.c.section)
    )
    return [_archive(row) for row in transaction.execute(query.limit(most))]


def mark_published(transaction: Transaction, archive: Archive) -> None:
    """Sets the render state of `archive` to DONE."""
    transaction.execute(_PUBLISHED, {"in_section": archive.section, "wanted": archive.number})


_PUBLISHED = (
    update(archives)
    .where(archives.c.section == bindparam("in_section"), archives.c.number == bindparam("wanted"))
    .values(render_state=DONE)
)


def count_marked(transaction: Transaction) -> int:
    """The number of archives that wait to be rendered."""
    query = select(func.count()).select_from(archives).where(archives.c.render_state > DONE)
    return int(transaction.execute(query).scalar_one())


# --- queries and removal ----------------------------------------------------------------------------------------------


def sections(transaction: Transaction) -> set[str]:
    """The sections that have archives."""
    return set(transaction.scalars(select(archives.c.section).distinct()))


def contains(transaction: Transaction, section: str, article: int) -> bool:
    """True if an archive of `section` has the article with the number `article`."""
    query = (
        select(archive_items.c.place)
        .where(archive_items.c.article == article, archive_items.c.section == section)
        .limit(1)
    )
    return transaction.execute(query).first() is not None


def names(transaction: Transaction, section: str) -> list[str]:
    """The names of all archives of `section`."""
    return list(transaction.scalars(select(archives.c.name).where(archives.c.section == section)))


def drop(transaction: Transaction, section: str) -> None:
    """Removes the archives of `section`."""
    for table in (archive_items, archives):
        transaction.execute(delete(table).where(table.c.section == section))


def end_of(transaction: Transaction, section: str) -> Key:
    """The key of the newest article that is in an archive of `section`; BOTTOM if there is none."""
    newest = latest(transaction, section)
    return newest.top if newest else BOTTOM
