"""The state of push for operators. It contains hosts and targets, but no secrets."""

from typing import NamedTuple

from sqlalchemy import func, select

from feedsvc.store import push_hosts, push_subscriptions
from feedsvc.store.push_hosts import HostState
from feedsvc.store.push_schema import push_tasks
from feedsvc.store.transaction import Transaction

FAILS = 3
"""Consecutive failures after which a host counts as failing."""


class PushCounts(NamedTuple):
    """The figures for monitoring, which polls them every few seconds."""

    subscriptions: int
    failing_hosts: int
    waiting: dict[str, int]
    """The number of pending tasks, by kind."""
    oldest: int | None
    """The instant of the oldest pending Edition, in milliseconds since 1970; None if no task is pending."""
    is_used: bool
    """True if there is any task, pending or not."""


class Target(NamedTuple):
    """A target with pending tasks. Instants are milliseconds since 1970."""

    kind: str
    target: str
    topics: int
    attempts: int
    """The most failed attempts of any of them."""
    due: int
    """The instant at which the next of them is tried, unless the pause of its host lasts longer."""


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
    """At most `most` targets with pending tasks, in descending order of failed attempts."""
    tasks = push_tasks.c
    attempts = func.max(tasks.attempts)
    query = select(tasks.kind, tasks.target, func.count(), attempts, func.min(tasks.due)).where(tasks.pending > 0)
    grouped = query.group_by(tasks.kind, tasks.target).order_by(attempts.desc(), tasks.kind, tasks.target).limit(most)
    return [Target(*row) for row in transaction.execute(grouped)]


def failing(transaction: Transaction) -> list[HostState]:
    """The hosts that have failed at least FAILS times in a row."""
    return push_hosts.failing(transaction, FAILS)
