"""The verified subscriptions at the service's own hub. Instants are milliseconds since 1970."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, func, select, update

from feedsvc.store.dialect import insert
from feedsvc.store.push_schema import push_subscriptions
from feedsvc.store.transaction import Transaction


class Subscription(NamedTuple):
    """One callback for one topic."""

    callback: str
    topic: str
    host: str
    secret: bytes
    """Empty if deliveries are not signed."""
    verified: int
    expires: int


_KEY = ("callback", "topic")


def put(transaction: Transaction, subscription: Subscription) -> None:
    """Adds `subscription`, or replaces the one of the same callback for the same topic."""
    values = subscription._asdict()
    changed = {name: value for name, value in values.items() if name not in _KEY}
    statement = insert(push_subscriptions).values(**values)
    transaction.execute(statement.on_conflict_do_update(index_elements=[*_KEY], set_=changed))


def find(transaction: Transaction, callback: str, topic: str) -> Subscription | None:
    """The subscription of `callback` for `topic`; None if there is none."""
    query = select(push_subscriptions).where(_is(callback, topic))
    row = transaction.execute(query).first()
    return Subscription(*row) if row else None


def remove(transaction: Transaction, callback: str, topic: str) -> None:
    """Removes the subscription of `callback` for `topic`."""
    transaction.execute(delete(push_subscriptions).where(_is(callback, topic)))


def expired(transaction: Transaction, now: int, most: int) -> list[Subscription]:
    """At most `most` subscriptions whose lease has ended by `now`."""
    query = select(push_subscriptions).where(push_subscriptions.c.expires <= now).limit(most)
    return [Subscription(*row) for row in transaction.execute(query)]


def count(transaction: Transaction, host: str = "") -> int:
    """The number of subscriptions; only those of `host` if it is given."""
    query = select(func.count()).select_from(push_subscriptions)
    return int(transaction.scalar(query.where(push_subscriptions.c.host == host) if host else query) or 0)


def by_topic(transaction: Transaction) -> dict[str, int]:
    """The number of subscriptions of each topic that has any, in the order of topics."""
    topic = push_subscriptions.c.topic
    query = select(topic, func.count()).group_by(topic).order_by(topic)
    return {row[0]: row[1] for row in transaction.execute(query)}


def shift(transaction: Transaction, by: int) -> None:
    """Moves the begin and the end of all leases by `by` milliseconds, after the clock was set, or nothing ran."""
    values = {"expires": push_subscriptions.c.expires + by, "verified": push_subscriptions.c.verified + by}
    transaction.execute(update(push_subscriptions).values(**values))


def _is(callback: str, topic: str) -> ColumnElement[bool]:
    return (push_subscriptions.c.callback == callback) & (push_subscriptions.c.topic == topic)
