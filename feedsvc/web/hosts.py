"""Which of the service's addresses a request means. Host names are looked up in a fixed table, never used."""

import re
from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

_HOST = re.compile(r"(?:\[(?P<literal>[0-9a-f:.]++)\]|(?P<name>[^:\[\]]*?)\.?)(?::[0-9]*+)?", re.ASCII)
_LONGEST = 300
"""Characters of a Host that may be one of ours: a name has 253 at most (RFC 1035 section 2.3.4)."""
_POSSIBLE = re.compile(r"(?:\[[0-9A-Fa-f:.]++\]|[\w.~!$&'()*+;=%-]++)(?::[0-9]*+)?", re.ASCII)
"""`uri-host [":" port]` of RFC 9110 section 7.2, without a comma, by which servers join two fields."""


def names(addresses: Iterable[str]) -> dict[str, int]:
    """The number of each address (scheme, host and perhaps port), by its host with the port and without."""
    known: dict[str, int] = {}
    for number, address in enumerate(addresses):
        host = urlsplit(address).netloc
        known.setdefault(host, number)
        known.setdefault(bare(host), number)
    return known


def are_two(host: str) -> bool:
    """True if it is more than one Host field, which servers join by a comma (RFC 9112 section 3.2: to be refused)."""
    return "," in host and ", " not in host


def is_possible(host: str) -> bool:
    """True if `host` may be the value of a Host field; False for an empty one, which no address of the web has."""
    return _POSSIBLE.fullmatch(host) is not None


def is_loopback(host: str) -> bool:
    """True if `host` is this machine itself, by a literal address or as `localhost` (RFC 6761 section 6.3): a name that
    anybody can have in the DNS may lead here too."""
    name = bare(host)
    try:
        return name == "localhost" or ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def bare(host: str) -> str:
    """`host` in lower case, without port and trailing dot, an IPv6 literal compressed; empty if it is no host."""
    match = _HOST.fullmatch(host.lower()) if len(host) <= _LONGEST else None
    if match is None:
        return ""
    if match["literal"] is None:
        return match["name"]
    try:
        return f"[{IPv6Address(match['literal'])}]"
    except ValueError:
        return ""
