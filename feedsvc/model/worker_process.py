"""A worker process, which answers the messages of its parent and ends with it.

Not multiprocessing: its children would import the main program again, and would survive a kill -9 of their parent.
"""

import os
import pickle
import subprocess
import sys
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any, cast

_LENGTH = 8
"""Bytes of the length that precedes each message."""


class WorkerProcess:
    """A process that runs `module`, whose main program is `answer_parent`. It gets `state` once, as a pickle. It ends
    with this object at the latest."""

    def __init__(self, module: str, state: object) -> None:
        self._process = _started(module)
        if self._process is not None:
            self._end = weakref.finalize(self, end_process, self._process)
            with suppress(OSError):  # a worker that has already died is noticed with the first message
                _send(_pipe(self._process.stdin), pickle.dumps(state))

    def ask(self, message: bytes) -> bytes:
        """The answer to `message`. Raises OSError or EOFError if the worker is lost (out of memory)."""
        if self._process is None:
            raise ChildProcessError
        _send(_pipe(self._process.stdin), message)
        return _receive(_pipe(self._process.stdout))

    def end(self) -> None:
        """Kills the process, which holds nothing that could be lost."""
        if self._process is not None:
            self._end()


def _started(module: str) -> subprocess.Popen[bytes] | None:
    """A process that runs `module`; None if the system starts no more processes."""
    # -P: no module is imported from the working directory.
    command = [sys.executable, "-P", "-m", module]
    try:
        return subprocess.Popen(  # noqa: S603 - our own program
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0
        )
    except OSError:
        return None


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    return cast(IO[bytes], pipe)


def answer_parent(make: Callable[[Any], Callable[[bytes], bytes]]) -> None:
    """Answers messages until the parent closes the pipe. `make` returns the function that answers, from the state."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # printed text must not mix with the answers
    with suppress(EOFError, OSError):
        answer = make(pickle.loads(_receive(sys.stdin.buffer)))  # noqa: S301 - from our own parent
        while True:
            _send(out, answer(_receive(sys.stdin.buffer)))


def end_process(process: subprocess.Popen[bytes]) -> None:
    """Kills `process`, and closes the pipes to it."""
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


def _send(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(len(data).to_bytes(_LENGTH, "big"))
    pipe.write(data)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes:
    """The next message. Raises EOFError if the other process has ended."""
    length = int.from_bytes(_read_exactly(pipe, _LENGTH), "big")
    return _read_exactly(pipe, length)


def _read_exactly(pipe: IO[bytes], length: int) -> bytes:
    data = pipe.read(length)
    if len(data) < length:
        raise EOFError
    return data
