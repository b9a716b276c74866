"""Limits how often one client may download the same feed whole.

A 304 never counts. Behind a proxy on this machine, the client is the one that the proxy names; if it names none, the
download does not count.
"""

import time
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from threading import Lock
from typing import Any

from cachetools import TTLCache

WINDOW = 3600
"""Length in seconds of the window in which downloads are counted, from the first of them on."""
TOO_OFTEN = b"You have this already: please ask with If-None-Match, and less often.\n"
"""The body of the answer to a client that has to wait."""
_LONGEST = 100
"""Maximum characters of an address."""
_CLIENTS = 20_000
"""Pairs of client and path that are remembered; beyond that, the oldest are dropped."""


class Downloads:
    """A limit of `most` whole downloads of one path by one client in an hour, in this process; 0 is no limit."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._seen: TTLCache[tuple[str, str], tuple[float, int]] = TTLCache(_CLIENTS, WINDOW, clock)
        self._lock = Lock()

    def wait(self, environ: Mapping[str, Any]) -> int:
        """Seconds until the client may download the document again; 0 if it may now, and then the download is
        counted."""
        asking = client(environ) if self._most else ""
        if not asking:
            return 0
        key = (asking, environ["PATH_INFO"])
        with self._lock:
            first, count = self._seen.get(key, (self._clock(), 0))
            remaining = first + WINDOW - self._clock()
            if count >= self._most and remaining > 0:
                return int(remaining) + 1
            # Setting a key restarts its time to live, so the value keeps the start of the window.
            if remaining <= 0:
                first, count = self._clock(), 0
            self._seen[key] = (first, count + 1)
        return 0


def client(environ: Mapping[str, Any]) -> str:
    """The address of the client; behind a proxy on this machine, the last address that the proxy names.

    Empty if there is none, as on a socket without addresses: then all clients would count as one.
    """
    address: str = environ.get("REMOTE_ADDR", "unknown")
    if not _is_loopback(address):
        return address
    forwarded: str = environ.get("HTTP_X_FORWARDED_FOR", "")
    return forwarded.rpartition(",")[2].strip()[:_LONGEST]


def _is_loopback(address: str) -> bool:
    if "." in address and ":" not in address and not address.startswith("127."):
        return False
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
