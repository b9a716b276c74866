"""Notifies outside hubs that a topic has changed; they then fetch it (WebSub section 6)."""

from urllib.parse import urlencode

from feedsvc.push.adapter import Attempt, Prepared, settled
from feedsvc.push.outcome import Outcome, Request
from feedsvc.push.retry import PINGS, RetryPolicy
from feedsvc.store import push_tasks
from feedsvc.store.push_tasks import Settled, Task
from feedsvc.store.transaction import Transaction

PING = "ping"
FORM = ("content-type", "application/x-www-form-urlencoded")


class Pings:
    """The adapter for pings: one POST for each topic, since some hubs accept no more. `wait` is the number of
    milliseconds after which caches in front of the service have the new bytes."""

    def __init__(self, hubs: tuple[str, ...], wait: int) -> None:
        self._hubs = frozenset(hubs)
        self._wait = wait

    @property
    def policy(self) -> RetryPolicy:
        return PINGS

    def prepare(self, _transaction: Transaction, task: Task, _now: int) -> Prepared | None:
        if task.target not in self._hubs:
            return None
        form = {"hub.mode": "publish", "hub.url": task.topic, "hub.topic": task.topic}  # hubs differ in what they read
        return Prepared(Request("POST", task.target, (FORM,), urlencode(form).encode()), task.pending)

    def discard(self, transaction: Transaction, task: Task, _now: int) -> None:
        push_tasks.remove(transaction, (task.number,))

    def settle(self, _transaction: Transaction, attempt: Attempt) -> Settled | None:
        after = settled(attempt, self.policy)
        has_new_bytes = attempt.task.since + self._wait <= attempt.ended
        if attempt.outcome is Outcome.DONE and not has_new_bytes:  # the hub may have fetched an earlier Edition
            return after._replace(is_over=False, acknowledged=0, due=max(after.due, attempt.task.since + self._wait))
        return after
