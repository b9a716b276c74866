"""Worker processes, which answer the messages of their parent and end with it.

The parent starts one process (`worker_main`), which loads the modules and forks itself for the others: so modules are
loaded once, however many workers there are, and the workers share their memory. Not multiprocessing: its children would
import the main program again, and would survive a kill -9 of their parent.
"""

import os
import pickle
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from io import BufferedIOBase
from typing import NamedTuple

_LENGTH = 8
"""Bytes of the length that precedes each message."""
_PATIENCE = 0.5
"""Seconds that workers have to end by themselves."""


class Job(NamedTuple):
    """A kind of work. The function `answerer` of `module` gets `state`, once in each worker and as a pickle, and
    returns the function that answers messages."""

    module: str
    state: object


class WorkerProcess:
    """A process at the other end of `connection`; None for one that could not be started."""

    def __init__(self, connection: BufferedIOBase | None) -> None:
        self._connection = connection
        self._jobs: dict[str, Job] = {}
        """The jobs that the process knows, by module."""

    def ask(self, job: Job, message: bytes) -> bytes:
        """The answer to `message`. Raises OSError or EOFError if the worker is lost (out of memory), ValueError if
        it was ended."""
        if self._connection is None:
            raise ChildProcessError
        is_known = self._jobs.get(job.module) is job
        self._jobs[job.module] = job
        send(self._connection, job.module.encode(), b"" if is_known else pickle.dumps(job.state), message)
        return receive(self._connection)


def start_workers(modules: Sequence[str], count: int) -> tuple[list[WorkerProcess], Callable[[], None]]:
    """Starts `count` processes with `modules`, which are still loading when it returns. Returns them, and the function
    that ends them."""
    pairs: list[tuple[socket.socket, socket.socket]] = []
    try:
        pairs += (socket.socketpair() for _ in range(count))
        descriptors = [theirs.fileno() for _, theirs in pairs]
        # -P: no module is imported from the working directory.
        command = [sys.executable, "-P", "-m", "feedsvc.model.worker_main", ",".join(modules), *map(str, descriptors)]
        process = subprocess.Popen(  # noqa: S603 - our own program
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # printed text is no output of the parent
            pass_fds=descriptors,
            process_group=0,
        )
        connections = [_Connection(ours, ours.makefile("rwb")) for ours, _ in pairs]
    except OSError:  # no further process or file can be opened
        return [WorkerProcess(None) for _ in range(count)], lambda: None
    finally:
        for pair in pairs:
            for each in pair:
                each.close()
    return [WorkerProcess(each.stream) for each in connections], lambda: _end(process, connections)


class _Connection(NamedTuple):
    """The parent's end of the connection to a worker. The socket is closed with its stream."""

    socket: socket.socket
    stream: BufferedIOBase


def _end(process: subprocess.Popen[bytes], connections: Sequence[_Connection]) -> None:
    """Closes the connections, at which idle workers end, and kills the others: they hold nothing that could be lost."""
    for connection in connections:
        with suppress(OSError):
            # A thread that waits for an answer has the stream locked, and would delay its end.
            connection.socket.shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
            connection.stream.close()
    try:
        is_lost = process.wait(_PATIENCE) != 0
    except subprocess.TimeoutExpired:
        is_lost = True
    if is_lost:  # it has not waited for the others
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def send(connection: BufferedIOBase, *messages: bytes) -> None:
    """Sends `messages` one after the other."""
    for message in messages:
        connection.write(len(message).to_bytes(_LENGTH, "big"))
        connection.write(message)
    connection.flush()


def receive(connection: BufferedIOBase) -> bytes:
    """The next message. Raises EOFError if the other process has ended."""
    return _read_exactly(connection, int.from_bytes(_read_exactly(connection, _LENGTH), "big"))


def _read_exactly(connection: BufferedIOBase, length: int) -> bytes:
    data = connection.read(length)
    if len(data) < length:
        raise EOFError
    return data
