"""The state of push for operators. It names hosts and targets, and never a secret."""

from typing import NamedTuple

from sqlalchemy import func, select

from feedsvc.store import push_hosts, push_subscriptions
from feedsvc.store.push_hosts import HostState
from feedsvc.store.push_schema import push_tasks
from feedsvc.store.transaction import Transaction

FAILS = 3
"""Failures in a row after which a host is counted as failing."""


class PushCounts(NamedTuple):
    """The figures that a machine asks for every few seconds."""

    subscriptions: int
    failing_hosts: int
    waiting: dict[str, int]
    """The number of tasks that have something pending, by kind."""
    oldest: int | None
    """When the oldest pending Edition was published, in milliseconds since 1970; None if nothing waits."""
    is_used: bool
    """True if anybody is, or was, to be told anything."""


class Target(NamedTuple):
    """A target that something waits for. Instants are milliseconds since 1970."""

    kind: str
    target: str
    topics: int
    attempts: int
    """The most attempts that any of them has failed."""
    due: int
    """When the next is tried, unless its host is left in peace until later."""


def count(transaction: Transaction) -> PushCounts:
    """The figures of push."""
    pending = push_tasks.c.pending > 0
    kinds = select(push_tasks.c.kind, func.count()).where(pending).group_by(push_tasks.c.kind).order_by("kind")
    return PushCounts(
        subscriptions=push_subscriptions.count(transaction),
        failing_hosts=push_hosts.count_failing(transaction, FAILS),
        waiting={row[0]: row[1] for row in transaction.execute(kinds)},
        oldest=transaction.scalar(select(func.min(push_tasks.c.since)).where(pending)),
        is_used=transaction.scalar(select(push_tasks.c.number).limit(1)) is not None,
    )


def targets(transaction: Transaction, most: int) -> list[Target]:
    """At most `most` targets that something waits for, those that failed most often first."""
    tasks = push_tasks.c
    attempts = func.max(tasks.attempts)
    query = select(tasks.kind, tasks.target, func.count(), attempts, func.min(tasks.due)).where(tasks.pending > 0)
    grouped = query.group_by(tasks.kind, tasks.target).order_by(attempts.desc(), tasks.kind, tasks.target).limit(most)
    return [Target(*row) for row in transaction.execute(grouped)]


def failing(transaction: Transaction) -> list[HostState]:
    """The hosts that have failed FAILS times in a row or more."""
    return push_hosts.failing(transaction, FAILS)
