"""Records what has to be announced of an Edition, within the publication's own transaction: both are stored, or
neither."""

from datetime import datetime
from typing import NamedTuple

from feedsvc.push.adapter import SPACING
from feedsvc.push.deliveries import DELIVER
from feedsvc.push.pings import PING
from feedsvc.push.targets import BadTarget, parse_target
from feedsvc.push.topic_urls import topic_url
from feedsvc.store import push_tasks, topics
from feedsvc.store.push_tasks import NewTask
from feedsvc.store.transaction import Transaction


class Announcer(NamedTuple):
    """Announces Editions to `hubs`, and to the subscribers of the service's own hub if there is one."""

    addresses: tuple[str, ...]
    """Scheme and host of each address of the service, the canonical one first."""
    hubs: tuple[str, ...]
    """The URLs of outside hubs. Only canonical topics are announced to them: mirrors have the same items."""
    has_hub: bool
    wait: int
    """Milliseconds until outside hubs are notified: by then servers, and caches in front of them, have the new
    bytes."""

    def announce(self, transaction: Transaction, edition: int, now: datetime) -> None:
        """Adds a task for each topic that `edition` changed and each target, before `edition` is committed."""
        at, changed = milliseconds(now), topics.changed_in(transaction, edition)
        if self.hubs and (canonical := [topic_url(self.addresses, place) for place in changed if place.address == 0]):
            hosts = {hub: _host_of(hub) for hub in self.hubs}
            new = [NewTask(PING, hub, hosts[hub], topic) for hub in self.hubs for topic in canonical]
            push_tasks.ensure(transaction, new)
            push_tasks.announce(transaction, PING, canonical, edition, at, self.wait, SPACING)
        if self.has_hub and changed:
            urls = [topic_url(self.addresses, place) for place in changed if place.address < len(self.addresses)]
            push_tasks.announce(transaction, DELIVER, urls, edition, at, 0, SPACING)


def _host_of(hub: str) -> str:
    """The host of a hub. For an invalid URL, the URL itself, and the delivery log reports the error: no hub may prevent
    the publication of an Edition."""
    try:
        return parse_target(hub).host
    except BadTarget:
        return hub


def milliseconds(instant: datetime) -> int:
    """`instant` in milliseconds since 1970."""
    return int(instant.timestamp() * 1_000)
