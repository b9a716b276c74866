"""Checks whether a request to `/-/` is an operator's: by the configuration, never by an address alone."""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from typing import Any

from feedsvc.web.access import authorized
from feedsvc.web.tokens import matches

Environ = Mapping[str, Any]

LOCAL = "local"
"""The entry of `[console] trust` that means any request from this machine that did not come through a proxy."""
LOOPBACK_HOST = "feedsvc.loopback_host"
"""The key of the environ that is True if the request's Host was this machine."""
_PASSED_ON = ("HTTP_FORWARDED", "HTTP_VIA", "HTTP_TRUE_CLIENT_IP", "HTTP_CLIENT_IP", "HTTP_PROXY_")
_OF_NETWORKS = ("HTTP_CF_", "HTTP_CDN_", "HTTP_FASTLY_", "HTTP_FLY_", "HTTP_AKAMAI_", "HTTP_TAILSCALE_", "HTTP_NGROK_")
_ADDED = (*_PASSED_ON, *_OF_NETWORKS, "HTTP_X_")
"""Prefixes of headers that proxies and tunnels add, and that no browser sends by itself."""
_SENT_BY_PAGES = "HTTP_X_REQUESTED_WITH"


def is_operator(trust: tuple[str, ...], environ: Environ) -> bool:
    """True if an entry of `trust` matches: LOCAL, or the hash of a token in the request."""
    if LOCAL in trust and is_local(environ):
        return True
    hashes = [entry.removeprefix("sha256:") for entry in trust if entry != LOCAL]
    return bool(hashes) and any(matches(token, hashed) for token in authorized(environ) for hashed in hashes)


def is_local(environ: Environ) -> bool:
    """True if the request is from this machine and shows no sign of a proxy. A proxy that adds no header and speaks
    HTTP/1.1 shows none, so LOCAL is not the default."""
    return (
        _is_loopback(environ.get("REMOTE_ADDR") or "")
        and environ.get(LOOPBACK_HOST, False)
        and environ.get("SERVER_PROTOCOL") not in ("HTTP/1", "HTTP/1.0")
        and not any(name.startswith(_ADDED) and name != _SENT_BY_PAGES for name in environ)
    )


def _is_loopback(address: str) -> bool:
    """True if `address` is a loopback address; False if it is empty, since a proxy on this machine may ask by a Unix
    socket."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return (mapped or found).is_loopback
