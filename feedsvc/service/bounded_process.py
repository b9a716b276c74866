"""A process that answers requests through pipes, within bounds of time and size, and is killed when it exceeds them.

The time during which the process waited for a processor does not count, so a busy machine makes no difference. Time
spent sleeping counts like time spent working.
"""

import os
import select
import signal
import subprocess
import time
import weakref
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, cast

from feedsvc.service.processor_wait import ProcessorWait

LARGEST = 16 * 2**20
"""The largest size of a reply in bytes."""
LENGTH = 8
"""Bytes of the length that precedes each message, big-endian."""
_TICK = 50
"""Milliseconds between two looks at the clock."""
_PART = 2**20


class ProcessFault(Exception):
    """The process gave no usable reply; the message completes "it …"."""

    def __init__(self, what: str, *, timed_out: bool = False) -> None:
        super().__init__(what)
        self.timed_out = timed_out


class BoundedProcess:
    """A process that runs `command` from the construction of this object until `end` is called or the object is
    garbage-collected. One thread at a time may call `ask`."""

    def __init__(self, command: Sequence[str], environment: dict[str, str]) -> None:
        # In a separate process group, so that processes that it starts can be killed with it.
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            process_group=0,
            bufsize=0,
            env=environment,
        )
        self._requests, self._replies = cast(IO[bytes], self._process.stdin), cast(IO[bytes], self._process.stdout)
        os.set_blocking(self._requests.fileno(), False)
        self._end = weakref.finalize(self, _kill, self._process)  # also called when this object is garbage-collected

    def ask(self, request: bytes, seconds: float) -> bytes:
        """The reply to `request`. Raises ProcessFault, and ends the process, if there is no reply within `seconds`, the
        reply is too large, or the process ends."""
        try:
            return self._exchange(len(request).to_bytes(LENGTH, "big") + request, seconds)
        except BaseException:
            self.end()
            raise

    def _exchange(self, request: bytes, seconds: float) -> bytes:
        unsent, reply = memoryview(request), bytearray()
        begun, waited = time.monotonic(), ProcessorWait(self._process.pid)
        poller = select.poll()
        poller.register(self._replies, select.POLLIN)
        poller.register(self._requests, select.POLLOUT)
        while not _is_whole(reply):
            ready = dict(poller.poll(_TICK))
            if self._replies.fileno() in ready:
                part = os.read(self._replies.fileno(), _PART)
                if not part:
                    raise ProcessFault(f"ended the process that it runs in ({self._how()})")
                reply += part
            if self._requests.fileno() in ready:
                unsent = unsent[self._send(unsent) :]
                if not unsent:
                    poller.unregister(self._requests)
            if time.monotonic() - begun - waited.seconds() > seconds:
                raise ProcessFault(f"did not return within {seconds:.1f} s", timed_out=True)
        return bytes(reply[LENGTH:])

    def _send(self, unsent: memoryview) -> int:
        """Writes as many bytes as the pipe accepts, and returns their number. If the pipe is broken, all bytes count as
        sent: the missing reply shows the error."""
        try:
            return os.write(self._requests.fileno(), unsent[:_PART])
        except BlockingIOError:
            return 0
        except OSError:
            return len(unsent)

    def _how(self) -> str:
        """The signal by which the process ended, or its exit code."""
        try:
            code = self._process.wait(1)
        except subprocess.TimeoutExpired:
            return "it closed its files"
        return signal.Signals(-code).name if code < 0 else f"exit {code}"

    def end(self) -> None:
        """Kills the process, and all processes in its process group."""
        self._end()


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


def _is_whole(reply: bytearray) -> bool:
    """True if `reply` has all bytes that its length prefix announces. Raises ProcessFault for more than LARGEST."""
    length = int.from_bytes(reply[:LENGTH], "big")
    if len(reply) >= LENGTH and length > LARGEST:
        raise ProcessFault(f"returned {length:,} bytes, where {LARGEST:,} are taken")
    return len(reply) >= LENGTH + length and len(reply) >= LENGTH
