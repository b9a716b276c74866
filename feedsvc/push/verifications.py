"""Verifies with a callback that it intended a request (WebSub section 5.3), and carries out the request if it did."""

from collections.abc import Callable
from typing import Literal

import msgspec

from feedsvc.model.base import Value
from feedsvc.push import deliveries
from feedsvc.push.adapter import Attempt, Prepared, postponed
from feedsvc.push.callbacks import callback_url, note_verification
from feedsvc.push.deliveries import DELIVER
from feedsvc.push.outcome import Outcome, Request
from feedsvc.push.retry import ONCE, RetryPolicy
from feedsvc.push.topic_urls import place_of
from feedsvc.store import push_subscriptions, push_tasks, topics
from feedsvc.store.push_subscriptions import Subscription
from feedsvc.store.push_tasks import NewTask, Settled, Task
from feedsvc.store.transaction import Transaction

VERIFY = "verify"


class Intent(Value, frozen=True, kw_only=True):
    """A request made in the name of a callback."""

    mode: Literal["subscribe", "unsubscribe"]
    lease: int = 0
    """Seconds of the lease that the hub grants."""
    secret: bytes = b""


class Verifications:
    """The adapter for verifications. Each has one attempt: a subscriber whose attempt failed can ask again. Until one
    succeeds, a subscription stays as it was."""

    def __init__(self, addresses: tuple[str, ...], new_challenge: Callable[[], str]) -> None:
        self._addresses = addresses
        self._new_challenge = new_challenge

    @property
    def policy(self) -> RetryPolicy:
        return ONCE

    def prepare(self, _transaction: Transaction, task: Task, _now: int) -> Prepared | None:
        intent, challenge = _intent(task), self._new_challenge()
        parameters = {"hub.mode": intent.mode, "hub.topic": task.topic, "hub.challenge": challenge}
        if intent.mode == "subscribe":
            parameters["hub.lease_seconds"] = str(intent.lease)
        url = callback_url(task.target, parameters)
        return Prepared(Request("GET", url, wanted=len(challenge), takes_turns=True), 0, challenge.encode())

    def discard(self, transaction: Transaction, task: Task, _now: int) -> None:
        push_tasks.remove(transaction, (task.number,))

    def settle(self, transaction: Transaction, attempt: Attempt) -> Settled | None:
        task = attempt.task
        if attempt.outcome is Outcome.POSTPONED:
            return postponed(transaction, attempt)
        push_tasks.remove_same(transaction, task)  # but not a request that replaced it meanwhile
        succeeded = attempt.outcome is Outcome.DONE
        note_verification(transaction, task.target, succeeded=succeeded)
        if succeeded:
            self._act(transaction, task, attempt.ended)
        return None

    def _act(self, transaction: Transaction, task: Task, now: int) -> None:
        intent = _intent(task)
        if intent.mode == "unsubscribe":
            if (number := push_tasks.find(transaction, DELIVER, task.target, task.topic)) is not None:
                deliveries.end_subscription(transaction, task.target, task.topic, number)
            return
        expires = now + intent.lease * 1_000
        subscription = Subscription(task.target, task.topic, task.host, intent.secret, now, expires)
        push_subscriptions.put(transaction, subscription)
        place = place_of(self._addresses, task.topic)
        told = topics.edition_of(transaction, place) if place else 0
        push_tasks.ensure(transaction, [NewTask(DELIVER, task.target, task.host, task.topic, acknowledged=told)])


def _intent(task: Task) -> Intent:
    return msgspec.json.decode(task.payload, type=Intent)
