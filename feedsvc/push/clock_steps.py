"""Keeps leases and waiting tasks correct when the clock jumps."""

from feedsvc.store import push_hosts, push_subscriptions, push_tasks
from feedsvc.store.transaction import Transaction

FORWARD, BACK = 60_000, 1_000
"""Milliseconds between two readings of the clock, forward and backward, that do not count as a jump."""


def step_between(before: int, now: int) -> int:
    """The milliseconds by which the clock jumped (or for which nothing ran) between two readings; 0 for neither.

    Readings follow each other every few seconds at most.
    """
    gap = now - before
    return gap if gap > FORWARD or gap < -BACK else 0


def apply_step(transaction: Transaction, step: int) -> None:
    """Shifts leases by `step`, so that they last as intended while the hub runs. Does nothing for 0.

    If the clock went back, waiting tasks are shifted too; if it went forward, they have become due.
    """
    if step:
        push_subscriptions.shift(transaction, step)
    if step < 0:
        push_tasks.shift(transaction, step)
        push_hosts.shift(transaction, step)
