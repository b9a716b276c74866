"""`feedsvc serve`: the parent of one publishing process and N serving ones. Whichever of them dies comes back.

The parent does nothing but watch, so nothing can happen to it; and it loads nothing but what watching needs.
"""

import logging
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

from feedsvc.child import BEAT

log = logging.getLogger(__name__)

PORT_PATIENCE = 3.0
"""Seconds to wait for a port that the children of a killed parent may still hold: they end when it does."""
BACKLOG = 1024
TICK = 0.5
"""Seconds between two looks at the children, where nothing happens."""
SILENCE = 5 * BEAT
"""Seconds without a heartbeat after which a child is taken to hang, and is killed."""
FAST, PAUSE = 2.0, 0.5
"""A child that ended within so many seconds is started again only after a pause of so many."""
SERVING_ENDS, PUBLISHING_ENDS = 3.0, 8.0
"""Seconds that the children have to end by themselves: slow readers do not hold us up, a publication may."""
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def listen(host: str, port: int) -> socket.socket:
    """The socket that all serving processes share. Raises OSError where the port is taken."""
    deadline = time.monotonic() + PORT_PATIENCE
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    while True:
        try:
            return socket.create_server(address[:2], family=family, backlog=BACKLOG)
        except OSError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.1)


def hold_signals() -> None:
    """From here until the parent can heed them, SIGTERM and SIGINT wait."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)


def become_parent(settings: int, listener: socket.socket, workers: int) -> NoReturn:
    """Replace this program by the parent, in the same process: the memory that loading the settings took is given back.

    `settings` is a descriptor from `handover`.
    """
    descriptors = (settings, listener.detach())
    for descriptor in descriptors:
        os.set_inheritable(descriptor, True)
    numbers = [str(number) for number in (*descriptors, workers)]
    os.execve(sys.executable, _python("feedsvc.serve", *numbers), _environment())  # noqa: S606 - our own program


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", module, *arguments]


def _environment() -> dict[str, str]:
    """Few memory arenas; and the same package for every process, whatever folder the service was started in."""
    root = Path(__file__).parents[1]
    added = () if root.name in ("site-packages", "dist-packages") else (str(root),)  # those come after Python's own
    paths = os.pathsep.join(filter(None, (*added, os.environ.get("PYTHONPATH", ""))))
    return {"MALLOC_ARENA_MAX": "2"} | os.environ | ({"PYTHONPATH": paths} if paths else {})


class _Child:
    """A process that is kept up. `shared` are the descriptors that it inherits, and its arguments."""

    def __init__(
        self, name: str, module: str, shared: tuple[int, ...], patience: float, selector: selectors.BaseSelector
    ) -> None:
        self._name = name
        self._patience = patience
        self._command = _python(module, *map(str, shared))
        self._shared = shared
        self._selector = selector
        self._process: subprocess.Popen[bytes] | None = None
        self._due = self._born = self._heard = 0.0

    def tend(self, now: float, *, paused: bool) -> None:
        """Start the process if it is due, kill it if it hangs. `paused`: this process itself was held up."""
        if self._process is None:
            if now >= self._due:
                self._start(now)
        elif paused:
            self._heard = now
        elif now - self._heard > SILENCE:
            log.error("the %s process has not been heard of for %.0f s; it is killed", self._name, now - self._heard)
            self._heard = now
            self._process.kill()

    def _start(self, now: float) -> None:
        try:
            # A group of its own: Ctrl-C is for the parent, which ends its children in good order.
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                pass_fds=self._shared,
                process_group=0,
                bufsize=0,
            )
        except OSError as error:
            log.error("the %s process cannot be started: %s", self._name, error)  # noqa: TRY400 - says it all
            self._due = now + PAUSE
            return
        self._born = self._heard = now
        self._selector.register(self._process.stdout, selectors.EVENT_READ, self)  # type: ignore[arg-type]  # a PIPE

    def hear(self, now: float) -> None:
        """A heartbeat; or the pipe's end, for the process has ended."""
        process = self._process
        if process is None or process.stdout is None:
            return
        if process.stdout.read(4096):
            self._heard = now
            return
        self._selector.unregister(process.stdout)
        log.error("the %s process ended (%s); starting another", self._name, _how(self._end(1)))
        self._due = now + (PAUSE if now - self._born < FAST else 0)

    def terminate(self) -> None:
        if self._process is not None:
            self._process.terminate()

    def join(self, told: float) -> None:
        """Wait for the end, which it was told to come to at `told`; then make one."""
        if self._process is not None:
            self._end(max(0.0, told + self._patience - time.monotonic()))

    def _end(self, patience: float) -> int:
        process = self._process
        assert process is not None  # noqa: S101
        self._process = None
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            log.warning("the %s process did not end by itself; it is killed", self._name)
            process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        return process.wait()


def _how(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit {code}"


class Parent:
    """Keeps the children up from `keep` until SIGTERM or SIGINT."""

    def __init__(self, settings: int, listener: int, workers: int) -> None:
        self._told = False
        self._selector = selectors.DefaultSelector()
        self._children = [
            *(self._serving(settings, listener) for _ in range(workers)),
            _Child("publishing", "feedsvc.publishing_process", (settings,), PUBLISHING_ENDS, self._selector),
        ]

    def _serving(self, *shared: int) -> _Child:
        return _Child("serving", "feedsvc.serving_process", shared, SERVING_ENDS, self._selector)

    def keep(self) -> None:
        self._heed_signals()
        last = time.monotonic()
        while not self._told:
            now = time.monotonic()
            for child in self._children:
                child.tend(now, paused=now - last > 2 * TICK + BEAT)
            last = now
            for key, _ in self._selector.select(TICK):
                if key.data is not None:
                    key.data.hear(time.monotonic())
        self._end()

    def _heed_signals(self) -> None:
        wake, woken = os.pipe()
        os.set_blocking(woken, False)
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
        self._selector.register(wake, selectors.EVENT_READ)
        for number in _SIGNALS:
            signal.signal(number, self._tell)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)

    def _tell(self, *_: object) -> None:
        self._told = True

    def _end(self) -> None:
        told = time.monotonic()
        for child in self._children:
            child.terminate()
        for child in self._children:
            child.join(told)


def main() -> None:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(message)s")
    settings, listener, workers = map(int, sys.argv[1:])
    Parent(settings, listener, workers).keep()


if __name__ == "__main__":
    main()
