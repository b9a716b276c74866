"""The port of push: an adapter for each kind of task makes its requests, and settles the task by the answer."""

from typing import NamedTuple, Protocol

from feedsvc.push.outcome import Outcome, Request
from feedsvc.push.retry import RetryPolicy, is_given_up, next_attempt, spread
from feedsvc.store import push_tasks
from feedsvc.store.push_tasks import Settled, Task
from feedsvc.store.transaction import Transaction

SPACING = 10_000
"""Milliseconds between two attempts for one topic and target: edits in between are announced together."""

POSTPONED, POSTPONEMENTS = 10_000, 60
"""Milliseconds until a request is tried again if its address has too many waiting, and how often it is tried again."""


class Prepared(NamedTuple):
    """A request that is ready to send."""

    request: Request
    edition: int
    """The Edition that the target has once it accepts."""
    expected: bytes = b""
    """The body that the answer must have; empty for any."""


class Attempt(NamedTuple):
    """A finished request. Instants are in milliseconds since 1970."""

    task: Task
    prepared: Prepared
    outcome: Outcome
    ended: int
    chance: float
    """A random number from 0 to 1."""


class Adapter(Protocol):
    """The functions for one kind of task. Each is called within one transaction, and must not block."""

    @property
    def policy(self) -> RetryPolicy:
        """The retry policy of these tasks."""
        ...

    def prepare(self, transaction: Transaction, task: Task, now: int, /) -> Prepared | None:
        """The request for a task that is due; None if the task is obsolete and has to be discarded."""
        ...

    def discard(self, transaction: Transaction, task: Task, now: int, /) -> None:
        """Removes an obsolete task."""
        ...

    def settle(self, transaction: Transaction, attempt: Attempt, /) -> Settled | None:
        """The task after `attempt`; None if it was removed."""
        ...


def settled(attempt: Attempt, policy: RetryPolicy) -> Settled:
    """A task after `attempt`: done, to be tried again, or given up until the next Edition."""
    task, now = attempt.task, attempt.ended
    if attempt.outcome is Outcome.DONE:
        due, told = now + SPACING, attempt.prepared.edition
        return Settled(task.number, now, acknowledged=told, attempts=0, due=due, first_due=due, is_over=True)
    attempts = task.attempts + 1
    first, due = (max(next_attempt(policy, count, now, attempt.chance), now + 1) for count in (1, attempts))
    is_over = is_given_up(policy, task.since, now)
    return Settled(task.number, now, acknowledged=0, attempts=attempts, due=due, first_due=first, is_over=is_over)


def postponed(transaction: Transaction, attempt: Attempt) -> Settled | None:
    """A task whose request was not sent yet; None if it was removed, which happens after POSTPONEMENTS."""
    task, now, attempts = attempt.task, attempt.ended, attempt.task.attempts + 1
    if attempts >= POSTPONEMENTS:
        push_tasks.remove_same(transaction, task)
        return None
    due = now + spread(POSTPONED, attempt.chance)
    return Settled(task.number, now, acknowledged=0, attempts=attempts, due=due, first_due=due, is_over=False)
