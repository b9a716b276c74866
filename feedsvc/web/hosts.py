"""Which of the service's addresses a request means. Host names are looked up in a fixed table, never used."""

import re
from collections.abc import Iterable
from ipaddress import IPv6Address
from urllib.parse import urlsplit

_HOST = re.compile(r"(?:\[(?P<literal>[0-9a-f:.]+)\]|(?P<name>[^:\[\]]*?)\.?)(?::[0-9]*)?", re.ASCII)


def names(addresses: Iterable[str]) -> dict[str, int]:
    """The number of each address (scheme, host and perhaps port), by its host with the port and without."""
    known: dict[str, int] = {}
    for number, address in enumerate(addresses):
        host = urlsplit(address).netloc
        known.setdefault(host, number)
        known.setdefault(bare(host), number)
    return known


def are_two(host: str) -> bool:
    """Whether it is more than one Host field, which servers join by a comma alone (RFC 9112 section 3.2: refuse it)."""
    return "," in host and ", " not in host


def bare(host: str) -> str:
    """`host` as one spells it who leaves out what does not count: case, port, trailing dot, an IPv6 literal's zeros.

    Empty for what is no host.
    """
    match = _HOST.fullmatch(host.lower())
    if match is None:
        return ""
    if match["literal"] is None:
        return match["name"]
    try:
        return f"[{IPv6Address(match['literal'])}]"
    except ValueError:
        return ""
