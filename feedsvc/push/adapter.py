"""The port of push: an adapter for each kind of task makes its request, and settles it by the answer."""

from typing import NamedTuple, Protocol

from feedsvc.push.outcome import Outcome, Request
from feedsvc.push.retry import RetryPolicy, is_given_up, next_attempt, spread
from feedsvc.store import push_tasks
from feedsvc.store.push_tasks import Settled, Task
from feedsvc.store.transaction import Transaction

SPACING = 10_000
"""Milliseconds between two attempts to tell one target of one topic: edits that follow each other are told together."""

POSTPONED, POSTPONEMENTS = 10_000, 60
"""Milliseconds until a request comes again for whose address too many wait, and how often it does."""


class Prepared(NamedTuple):
    """A request that is ready to be sent."""

    request: Request
    edition: int
    """The Edition that the target has once it accepts."""
    expected: bytes = b""
    """The body that the answer has to have; empty if it does not matter."""


class Attempt(NamedTuple):
    """A request that was made. Instants are milliseconds since 1970."""

    task: Task
    prepared: Prepared
    outcome: Outcome
    ended: int
    chance: float
    """A random number from 0 to 1."""


class Adapter(Protocol):
    """One kind of task. Its functions are called within one transaction each, and wait for nothing."""

    @property
    def policy(self) -> RetryPolicy:
        """The rules by which such tasks are tried again."""
        ...

    def prepare(self, transaction: Transaction, task: Task, now: int, /) -> Prepared | None:
        """The request of a task that is due; None if it has become pointless, and is to be discarded."""
        ...

    def discard(self, transaction: Transaction, task: Task, now: int, /) -> None:
        """Removes a task that has become pointless."""
        ...

    def settle(self, transaction: Transaction, attempt: Attempt, /) -> Settled | None:
        """The task after `attempt`; None if it was removed."""
        ...


def settled(attempt: Attempt, policy: RetryPolicy) -> Settled:
    """A task after `attempt`: told, to be tried again, or given up until the next Edition."""
    task, now = attempt.task, attempt.ended
    if attempt.outcome is Outcome.DONE:
        return Settled(
            task.number, now, acknowledged=attempt.prepared.edition, attempts=0, due=now + SPACING, is_over=True
        )
    attempts = task.attempts + 1
    due = max(next_attempt(policy, attempts, now, attempt.chance), now + 1)
    return Settled(
        task.number, now, acknowledged=0, attempts=attempts, due=due, is_over=is_given_up(policy, task.since, now)
    )


def postponed(transaction: Transaction, attempt: Attempt) -> Settled | None:
    """A task whose request was not sent yet; None after POSTPONEMENTS, when it is removed."""
    task, now, attempts = attempt.task, attempt.ended, attempt.task.attempts + 1
    if attempts >= POSTPONEMENTS:
        push_tasks.remove_same(transaction, task)
        return None
    due = now + spread(POSTPONED, attempt.chance)
    return Settled(task.number, now, acknowledged=0, attempts=attempts, due=due, is_over=False)
