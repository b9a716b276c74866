"""Starts a serving process before the configuration is known, so that it loads its modules while the configuration is
read. The supervisor adopts it, and starts all others.

The process gets the settings and the listening socket through its standard input, a socket, when both are known.
Nothing else is ever sent through it: from then on it is the lifeline of `heartbeat`.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from feedsvc.service.program import child_command, service_environment

EARLY = "early"
"""The argument of a serving process that waits for its descriptors."""


class EarlyProcess(NamedTuple):
    """A process that was started early, with our ends of its standard input and output."""

    pid: int
    channel: socket.socket
    beats: int

    def hand_over(self, settings: int, listener: int) -> None:
        """Passes the descriptors of the settings and of the listening socket. Does nothing if the process has ended:
        the supervisor starts another."""
        with suppress(OSError):
            socket.send_fds(self.channel, [b"."], [settings, listener])

    @property
    def inherited(self) -> tuple[int, int, int]:
        """The id and both descriptors, which the supervisor inherits."""
        return self.pid, self.channel.fileno(), self.beats


@contextmanager
def started_early() -> Iterator[EarlyProcess | None]:
    """Starts the process, and kills it when the context ends, which means that the service cannot start: otherwise the
    supervisor replaces this program within the context. None if the system cannot start a process now."""
    channel, theirs = socket.socketpair()
    with channel:
        with theirs:
            process = _started(theirs.fileno())
        if process is None or process.stdout is None:
            yield None
            return
        with process:
            try:
                yield EarlyProcess(process.pid, channel, process.stdout.fileno())
            finally:
                process.kill()


def _started(stdin: int) -> subprocess.Popen[bytes] | None:
    try:
        return subprocess.Popen(  # noqa: S603 - our own program
            child_command("feedsvc.service.serving_process", EARLY),
            stdin=stdin,
            stdout=subprocess.PIPE,
            process_group=0,
            bufsize=0,
            env=service_environment(),
        )
    except OSError:
        return None


def receive() -> tuple[int, int]:
    """The descriptors that `EarlyProcess.hand_over` passes to this process. Ends it if there is no service to start."""
    with socket.socket(fileno=os.dup(0)) as channel:
        _, descriptors, _, _ = socket.recv_fds(channel, 1, 2)
    if len(descriptors) != 2:
        sys.exit()
    settings, listener = descriptors
    return settings, listener
