"""What was taken back after readers may have seen it: from which feeds, and when.

A feed is named as it is in `windows`: a section by its path, a feed of the operator's own by its path, which starts
with `/`. Instants are seconds.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from feedsvc.store import ledger
from feedsvc.store.schema import articles, dirty, withdrawals

_MARKED = select(articles.c.number, articles.c.withdrawn).where(
    articles.c.number.in_(select(dirty.c.article)), articles.c.withdrawn.is_not(None)
)
MOST = 500
"""Withdrawals that a feed tells of: a whole archive that goes must not make it large."""

_ADD = insert(withdrawals)
_ADD = _ADD.on_conflict_do_update(index_elements=["feed", "article"], set_={"since": _ADD.excluded.since})


def add(connection: Connection, number: int, feeds: Iterable[str], when: int) -> None:
    """Note that article `number` was taken out of `feeds`."""
    if rows := [{"feed": feed, "article": number, "since": when} for feed in sorted(feeds)]:
        connection.execute(_ADD, rows)


def add_from(connection: Connection, feed: str, members: Iterable[int]) -> None:
    """Note the same of those of `members` that were withdrawn since the last Edition."""
    gone = {row.number: row.withdrawn for row in connection.execute(_MARKED)}
    for number in gone.keys() & set(members):
        add(connection, number, (feed,), gone[number])


def forget(connection: Connection, number: int) -> None:
    """The article is back."""
    connection.execute(delete(withdrawals).where(withdrawals.c.article == number))


def of(connection: Connection, feed: str, after: int, now: int) -> list[Row[Any]]:
    """The articles that were taken out of `feed` since `after`, newest first, ties by id; `since` says when.

    One that will come back, and waits for its embargo, is not there yet; one that is there again is not among them.
    """
    return list(connection.execute(_OF, {"wanted": feed, "after": after, "now": now}))


_OF = (
    select(*ledger.COLUMNS, withdrawals.c.since)
    .join(withdrawals, withdrawals.c.article == articles.c.number)
    .where(withdrawals.c.feed == bindparam("wanted"), withdrawals.c.since > bindparam("after"), ~ledger.is_open)
    .order_by(withdrawals.c.since.desc(), articles.c.id)
    .limit(MOST)
)


def expire(connection: Connection, until: int) -> set[str]:
    """Let go of what was taken out until then; the feeds that told of it."""
    if (connection.scalar(select(func.min(withdrawals.c.since))) or until + 1) > until:
        return set()
    lapsed = withdrawals.c.since <= until
    feeds = set(connection.scalars(select(withdrawals.c.feed).where(lapsed).distinct()))
    connection.execute(delete(withdrawals).where(lapsed))
    return feeds
