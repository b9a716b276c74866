"""Keeps leases, and what waits, as they are when the clock jumps."""

from feedsvc.store import push_hosts, push_subscriptions, push_tasks
from feedsvc.store.transaction import Transaction

FORWARD, BACK = 60_000, 1_000
"""Milliseconds that may pass from one look at the clock to the next, and that it may go back, without notice."""


def step_between(before: int, now: int) -> int:
    """The milliseconds by which the clock has jumped, or for which nothing ran, between two looks at it; 0 if neither.

    Looks follow each other every few seconds at most.
    """
    gap = now - before
    return gap if gap > FORWARD or gap < -BACK else 0


def apply_step(transaction: Transaction, step: int) -> None:
    """Does nothing for a step of 0. Lets leases last as long as they were to last while the hub runs.

    Where the clock went back, what waits keeps its turn too; where it went on, that has become due.
    """
    if step:
        push_subscriptions.shift(transaction, step)
    if step < 0:
        push_tasks.shift(transaction, step)
        push_hosts.shift(transaction, step)
