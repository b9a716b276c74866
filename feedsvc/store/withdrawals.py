"""Articles that were withdrawn after readers may have seen them: from which feeds, and when.

A feed is named as in `windows`: by the path of its section, or by the path of a custom feed, which starts with `/`.
Instants are seconds.
"""

from collections.abc import Iterable

from sqlalchemy import bindparam, delete, func, select

from feedsvc.store import ledger
from feedsvc.store.dialect import insert
from feedsvc.store.entries import LedgerEntry, TakenBack
from feedsvc.store.schema import articles, changed_articles, withdrawals
from feedsvc.store.transaction import Transaction

_MARKED = select(articles.c.number, articles.c.withdrawn).where(
    articles.c.number.in_(select(changed_articles.c.article)), articles.c.withdrawn.is_not(None)
)
MOST = 500
"""The most withdrawals that a feed announces: the removal of a whole archive must not make the feed large."""

_ADD = insert(withdrawals)
_ADD = _ADD.on_conflict_do_update(index_elements=["feed", "article"], set_={"since": _ADD.excluded.since})


def add(transaction: Transaction, number: int, feeds: Iterable[str], when: int) -> None:
    """Records that the article `number` was withdrawn from `feeds` at `when`."""
    if rows := [{"feed": feed, "article": number, "since": when} for feed in sorted(feeds)]:
        transaction.execute(_ADD, rows)


def add_from(transaction: Transaction, feed: str, members: Iterable[int]) -> None:
    """Records the withdrawal from `feed` of those of its `members` that were withdrawn since the last Edition."""
    gone = {row.number: row.withdrawn for row in transaction.execute(_MARKED)}
    for number in gone.keys() & set(members):
        add(transaction, number, (feed,), gone[number])


def forget(transaction: Transaction, number: int) -> None:
    """Removes the records of the article `number`, which is published again."""
    transaction.execute(delete(withdrawals).where(withdrawals.c.article == number))


def of(transaction: Transaction, feed: str, after: int, now: int) -> list[TakenBack]:
    """The articles that were withdrawn from `feed` after `after`, newest first, ties by id; at most MOST.

    An article that returns after an embargo stays in the list until the embargo ends.
    """
    found = transaction.execute(_OF, {"wanted": feed, "after": after, "now": now})
    return [TakenBack(LedgerEntry(*row[:-1]), row[-1]) for row in found]


_OF = (
    select(*ledger.COLUMNS, withdrawals.c.since)
    .join(withdrawals, withdrawals.c.article == articles.c.number)
    .where(withdrawals.c.feed == bindparam("wanted"), withdrawals.c.since > bindparam("after"), ~ledger.is_open)
    .order_by(withdrawals.c.since.desc(), articles.c.id)
    .limit(MOST)
)


def expire(transaction: Transaction, until: int) -> set[str]:
    """Removes the records up to the instant `until`, and returns their feeds."""
    if (transaction.scalar(select(func.min(withdrawals.c.since))) or until + 1) > until:
        return set()
    lapsed = withdrawals.c.since <= until
    feeds = set(transaction.scalars(select(withdrawals.c.feed).where(lapsed).distinct()))
    transaction.execute(delete(withdrawals).where(lapsed))
    return feeds
