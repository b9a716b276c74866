"""The URLs that requests go to: parsed once, by one parser, and refused if they are ambiguous in any way."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

LONGEST = 2_000
"""Maximum characters of a URL."""
PORTS = {"http": 80, "https": 443}
_VISIBLE = re.compile(r"[!#-;=?-Z\[\]_a-z~%$&'()*+,^|`{}]+")
"""Printable ASCII except white space, quotation marks, angle brackets and backslashes."""
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")


class BadTarget(ValueError):
    """The URL cannot be used; the message has the reason, for whoever gave the URL."""


class Target(NamedTuple):
    """The parts of a URL."""

    scheme: str
    name: str
    """The host without port, in lower case; an IP address without brackets."""
    port: int
    path: str
    """Path and query, as sent."""

    @property
    def host(self) -> str:
        """The host as in the Host header: with its port if that is not the default."""
        name = f"[{self.name}]" if ":" in self.name else self.name
        return name if self.port == PORTS[self.scheme] else f"{name}:{self.port}"

    @property
    def literal(self) -> IPv4Address | IPv6Address | None:
        """The IP address of the host; None if the host is a name."""
        try:
            return ip_address(self.name)
        except ValueError:
            return None


def parse_target(url: str) -> Target:
    """The parts of `url`. Raises BadTarget."""
    if len(url) > LONGEST or not _VISIBLE.fullmatch(url):
        raise BadTarget(f"is no URL of at most {LONGEST} ASCII characters without spaces")
    try:
        parts = urlsplit(url)
        name, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadTarget("is no URL") from None
    if parts.scheme not in PORTS:
        raise BadTarget("is no http or https URL")
    if "@" in parts.netloc or parts.fragment or "#" in url:
        raise BadTarget("has a user name or a fragment")
    if "[" in parts.netloc and ":" not in name:
        raise BadTarget("has an IP address that is none")
    if port == 0 or parts.netloc.endswith(":"):
        raise BadTarget("has a port that is none")
    path = (parts.path or "/") + (f"?{parts.query}" if "?" in url else "")
    return Target(parts.scheme, _checked_name(name), port or PORTS[parts.scheme], path)


def _checked_name(name: str) -> str:
    """`name` if it is a host name or an IP address in its usual notation. Raises BadTarget.

    A name whose last label is a number is refused, since parsers differ on whether it is an address (0177.0.0.1).
    """
    if ":" in name:
        try:
            address = IPv6Address(name)
        except ValueError:
            raise BadTarget("has an IP address that is none") from None
        if address.scope_id:
            raise BadTarget("has an IP address with a zone")
        return str(address)
    labels = name.removesuffix(".").split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise BadTarget("has a host that is no name; write names in other scripts in their ASCII form")
    if labels[-1].isdigit() or labels[-1].startswith("0x"):
        try:
            return str(IPv4Address(name))
        except ValueError:
            raise BadTarget("has an IP address in an unusual notation") from None
    return ".".join(labels)
