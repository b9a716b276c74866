"""The service's own hub: accepts subscription requests, and adds a task to verify each.

It knows only the public topics of the Edition, and fetches nothing. Requests are limited before anything is stored: by
host and in total, in memory and in the store.
"""

from collections.abc import Callable
from threading import BoundedSemaphore, Lock
from typing import NamedTuple

import msgspec
from cachetools import TTLCache

from feedsvc.push.callbacks import take_turn
from feedsvc.push.guard import Guard
from feedsvc.push.subscribing import Asked, Published, Refusal, read_form
from feedsvc.push.targets import BadTarget, Target, parse_target
from feedsvc.push.topic_urls import place_of
from feedsvc.push.verifications import VERIFY
from feedsvc.store import push_subscriptions, push_tasks, topics
from feedsvc.store.errors import StoreError
from feedsvc.store.port import Store
from feedsvc.store.push_tasks import NewTask
from feedsvc.store.transaction import Transaction

AFTER = 500
"""Milliseconds until a callback is verified: some answer only once they have the hub's own answer."""
AT_ONCE = 2
"""Maximum requests that write to the store at the same time in one process: the other threads must serve readers."""
MINUTE = 60.0
_REMEMBERED = 10_000
"""Maximum hosts whose requests are counted."""


class HubLimits(NamedTuple):
    """The limits of the hub. "Host" means the host of a callback."""

    subscriptions: int = 50_000
    subscriptions_of_host: int = 1_000
    waiting: int = 10_000
    """Maximum pending verifications."""
    waiting_for_host: int = 100
    requests_of_host: int = 300
    """Maximum requests per minute in each process."""


class HubAnswer(NamedTuple):
    """The answer to a request to the hub."""

    status: int
    text: str = ""
    """An explanation for the developer of the subscriber."""
    retry_after: int = 0
    """Seconds for Retry-After; 0 for none."""


class Hub:
    """Answers subscription requests. `clock` is in milliseconds, `timer` in seconds from any origin."""

    def __init__(
        self,
        store: Store,
        addresses: tuple[str, ...],
        guard: Guard,
        clock: Callable[[], int],
        timer: Callable[[], float],
        limits: HubLimits | None = None,
    ) -> None:
        self._store = store
        self._addresses = addresses
        self._guard = guard
        self._clock = clock
        self._limits = limits or HubLimits()
        self._asked: TTLCache[str, list[int]] = TTLCache(_REMEMBERED, MINUTE, timer)
        self._lock = Lock()
        self._slots = BoundedSemaphore(AT_ONCE)

    def answer(self, content_type: str, body: bytes) -> HubAnswer:
        """The answer to a posted form: 202 if it will be verified, 204 for a ping, else the reason for the refusal."""
        try:
            asked = read_form(content_type, body)
            if isinstance(asked, Published):
                return self._pinged(asked)
            target = self._checked_callback(asked.callback)
            self._count(target.host)
            return self._take(asked, target)
        except Refusal as refusal:
            return HubAnswer(refusal.status, refusal.reason, _LATER if refusal.status == 429 else 0)
        except StoreError:
            return HubAnswer(503, "the store is busy; try again", 10)

    def _pinged(self, published: Published) -> HubAnswer:
        """The answer to a ping, which has no effect, since the hub knows of changes. 204, because some publishers
        accept no other status as success."""
        if not published.topics or any(place_of(self._addresses, topic) is None for topic in published.topics):
            return HubAnswer(404, "this hub is for the feeds of this site alone")
        return HubAnswer(204)

    def _checked_callback(self, callback: str) -> Target:
        try:
            target = parse_target(callback)
        except BadTarget as error:
            raise Refusal(400, f"hub.callback {error}") from None
        if reason := self._guard.refuses_for_good(target):
            raise Refusal(400, f"hub.callback {reason}")
        return target

    def _count(self, host: str) -> None:
        """Counts a request for `host`. Raises Refusal if there were too many within a minute."""
        with self._lock:
            count = self._asked.get(host)
            if count is None:
                count = self._asked[host] = [0]
            count[0] += 1
            if count[0] > self._limits.requests_of_host:
                raise Refusal(429, "too many requests for this host")

    def _take(self, asked: Asked, target: Target) -> HubAnswer:
        place = place_of(self._addresses, asked.topic)
        if place is None:
            raise Refusal(404, "hub.topic is no feed of this site; take it from the feed's own self link")
        if not self._slots.acquire(blocking=False):
            return HubAnswer(503, "too many requests at once; try again", 1)
        try:
            with self._store.read() as transaction:
                if not topics.edition_of(transaction, place):
                    raise Refusal(404, "hub.topic is no feed that is published here")
                self._check_room(transaction, asked, target)
            with self._store.write() as transaction:
                self._leave_task(transaction, asked, target)
        finally:
            self._slots.release()
        return HubAnswer(202)

    def _check_room(self, transaction: Transaction, asked: Asked, target: Target) -> None:
        """Raises Refusal if too many verifications are pending, or if there is no room for another subscription."""
        limits, host = self._limits, target.host
        if push_tasks.is_pending(transaction, VERIFY, asked.callback, asked.topic):
            return  # it replaces the pending one
        if push_tasks.count_pending(transaction, VERIFY, host) >= limits.waiting_for_host:
            raise Refusal(429, "too many requests for this host wait to be verified")
        if push_tasks.count_pending(transaction, VERIFY) >= limits.waiting:
            raise Refusal(429, "too many requests wait to be verified")
        if asked.intent.mode == "unsubscribe" or push_subscriptions.find(transaction, asked.callback, asked.topic):
            return
        if push_subscriptions.count(transaction, host) >= limits.subscriptions_of_host:
            raise Refusal(403, "this host has as many subscriptions as one may have")
        if push_subscriptions.count(transaction) >= limits.subscriptions:
            raise Refusal(403, "the hub has as many subscriptions as it can have")

    def _leave_task(self, transaction: Transaction, asked: Asked, target: Target) -> None:
        now = self._clock()
        payload = msgspec.json.encode(asked.intent)
        # A request that replaces a waiting one keeps its turn; if that one is under way, a new turn is taken.
        turn = push_tasks.due_of(transaction, VERIFY, asked.callback, asked.topic) or 0
        due = turn if turn > now else take_turn(transaction, asked.callback, now + AFTER)
        task = NewTask(VERIFY, asked.callback, target.host, asked.topic, 1, since=now, due=due, payload=payload)
        push_tasks.put(transaction, [task])


_LATER = 60
