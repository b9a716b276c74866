"""Delivers topics to the subscribers of the service's own hub, with the exact bytes of the Edition (WebSub section
7)."""

import hmac

from feedsvc.push import denials
from feedsvc.push.adapter import Attempt, Prepared, settled
from feedsvc.push.outcome import Outcome, Request
from feedsvc.push.retry import DELIVERIES, RetryPolicy
from feedsvc.push.topic_urls import place_of
from feedsvc.store import push_subscriptions, push_tasks, topics
from feedsvc.store.push_tasks import Settled, Task
from feedsvc.store.topics import TopicState
from feedsvc.store.transaction import Transaction

DELIVER = "deliver"


class Deliveries:
    """The adapter for deliveries. `addresses` are those of the service, `hubs` the URL of its hub at each of them."""

    def __init__(self, addresses: tuple[str, ...], hubs: tuple[str, ...]) -> None:
        self._addresses = addresses
        self._hubs = hubs
        self._last: tuple[Transaction, str, TopicState] | None = None

    @property
    def policy(self) -> RetryPolicy:
        return DELIVERIES

    def prepare(self, transaction: Transaction, task: Task, now: int) -> Prepared | None:
        if task.expires is None or task.expires <= now:
            return None
        state = self._state(transaction, task.topic)
        if state is None:
            return None
        link = f'<{self._hub(task.topic)}>; rel="hub", <{task.topic}>; rel="self"'
        signed = [("x-hub-signature", signature(task.secret, state.body))] if task.secret else []
        headers = (("content-type", state.type), ("link", link), *signed)
        return Prepared(Request("POST", task.target, headers, state.body), state.edition)

    def discard(self, transaction: Transaction, task: Task, now: int) -> None:
        """Ends a subscription whose lease has ended or whose topic is gone; in the latter case the subscriber is
        notified."""
        end_subscription(transaction, task.target, task.topic, task.number)
        if task.expires is not None and task.expires > now:
            denials.deny(transaction, task.target, task.host, task.topic, "the feed is no longer published", now)

    def settle(self, transaction: Transaction, attempt: Attempt) -> Settled | None:
        if attempt.outcome is Outcome.GONE:
            end_subscription(transaction, attempt.task.target, attempt.task.topic, attempt.task.number)
            return None
        return settled(attempt, self.policy)

    def _state(self, transaction: Transaction, topic: str) -> TopicState | None:
        """The topic as currently published. The last one is cached, since its subscribers follow each other; it cannot
        change within one transaction."""
        if self._last and self._last[:2] == (transaction, topic):
            return self._last[2]
        place = place_of(self._addresses, topic)
        if place is None:
            return None
        state = self._last[2] if self._last and self._last[1] == topic else None
        if state is None or state.edition != topics.edition_of(transaction, place):
            state = topics.current(transaction, place)
        self._last = (transaction, topic, state) if state else None
        return state

    def _hub(self, topic: str) -> str:
        """The URL of the hub at the address of `topic`."""
        place = place_of(self._addresses, topic)
        return self._hubs[place.address if place else 0]


def signature(secret: bytes, body: bytes) -> str:
    """The X-Hub-Signature of `body` (WebSub section 7.1)."""
    return f"sha256={hmac.digest(secret, body, 'sha256').hex()}"


def end_subscription(transaction: Transaction, callback: str, topic: str, task: int) -> None:
    """Removes a subscription and its task."""
    push_subscriptions.remove(transaction, callback, topic)
    push_tasks.remove(transaction, (task,))
