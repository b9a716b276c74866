"""Notifies a subscriber that its subscription was denied or ended (WebSub section 5.2)."""

import msgspec

from feedsvc.push.adapter import Attempt, Prepared, postponed
from feedsvc.push.callbacks import callback_url, take_turn
from feedsvc.push.outcome import Outcome, Request
from feedsvc.push.retry import ONCE, RetryPolicy
from feedsvc.store import push_tasks
from feedsvc.store.push_tasks import NewTask, Settled, Task
from feedsvc.store.transaction import Transaction

DENY = "deny"


def deny(transaction: Transaction, callback: str, host: str, topic: str, reason: str, now: int) -> None:
    """Adds the task to notify `callback` that its subscription to `topic` ended, with the reason."""
    due = take_turn(transaction, callback, now)
    payload = msgspec.json.encode(reason)
    task = NewTask(DENY, callback, host, topic, pending=1, since=now, due=due, payload=payload)
    push_tasks.put(transaction, [task])


class Denials:
    """The adapter for denials. Each is sent once: the subscriber need not answer."""

    @property
    def policy(self) -> RetryPolicy:
        return ONCE

    def prepare(self, _transaction: Transaction, task: Task, _now: int) -> Prepared | None:
        reason = msgspec.json.decode(task.payload, type=str)
        parameters = {"hub.mode": "denied", "hub.topic": task.topic, "hub.reason": reason}
        return Prepared(Request("GET", callback_url(task.target, parameters), takes_turns=True), 0)

    def discard(self, transaction: Transaction, task: Task, _now: int) -> None:
        push_tasks.remove(transaction, (task.number,))

    def settle(self, transaction: Transaction, attempt: Attempt) -> Settled | None:
        if attempt.outcome is Outcome.POSTPONED:
            return postponed(transaction, attempt)
        push_tasks.remove_same(transaction, attempt.task)
        return None
