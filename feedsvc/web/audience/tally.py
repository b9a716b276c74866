"""Turns polls into figures: the numbers that services report, and the registers that readers fill. No poll is kept."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from feedsvc.model.audience import Kind
from feedsvc.model.distinct import Sketch, mark_of
from feedsvc.store.audience.counts import Register, Report
from feedsvc.web.audience.agents import client_of

DAY = 86_400
_COUNTED = (Kind.READER, Kind.LIBRARY, Kind.UNKNOWN)
"""Kinds of programs that are counted one by one. Browsers show feeds to people who follow a link, bots to nobody."""


class Poll(NamedTuple):
    """A request for a feed: its path, and the User-Agent and address of the client."""

    feed: str
    agent: str
    address: str


class Tally:
    """The figures of all polls added. `key_of` returns the hash key of a day."""

    def __init__(self, key_of: Callable[[int], bytes]) -> None:
        self._key_of = key_of
        self._reports: dict[tuple[int, str, str, int], tuple[int, int]] = {}
        self._readers: defaultdict[tuple[int, str, str], Sketch] = defaultdict(Sketch)

    def add(self, poll: Poll, at: int) -> None:
        """Adds a poll of the instant `at` (seconds). A client without a User-Agent is not counted."""
        if not poll.agent:
            return
        day, client = at // DAY, client_of(poll.agent)
        if client.subscribers is not None:
            key = (day, poll.feed, client.name, client.source)
            if self._reports.get(key, (0, 0))[0] <= at:
                self._reports[key] = (at, client.subscribers)
        elif client.kind in _COUNTED:
            self._readers[day, poll.feed, client.name].add(mark_of(hash_of(self._key_of(day), poll)))

    def reports(self) -> Iterator[Report]:
        return (Report(*key, *value) for key, value in self._reports.items())

    def registers(self) -> Iterator[Register]:
        return (Register(*key, *mark) for key, sketch in self._readers.items() for mark in sketch.marks())

    @property
    def is_empty(self) -> bool:
        return not self._reports and not self._readers


def hash_of(key: bytes, poll: Poll) -> int:
    """The 64-bit hash of a reader; it cannot be traced back without the key. All addresses of one IPv6 network count as
    one, since a device changes its own every day."""
    who = f"{network(poll.address)}\n{poll.agent}".encode(errors="surrogatepass")
    return int.from_bytes(blake2b(who, digest_size=8, key=key).digest(), "big")


def network(address: str) -> str:
    """The address; of an IPv6 address only the first half."""
    if ":" not in address:
        return address
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or int(found) >> 64)
    return address
