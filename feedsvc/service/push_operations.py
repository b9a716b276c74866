"""Operators' commands for push: show what waits and what was sent, try again at once, and send a test ping.

Each function raises StoreError if nothing was ever published, or the store cannot be used.
"""

import asyncio
import time
from typing import NamedTuple
from urllib.parse import urlencode

from feedsvc.config import Config
from feedsvc.push.outcome import Request, Result
from feedsvc.push.pings import FORM
from feedsvc.push.topic_urls import topic_url
from feedsvc.service.push_wiring import clock
from feedsvc.service.queries import open_for_reading
from feedsvc.service.settings import addresses_of
from feedsvc.service.stores import open_ledger
from feedsvc.store import push_hosts, push_log, push_status, push_subscriptions, push_tasks
from feedsvc.store.push_hosts import HostState
from feedsvc.store.push_log import LogEntry
from feedsvc.store.push_status import PushCounts, Target
from feedsvc.store.topics import TopicPlace

SHOWN = 50
"""The largest number of targets that are listed."""


class PushStatus(NamedTuple):
    """The state of push: counts of what waits, the hosts that fail, and the targets with pending tasks."""

    counts: PushCounts
    failing: list[HostState]
    targets: list[Target]


def push_state(settings: Config) -> PushStatus:
    """The state of push."""
    with open_for_reading(settings) as transaction:
        found = push_status.targets(transaction, SHOWN)
        return PushStatus(push_status.count(transaction), push_status.failing(transaction), found)


def sent(settings: Config, topic: str, most: int) -> list[LogEntry]:
    """The last `most` deliveries of topics whose URL contains `topic`, newest first."""
    with open_for_reading(settings) as transaction:
        return push_log.newest(transaction, most, topic)


def subscribers(settings: Config) -> dict[str, int]:
    """The number of subscriptions of each topic that has any."""
    with open_for_reading(settings) as transaction:
        return push_subscriptions.by_topic(transaction)


def try_again(settings: Config, target: str) -> int:
    """Makes all tasks that wait for `target`, a URL or a host, due at once. Returns their number."""
    store = open_ledger(settings)
    try:
        with store.write() as transaction:
            push_hosts.forget(transaction, target)
            for host in push_tasks.hosts_of(transaction, target):
                push_hosts.forget(transaction, host)
            return push_tasks.retry(transaction, target, clock())
    finally:
        store.close()


def ping_now(settings: Config) -> dict[str, Result]:
    """The answer of each hub to a ping for the first feed of the whole site, by the hub's URL."""
    from feedsvc.push.client import HttpClient
    from feedsvc.push.guard import Guard

    topic = topic_url(addresses_of(settings), TopicPlace(0, "/rss.xml"))
    form = urlencode({"hub.mode": "publish", "hub.url": topic, "hub.topic": topic}).encode()
    client = HttpClient(Guard(settings.push.allow), time.monotonic)

    async def ask_all() -> list[Result]:
        return await asyncio.gather(*(client.send(Request("POST", hub, (FORM,), form)) for hub in settings.push.hubs))

    return dict(zip(settings.push.hubs, asyncio.run(ask_all()), strict=True))
