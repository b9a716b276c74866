"""Ends expired leases, prunes the log, and records that the loop runs, every half minute."""

from feedsvc.push.clock_steps import step_between
from feedsvc.push.deliveries import DELIVER, end_subscription
from feedsvc.push.retry import DAY, HOUR
from feedsvc.store import push_hosts, push_log, push_subscriptions, push_tasks
from feedsvc.store.notes import Note
from feedsvc.store.transaction import Transaction

EVERY = 30_000
"""Milliseconds between two runs."""
PEACE = HOUR
LAPSES = 1_000
"""Maximum subscriptions that end in one run."""
LAST_SIGN: Note[int] = Note("push sign", int, 0)
"""The time of the last run in milliseconds; 0 before the first one."""


class Upkeep:
    """The periodic upkeep of the push tables."""

    def __init__(self) -> None:
        self._last: int | None = None

    def is_due(self, now: int) -> bool:
        """True for the first run, and EVERY milliseconds after the last one; also if the clock went back."""
        return self._last is None or not 0 <= now - self._last < EVERY

    def step_at_start(self, transaction: Transaction, now: int) -> int:
        """The milliseconds by which the clock jumped, or for which no loop ran, before the first run; 0 later."""
        before = LAST_SIGN.get(transaction) if self._last is None else 0
        return step_between(before, now) if before else 0

    def run(self, transaction: Transaction, now: int) -> None:
        """Does the upkeep if it is due."""
        if not self.is_due(now):
            return
        self._last = now
        for lapsed in push_subscriptions.expired(transaction, now, LAPSES):
            number = push_tasks.find(transaction, DELIVER, lapsed.callback, lapsed.topic)
            end_subscription(transaction, lapsed.callback, lapsed.topic, number or 0)
        push_hosts.forget_paces(transaction, now - PEACE)
        push_hosts.forget_old(transaction, now - 2 * DAY)
        push_log.prune(transaction, now)
        LAST_SIGN.put(transaction, now)
