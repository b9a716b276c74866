"""Maps the Host of a request to one of the service's addresses. Hosts are looked up in a fixed table, never used
otherwise."""

import re
from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

_HOST = re.compile(r"(?:\[(?P<literal>[0-9a-f:.]++)\]|(?P<name>[^:\[\]]*?)\.?)(?::[0-9]*+)?", re.ASCII)
_LONGEST = 300
"""Maximum characters of a Host that is looked up: a name has at most 253 (RFC 1035 section 2.3.4)."""
_POSSIBLE = re.compile(r"(?:\[[0-9A-Fa-f:.]++\]|[\w.~!$&'()*+;=%-]++)(?::[0-9]*+)?", re.ASCII)
"""The grammar `uri-host [":" port]` of RFC 9110 section 7.2, without commas, by which servers join two fields."""


def names(addresses: Iterable[str]) -> dict[str, int]:
    """The number of each address (scheme, host and perhaps port), by its host with the port and without."""
    known: dict[str, int] = {}
    for number, address in enumerate(addresses):
        host = urlsplit(address).netloc
        known.setdefault(host, number)
        known.setdefault(bare(host), number)
    return known


def are_two(host: str) -> bool:
    """True if `host` is more than one Host field, which servers join by a comma (to be refused: RFC 9112 section
    3.2)."""
    return "," in host and ", " not in host


def is_possible(host: str) -> bool:
    """True if `host` may be the value of a Host field; False if it is empty, as no web address has an empty host."""
    return _POSSIBLE.fullmatch(host) is not None


def is_loopback(host: str) -> bool:
    """True if `host` is a literal loopback address or `localhost` (RFC 6761 section 6.3). Other names do not count:
    anybody can point a DNS name at this machine."""
    name = bare(host)
    try:
        return name == "localhost" or ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def bare(host: str) -> str:
    """`host` normalised: lower case, no port, no trailing dot, IPv6 literal compressed; empty if it is no host."""
    match = _HOST.fullmatch(host.lower()) if len(host) <= _LONGEST else None
    if match is None:
        return ""
    if match["literal"] is None:
        return match["name"]
    try:
        return f"[{IPv6Address(match['literal'])}]"
    except ValueError:
        return ""
