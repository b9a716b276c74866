"""Archives (RFC 5005 section 4): which closed documents a section has, and which articles each of them holds for ever.

A document is closed when its articles leave the section's window. The set of its articles and its name never change;
what of them may be seen is another matter.
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from feedsvc.model.codec import FOREVER
from feedsvc.store.ledger import COLUMNS, is_open
from feedsvc.store.schema import archived, archives, articles, dirty, memberships
from feedsvc.store.windows import BOTTOM, FULL, Key, above, key_of

DONE, WAITS, URGENT = 0, 1, 2
"""How `stale` a document is: URGENT where an article of it may not be seen any more."""


class Archive(NamedTuple):
    """Document `number` of a section, the oldest is 1. `top` is its newest article; `name` is part of its address."""

    section: str
    number: int
    name: str
    top: Key


def latest(connection: Connection, section: str) -> Archive | None:
    return _one(connection, select(archives).where(archives.c.section == section).order_by(archives.c.number.desc()))


def before(connection: Connection, archive: Archive) -> Archive | None:
    """The next older one."""
    here = (archives.c.section == archive.section) & (archives.c.number == archive.number - 1)
    return _one(connection, select(archives).where(here))


def _one(connection: Connection, query: Any) -> Archive | None:
    row = connection.execute(query.limit(1)).first()
    return _archive(row) if row else None


def _archive(row: Row[Any]) -> Archive:
    return Archive(row.section, row.number, row.name, key_of(row))


# --- closing ----------------------------------------------------------------------------------------------------------


def left_window(connection: Connection, section: str, after: Key, floor: Key, most: int) -> list[Row[Any]]:
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
    return list(connection.execute(query))


def close(connection: Connection, section: str, rows: list[Row[Any]]) -> Archive:
    """A new document of `rows`, the oldest first. Its name tells its articles, so that no address ever means others."""
    newest = latest(connection, section)
    number = newest.number + 1 if newest else 1
    digest = blake2b("\n".join(row.id for row in rows).encode(), digest_size=4).hexdigest()
    made = Archive(section, number, f"archive-{number}-{digest}", key_of(rows[-1]))
    values = {"section": section, "number": number, "name": made.name, "stale": DONE, **made.top._asdict()}
    connection.execute(insert(archives), values)
    connection.execute(
        insert(archived),
        [
            {"section": section, "number": number, "place": place, "article": row.number}
            for place, row in enumerate(reversed(rows))
        ],
    )
    return made


def articles_of(connection: Connection, archive: Archive, now: int) -> list[Row[Any]]:
    """Those that are open at `now`, newest first."""
    query = (
        select(*COLUMNS)
        .join(archived, archived.c.article == articles.c.number)
        .where(archived.c.section == archive.section, archived.c.number == archive.number, is_open)
        .order_by(archived.c.place)
    )
    return list(connection.execute(query, {"now": now}))


# --- what is to be printed anew ---------------------------------------------------------------------------------------


def mark_changed(connection: Connection, now: int) -> None:
    """Mark the documents that hold articles which changed since the last Edition."""
    for row in connection.execute(_CHANGED, {"now": now}).all():
        here = (archives.c.section == row.section) & (archives.c.number == row.number)
        stale = WAITS if row.open else URGENT
        connection.execute(update(archives).where(here, archives.c.stale < stale).values(stale=stale))


# Found from the marks. For the sum SQLite looks at those articles alone that are in archives, not at all that are
# marked.
_CHANGED = (
    select(archived.c.section, archived.c.number, func.min(is_open).label("open"))
    .join(articles, articles.c.number == archived.c.article + 0)
    .where(archived.c.article.in_(select(dirty.c.article)))
    .group_by(archived.c.section, archived.c.number)
)


def mark(connection: Connection, sections: Iterable[str] | None = None) -> None:
    """Mark all documents of `sections`, or of all."""
    idle = archives.c.stale == DONE
    where = idle if sections is None else idle & archives.c.section.in_(sorted(sections))
    connection.execute(update(archives).where(where).values(stale=WAITS))


def marked(connection: Connection, stale: int, most: int | None = None) -> list[Archive]:
    """The documents that are `stale` or more so, the newest first."""
    query = select(archives).where(archives.c.stale >= stale).order_by(archives.c.available.desc(), archives.c.section)
    return [_archive(row) for row in connection.execute(query.limit(most))]


def settle(connection: Connection, archive: Archive) -> None:
    connection.execute(_SETTLE, {"in_section": archive.section, "wanted": archive.number})


_SETTLE = (
    update(archives)
    .where(archives.c.section == bindparam("in_section"), archives.c.number == bindparam("wanted"))
    .values(stale=DONE)
)


def count_marked(connection: Connection) -> int:
    query = select(func.count()).select_from(archives).where(archives.c.stale > DONE)
    return connection.execute(query).scalar_one()


# --- the end ----------------------------------------------------------------------------------------------------------


def sections(connection: Connection) -> set[str]:
    return set(connection.scalars(select(archives.c.section).distinct()))


def contains(connection: Connection, section: str, article: int) -> bool:
    """Whether an archive of `section` holds the article with that number."""
    query = select(archived.c.place).where(archived.c.article == article, archived.c.section == section).limit(1)
    return connection.execute(query).first() is not None


def names(connection: Connection, section: str) -> list[str]:
    return list(connection.scalars(select(archives.c.name).where(archives.c.section == section)))


def drop(connection: Connection, section: str) -> None:
    """Forget the archives of `section`."""
    for table in (archived, archives):
        connection.execute(delete(table).where(table.c.section == section))


def end_of(connection: Connection, section: str) -> Key:
    """The newest article that is in an archive."""
    newest = latest(connection, section)
    return newest.top if newest else BOTTOM
