"""The log of all push requests, bounded in age and in number."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import delete, func, select

from feedsvc.store.bulk import Bulk
from feedsvc.store.dialect import insert
from feedsvc.store.push_schema import push_log
from feedsvc.store.transaction import Transaction

AGE = 7 * 86_400_000
"""Milliseconds for which an entry is kept."""
MOST = 50_000
"""Entries that are kept."""


class LogEntry(NamedTuple):
    """One attempt. Instants are milliseconds since 1970."""

    at: int
    """The instant at which it ended."""
    kind: str
    target: str
    topic: str
    edition: int
    attempt: int
    """From 1."""
    duration: int
    """Milliseconds."""
    result: str
    """The status of the response, or the reason why there was none."""


_ADD = Bulk(insert(push_log), LogEntry._fields)
_NEWEST = select(func.max(push_log.c.number))


def add(transaction: Transaction, entries: Iterable[LogEntry]) -> None:
    """Adds `entries`."""
    _ADD.execute(transaction, entries)


def prune(transaction: Transaction, now: int) -> None:
    """Removes entries that are older than AGE at `now`, and the oldest beyond MOST. Entries from the future, after the
    clock was set back, stay until there are too many."""
    newest = transaction.scalar(_NEWEST) or 0
    transaction.execute(delete(push_log).where((push_log.c.number <= newest - MOST) | (push_log.c.at < now - AGE)))


def newest(transaction: Transaction, most: int, topic: str = "") -> list[LogEntry]:
    """The last `most` entries, newest first, for topics that contain `topic`; for all topics if it is empty."""
    query = select(*(push_log.c[name] for name in LogEntry._fields)).order_by(push_log.c.number.desc()).limit(most)
    found = query.where(push_log.c.topic.contains(topic, autoescape=True)) if topic else query
    return [LogEntry(*row) for row in transaction.execute(found)]


def count(transaction: Transaction) -> int:
    """The number of entries."""
    return int(transaction.scalar(select(func.count()).select_from(push_log)) or 0)
