"""The socket on which `feedsvc serve` listens."""

import socket
import time

PORT_PATIENCE = 3.0
"""Seconds to wait for a port that the children of a killed supervisor may still hold: they end soon after it."""
BACKLOG = 1024
"""The largest number of connections that wait for a process to accept them."""
STALLED = 30
"""Seconds after which a connection is closed whose client accepts no data of the response, so that it cannot occupy a
thread indefinitely. nginx, as it is shipped, waits as long."""


def listen(host: str, port: int) -> socket.socket:
    """The socket that all serving processes share. Raises OSError if the port is taken."""
    deadline = time.monotonic() + PORT_PATIENCE
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    while True:
        try:
            listener = socket.create_server(address[:2], family=family, backlog=BACKLOG)
        except OSError:
            if time.monotonic() > deadline:
                raise
        else:
            _end_stalled_connections(listener)
            return listener
        time.sleep(0.1)


def _end_stalled_connections(listener: socket.socket) -> None:
    """Makes the system close connections that accept no data for STALLED seconds, if it can (Linux): connections
    inherit the option from the listening socket (tcp(7))."""
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 1000 * STALLED)
