"""The addresses to which requests may be sent: the public Internet, and networks that the operator allows.

The list of ranges is our own, from the special-purpose registries (RFC 6890 and IANA's tables): `ipaddress.is_global`
accepts multicast and NAT64.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from feedsvc.push.targets import PORTS, Target

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NOT_PUBLIC_4 = tuple(
    IPv4Network(each)
    for each in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared address space of carriers (RFC 6598)
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local; metadata services of clouds, which hold secrets
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_PUBLIC_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    IPv6Network(each)
    for each in (
        "2001::/23",  # Teredo, ORCHID and others
        "2001:db8::/32",
        "2002::/16",  # 6to4: embeds any IPv4 address
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)


class Guard:
    """Decides where requests may be sent. `allow` are networks that may be used although they are not public."""

    def __init__(self, allow: Iterable[str] = ()) -> None:
        """Raises ValueError for an invalid network."""
        self._allow: tuple[Network, ...] = tuple(map(ip_network, allow))

    def accepts(self, address: Address, target: Target) -> bool:
        """True if a request for `target` may be sent to `address`; on the public Internet only to the usual ports."""
        if self._is_allowed(address):
            return True
        return is_public(address) and target.port in PORTS.values()

    def refuses_for_good(self, target: Target) -> str:
        """The reason why nothing can ever be sent to `target`, whatever its name resolves to; empty if there is
        none."""
        literal = target.literal
        if literal is not None and not self.accepts(literal, target):
            return "has an address or a port to which nothing is sent"
        if not self._allow and target.port not in PORTS.values():
            return "has a port other than 80 and 443"
        return ""

    def _is_allowed(self, address: Address) -> bool:
        return any(address.version == each.version and address in each for each in self._allow)


def is_public(address: Address) -> bool:
    """True if `address` belongs to a machine on the public Internet."""
    if isinstance(address, IPv4Address):
        return not any(address in each for each in _NOT_PUBLIC_4)
    return address in _PUBLIC_6 and not any(address in each for each in _NOT_PUBLIC_6)
