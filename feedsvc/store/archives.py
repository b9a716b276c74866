"""Archives (RFC 5005 section 4): which closed documents a section has, and which articles each of them holds for ever.

A document is closed when its articles leave the section's window. The set of its articles and its name never change;
what of them may be seen is another matter.
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
"""How `stale` a document is: URGENT where an article of it may not be seen any more."""


class Archive(NamedTuple):
    """Document `number` of a section, the oldest is 1. `top` is its newest article; `name` is part of its address."""

    section: str
    number: int
    name: str
    top: Key


def latest(transaction: Transaction, section: str) -> Archive | None:
    return _one(transaction, select(archives).where(archives.c.section == section).order_by(archives.c.number.desc()))


def before(transaction: Transaction, archive: Archive) -> Archive | None:
    """The next older one."""
    here = (archives.c.section == archive.section) & (archives.c.number == archive.number - 1)
    return _one(transaction, select(archives).where(here))


def _one(transaction: Transaction, query: Any) -> Archive | None:
    row = transaction.execute(query.limit(1)).first()
    return _archive(row) if row else None


def _archive(row: Row[Any]) -> Archive:
    return Archive(row.section, row.number, row.name, Key(row.available, row.published, row.id))


# --- closing ----------------------------------------------------------------------------------------------------------


def left_window(transaction: Transaction, section: str, after: Key, floor: Key, most: int) -> list[LedgerEntry]:
    """The oldest `most` articles that left the window between `after` and `floor`, the oldest first; among them those
    that are closed now, and may come back, but no draft that nobody has seen."""
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
    """A new document of `rows`, the oldest first. Its name tells its articles, so that no address ever means others."""
    newest = latest(transaction, section)
    number = newest.number + 1 if newest else 1
    digest = blake2b("\n".join(row.id for row in rows).encode(), digest_size=4).hexdigest()
    made = Archive(section, number, f"archive-{number}-{digest}", key_of(rows[-1]))
    values = {"section": section, "number": number, "name": made.name, "print_state": DONE, **made.top._asdict()}
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
    """Those that are open at `now`, newest first."""
    query = (
        select(*COLUMNS)
        .join(archive_items, archive_items.c.article == articles.c.number)
        .where(archive_items.c.section == archive.section, archive_items.c.number == archive.number, is_open)
        .order_by(archive_items.c.place)
    )
    return [LedgerEntry(*row) for row in transaction.execute(query, {"now": now})]


# --- what is to be printed anew ---------------------------------------------------------------------------------------


def mark_changed(transaction: Transaction, now: int) -> None:
    """Mark the documents that hold articles which changed since the last Edition."""
    for row in transaction.execute(_CHANGED, {"now": now}).all():
        here = (archives.c.section == row.section) & (archives.c.number == row.number)
        stale = WAITS if row.open else URGENT
        transaction.execute(update(archives).where(here, archives.c.print_state < stale).values(print_state=stale))


# Found from the marks. For the sum SQLite looks at those articles alone that are in archives, not at all that are
# marked.
_CHANGED = (
    select(archive_items.c.section, archive_items.c.number, func.min(is_open).label("open"))
    .join(articles, articles.c.number == archive_items.c.article + 0)
    .where(archive_items.c.article.in_(select(changed_articles.c.article)))
    .group_by(archive_items.c.section, archive_items.c.number)
)


def mark(transaction: Transaction, sections: Iterable[str] | None = None) -> None:
    """Mark all documents of `sections`, or of all."""
    idle = archives.c.print_state == DONE
    where = idle if sections is None else idle & archives.c.section.in_(sorted(sections))
    transaction.execute(update(archives).where(where).values(print_state=WAITS))


def marked(transaction: Transaction, stale: int, most: int | None = None) -> list[Archive]:
    """The documents that are `stale` or more so, the newest first."""
    query = (
        select(archives)
        .where(archives.c.print_state >= stale)
        .order_by(archives.c.available.desc(), archives.c.section)
    )
    return [_archive(row) for row in transaction.execute(query.limit(most))]


def settle(transaction: Transaction, archive: Archive) -> None:
    transaction.execute(_SETTLE, {"in_section": archive.section, "wanted": archive.number})


_SETTLE = (
    update(archives)
    .where(archives.c.section == bindparam("in_section"), archives.c.number == bindparam("wanted"))
    .values(print_state=DONE)
)


def count_marked(transaction: Transaction) -> int:
    query = select(func.count()).select_from(archives).where(archives.c.print_state > DONE)
    return int(transaction.execute(query).scalar_one())


# --- the end ----------------------------------------------------------------------------------------------------------


def sections(transaction: Transaction) -> set[str]:
    return set(transaction.scalars(select(archives.c.section).distinct()))


def contains(transaction: Transaction, section: str, article: int) -> bool:
    """Whether an archive of `section` holds the article with that number."""
    query = (
        select(archive_items.c.place)
        .where(archive_items.c.article == article, archive_items.c.section == section)
        .limit(1)
    )
    return transaction.execute(query).first() is not None


def names(transaction: Transaction, section: str) -> list[str]:
    return list(transaction.scalars(select(archives.c.name).where(archives.c.section == section)))


def drop(transaction: Transaction, section: str) -> None:
    """Forget the archives of `section`."""
    for table in (archive_items, archives):
        transaction.execute(delete(table).where(table.c.section == section))


def end_of(transaction: Transaction, section: str) -> Key:
    """The newest article that is in an archive."""
    newest = latest(transaction, section)
    return newest.top if newest else BOTTOM
