"""Ports that are free, and stay free until the server that a test starts takes them."""

import atexit
import socket
from collections import deque

_kept: deque[socket.socket] = deque()
KEPT = 64
"""How many are held; by the time that so many others were asked for, a server has taken it or never will."""


@atexit.register
def _close() -> None:
    while _kept:
        _kept.pop().close()


def free_port() -> int:
    """A port of 127.0.0.1. It stays bound, so that nobody else is given it, and is not listened at, so that it may be
    taken by a server that says SO_REUSEADDR, as all do."""
    keeper = socket.socket()
    keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    keeper.bind(("127.0.0.1", 0))
    _kept.append(keeper)
    if len(_kept) > KEPT:
        _kept.popleft().close()
    port: int = keeper.getsockname()[1]
    return port


def is_listened_at(port: int) -> bool:
    """True if a server accepts connections at `port` of 127.0.0.1."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
