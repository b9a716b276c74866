"""Which articles stand in which sections, and since when."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from feedsvc.model.codec import decode as decode
from feedsvc.model.codec import encode as encode
from feedsvc.model.codec import instant as instant
from feedsvc.model.codec import seconds as seconds
from feedsvc.store.bulk import Bulk
from feedsvc.store.ledger import _AVAILABLE_IN, _LEAVE, is_open
from feedsvc.store.schema import articles, memberships

_JOIN = Bulk(insert(memberships))


def leave_sections(connection: Connection, number: int) -> dict[str, int]:
    """Take the article out of its sections; which these were, and since when it was available in each."""
    before = {row.section: row.available for row in connection.execute(_AVAILABLE_IN, {"number": number})}
    connection.execute(_LEAVE, {"number": number})
    return before


class Membership(NamedTuple):
    """Where an article stands: what orders it there, the sections, path to name, and the later instants since when it
    stands in some of them."""

    article: int
    available: int
    published: int
    id: str
    names: dict[str, str]
    since: dict[str, int]


def join_sections(connection: Connection, places: Iterable[Membership]) -> None:
    """Let articles, which stand in none yet, stand in their sections."""
    rows = sorted(
        (path, place.since.get(path, place.available), place.published, place.id, place.article, name)
        for place in places
        for path, name in place.names.items()
    )
    _JOIN.execute(connection, rows)


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
