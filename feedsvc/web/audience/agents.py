"""Identifies the programs that fetch feeds by their User-Agent: name, kind, and the number of people they fetch for.

There are two lists: agents.toml, this project's own, and opawg.json, the maintained open list of podcast programs. A
User-Agent can be forged, so it serves for statistics only, and never decides who may read.
"""

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import msgspec

from feedsvc.model.audience import LONGEST_AGENT, Kind

UNKNOWN, OTHER_SERVICES = "unknown programs", "other services"
_MOST = 100_000_000
"""Maximum plausible number of subscribers; a larger one is a lie, and reduced to this."""
_SOURCES = 64
"""The number of buckets for the feed ids of one service: a forger can make up any number of ids."""
_COUNT = re.compile(
    r"(?<![\d,])([\d,]{1,12}) (?:subscribers?|readers?)\b|\bSubscriber Count: ?([\d,]{1,12})", re.IGNORECASE
)
_FEED_ID = re.compile(r"feed-id[:=] ?(\w{1,60})|/site/(\d{1,20})/", re.IGNORECASE)
_FOLDER = Path(__file__).parent


class Client(NamedTuple):
    """A program that requested a feed."""

    name: str
    kind: Kind
    subscribers: int | None = None
    """The number of people for whom it fetches; None if it does not say."""
    source: int = 0
    """Distinguishes the numbers that a service reports for several addresses of one feed; 0 if it has one."""


@lru_cache(maxsize=4096)
def client_of(agent: str) -> Client:
    """The program with the User-Agent `agent`, given as it was sent."""
    agent = agent[:LONGEST_AGENT]
    said = _COUNT.search(agent)
    name, kind = _named(agent)
    if said is None:
        return Client(name, kind)
    number = int((said[1] or said[2]).replace(",", "") or 0)
    if kind not in (Kind.SERVICE, Kind.READER, Kind.BOT):
        name = OTHER_SERVICES
    return Client(name, Kind.SERVICE, min(number, _MOST), _source(agent, name))


def kind_of(name: str) -> Kind:
    """The kind of the program called `name`."""
    return _kinds().get(name, Kind.UNKNOWN)


def _source(agent: str, name: str) -> int:
    """The bucket of the feed id in the User-Agent. Services that are not in the lists are distinguished by the whole
    User-Agent without its numbers."""
    found = _FEED_ID.search(agent)
    said = next(filter(None, found.groups()), "") if found else ""
    if name == OTHER_SERVICES:
        said += "".join(each for each in agent if not each.isdecimal())
    return 1 + crc32(said.encode(errors="surrogatepass")) % _SOURCES if said else 0


def _named(agent: str) -> tuple[str, Kind]:
    """The name and the kind of the program with the User-Agent `agent`."""
    small = agent.lower()
    for parts, name, kind in _own():
        if any(part in small for part in parts):
            return name, kind
    for pattern, name, kind in _open():
        if pattern.search(agent):
            return name, kind
    return UNKNOWN, Kind.UNKNOWN


@cache
def _own() -> tuple[tuple[tuple[str, ...], str, Kind], ...]:
    """The entries of agents.toml: identifying texts, name, kind."""
    tables = tomllib.loads(_FOLDER.joinpath("agents.toml").read_text("utf-8"))
    return tuple((tuple(parts), name, Kind(kind)) for kind, names in tables.items() for name, parts in names.items())


_KINDS = {"bots": Kind.BOT, "apps": Kind.READER, "libraries": Kind.LIBRARY, "browsers": Kind.BROWSER}


@cache
def _open() -> tuple[tuple[re.Pattern[str], str, Kind], ...]:
    """The entries of opawg.json, in the order in which they must be tried. The patterns are matched against
    LONGEST_AGENT characters at most."""
    tables = msgspec.json.decode(_FOLDER.joinpath("opawg.json").read_bytes())
    return tuple((re.compile(pattern), name, kind) for key, kind in _KINDS.items() for name, pattern in tables[key])


@cache
def _kinds() -> dict[str, Kind]:
    """The kind of each program by name; of two entries with one name, the first counts."""
    listed = [*((name, kind) for _, name, kind in _own()), *((name, kind) for _, name, kind in _open())]
    return {OTHER_SERVICES: Kind.SERVICE, **dict(reversed(listed))}
