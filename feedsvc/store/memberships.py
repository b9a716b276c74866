"""The sections of each article, and since when it has been in them."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select

from feedsvc.store.bulk import Bulk
from feedsvc.store.dialect import insert
from feedsvc.store.ledger import is_open
from feedsvc.store.schema import articles, left_sections, memberships
from feedsvc.store.transaction import Transaction

_JOIN = Bulk(insert(memberships))
_OF_ARTICLE = memberships.c.article == bindparam("number")
_AVAILABLE_IN = select(memberships.c.section, memberships.c.available).where(_OF_ARTICLE)
_LEAVE = delete(memberships).where(_OF_ARTICLE)


def sections_since(transaction: Transaction, number: int) -> dict[str, int]:
    """The sections of the article `number`: the instant since which it is available there (seconds), by path."""
    return {row.section: row.available for row in transaction.execute(_AVAILABLE_IN, {"number": number})}


class Place(NamedTuple):
    """The place of an article in one section: the first two parts of its key (seconds), and the section's name."""

    available: int
    published: int
    name: str


_PLACES = select(memberships.c.section, memberships.c.available, memberships.c.published, memberships.c.name).where(
    _OF_ARTICLE
)


def places(transaction: Transaction, number: int) -> dict[str, Place]:
    """The places of the article `number`, by the path of the section."""
    return {section: Place(*place) for section, *place in transaction.execute(_PLACES, {"number": number})}


_NOTE_LEFT = (
    insert(left_sections)
    .from_select(
        ["article", "section", "available", "published"],
        select(*(memberships.c[name] for name in ("article", "section", "available", "published"))).where(_OF_ARTICLE),
    )
    .on_conflict_do_nothing()  # the first of several places is the published one
)


def leave_sections(transaction: Transaction, number: int) -> dict[str, int]:
    """Removes the article from its sections, and returns the instant since which it was available in each. Its places
    are kept in `left_sections` until the next publication."""
    before = sections_since(transaction, number)
    transaction.execute(_NOTE_LEFT, {"number": number})
    transaction.execute(_LEAVE, {"number": number})
    return before


_FIRST_AFTER = (
    select(memberships.c.available)
    .where(memberships.c.section == bindparam("section"), memberships.c.available > bindparam("after"))
    .order_by(memberships.c.available)
    .limit(1)
)


def first_after(transaction: Transaction, section: str, after: int) -> int | None:
    """The first instant after `after` at which an article came to `section`, in seconds; None if none did."""
    found: int | None = transaction.scalar(_FIRST_AFTER, {"section": section, "after": after})
    return found


class Membership(NamedTuple):
    """The places of an article in its sections: the three parts of its key, `names` of the sections by path, and
    `since`, the later instant for each section that it joined later."""

    article: int
    available: int
    published: int
    id: str
    names: dict[str, str]
    since: dict[str, int]


def join_sections(transaction: Transaction, places: Iterable[Membership]) -> None:
    """Adds articles that are in no section yet to their sections."""
    rows = sorted(
        (path, place.since.get(path, place.available), place.published, place.id, place.article, name)
        for place in places
        for path, name in place.names.items()
    )
    _JOIN.execute(transaction, rows)


_SECTION_NAME = (
    select(memberships.c.name)
    .join(articles, memberships.c.article == articles.c.number)
    .where(memberships.c.section == bindparam("section"), is_open)
    .order_by(memberships.c.name)
    .limit(1)
)


def section_name(transaction: Transaction, section: str, now: int) -> str | None:
    """The name that open articles give `section`; of several, the first by code point. None if none names it."""
    name: str | None = transaction.scalar(_SECTION_NAME, {"section": section, "now": now})
    return name


_FILES = (
    select(articles.c.path)
    .join(memberships, memberships.c.article == articles.c.number)
    .where(memberships.c.section == bindparam("section"), articles.c.path.is_not(None), is_open)
    .order_by(memberships.c.available, memberships.c.published, memberships.c.id)
    .limit(bindparam("most"))
)


def some_files(transaction: Transaction, section: str, now: int, most: int) -> list[str]:
    """The paths of the files of the first `most` open articles of `section`, the oldest first."""
    return list(transaction.scalars(_FILES, {"section": section, "now": now, "most": most}))


def named_sections(transaction: Transaction) -> set[str]:
    """The paths of all sections that any article names, open or not."""
    return set(transaction.scalars(select(memberships.c.section).distinct()))


def is_named(transaction: Transaction, section: str) -> bool:
    """True if any article names `section`, open or not."""
    return (
        transaction.scalar(select(memberships.c.article).where(memberships.c.section == section).limit(1)) is not None
    )
