"""A process that answers requests through pipes, within bounds of time and size, and is killed when it exceeds them.

The time that counts is that for which the process could have worked: not that for which it waited for a processor,
so that a busy machine makes no difference. A process that sleeps uses this time up as one that works does.
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
"""Bytes of the largest reply that is taken."""
LENGTH = 8
"""Bytes of the length that precedes each message, big-endian."""
_TICK = 50
"""Milliseconds between two looks at the clock."""
_PART = 2**20


class ProcessFault(Exception):
    """The process gave no reply that can be used; the message completes "it …"."""

    def __init__(self, what: str, *, timed_out: bool = False) -> None:
        super().__init__(what)
        self.timed_out = timed_out


class BoundedProcess:
    """A process of `command`, from its construction to `end`, or to the end of this object. One thread at a time may
    call `ask`."""

    def __init__(self, command: Sequence[str], environment: dict[str, str]) -> None:
        # In a process group of its own, so that what it starts can be killed with it.
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
        self._end = weakref.finalize(self, _kill, self._process)  # also when nobody needs it any more

    def ask(self, request: bytes, seconds: float) -> bytes:
        """The reply to `request`. Raises ProcessFault if there is none within `seconds`, it is too large, or the
        process ends; the process is ended then."""
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
        """Sends as much as the pipe takes; all of it if nobody reads any more, which shows by the missing reply."""
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
        """Kills the process and all that it started, as far as that stayed in its group."""
        self._end()


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


def _is_whole(reply: bytearray) -> bool:
    """True if `reply` has all bytes that its length announces. Raises ProcessFault if these are too many."""
    length = int.from_bytes(reply[:LENGTH], "big")
    if len(reply) >= LENGTH and length > LARGEST:
        raise ProcessFault(f"returned {length:,} bytes, where {LARGEST:,} are taken")
    return len(reply) >= LENGTH + length and len(reply) >= LENGTH
