"""The program of worker processes: loads modules, forks a process for each worker, and answers the parent's messages.

Its arguments are the names of the modules, joined by commas, and for each worker the descriptor of its connection.
"""

import gc
import os
import pickle
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from io import BufferedIOBase

from feedsvc.model.worker_process import receive, send


def main() -> None:
    modules, *descriptors = sys.argv[1:]
    gc.disable()
    for module in modules.split(","):
        import_module(module)
    gc.freeze()  # the objects of the program itself need not be searched for garbage again and again
    gc.enable()
    connections = [socket.socket(fileno=int(descriptor)) for descriptor in descriptors]
    own, forks = _forked(connections)
    for each in connections:
        if each is not own:
            each.close()
    try:
        # What could not be sent to a parent that has ended cannot be sent at the end either.
        with suppress(EOFError, OSError), own, own.makefile("rwb") as connection:
            answer_parent(connection)
    finally:
        for fork in forks:
            os.waitpid(fork, 0)
    os._exit(0)  # at once: to free all objects would take longer than to start, and copy the memory that is shared


def _forked(connections: list[socket.socket]) -> tuple[socket.socket, list[int]]:
    """The connection of this process, after a fork for each of the others; and the forks, of which only the first
    process has any."""
    forks = []
    with suppress(OSError):  # no further process can be started: its connection is closed
        for each in connections[1:]:
            if not (fork := os.fork()):
                return each, []
            forks.append(fork)
    return connections[0], forks


def answer_parent(connection: BufferedIOBase) -> None:
    """Answers messages until the parent closes the connection: then it raises EOFError or OSError."""
    answers: dict[str, Callable[[bytes], bytes]] = {}
    while True:
        module, state, message = receive(connection).decode(), receive(connection), receive(connection)
        if state:
            answers[module] = import_module(module).answerer(pickle.loads(state))  # noqa: S301 - from our own parent
        send(connection, answers[module](message))


if __name__ == "__main__":
    main()
