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

from feedsvc.service.child_process import ChildProcess, python
from feedsvc.service.heartbeat import BEAT
from feedsvc.service.settings_handover import anonymous_file

log = logging.getLogger(__name__)

PORT_PATIENCE = 3.0
"""Seconds to wait for a port that the children of a killed parent may still hold: they end when it does."""
BACKLOG = 1024
TICK = 0.5
"""Seconds between two looks at the children, where nothing happens."""
SERVING_ENDS, PUBLISHING_ENDS = 3.0, 8.0
"""Seconds that the children have to end by themselves: slow readers do not hold us up, a publication may."""
RELOADING = 30.0
"""Seconds for which the configuration may be read anew."""
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


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
    """From here until the parent can heed them, the signals wait."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)


def exec_supervisor(settings: int, listener: socket.socket, workers: int, config: Path) -> NoReturn:
    """Replace this program by the parent, in the same process: the memory that loading the settings took is given back.

    `settings` is a descriptor from `handover`, `config` the file that it may be told to read again.
    """
    descriptors = (settings, listener.detach())
    for descriptor in descriptors:
        os.set_inheritable(descriptor, True)
    arguments = map(str, (*descriptors, workers, config.absolute()))
    os.execve(sys.executable, python("feedsvc.service.supervisor", *arguments), _environment())  # noqa: S606 - our own program


def _environment() -> dict[str, str]:
    """Few memory arenas; and the same package, and the same encoding of names, for every process, whatever folder the
    service was started in, and however."""
    root = Path(__file__).parents[2]
    added = () if root.name in ("site-packages", "dist-packages") else (str(root),)  # those come after Python's own
    paths = os.pathsep.join(filter(None, (*added, os.environ.get("PYTHONPATH", ""))))
    encoding = {"PYTHONUTF8": "1"} if sys.flags.utf8_mode else {}  # it may come from the command line: -X utf8
    return {"MALLOC_ARENA_MAX": "2"} | os.environ | encoding | ({"PYTHONPATH": paths} if paths else {})


class Supervisor:
    """Keeps the children up from `keep` until SIGTERM or SIGINT; at SIGHUP it reads the file `config` anew, and lets
    others take their places."""

    def __init__(self, settings: int, listener: int, workers: int, config: str) -> None:
        self._settings = settings
        self._config = config
        self._told = self._outdated = False
        self._has_terminal = _has_terminal()
        self._selector = selectors.DefaultSelector()
        self._children = [
            *(self._serving(settings, listener) for _ in range(workers)),
            ChildProcess(
                "publishing", "feedsvc.service.publishing_process", (settings,), PUBLISHING_ENDS, self._selector
            ),
        ]

    def _serving(self, *shared: int) -> ChildProcess:
        return ChildProcess("serving", "feedsvc.service.serving_process", shared, SERVING_ENDS, self._selector)

    def run(self) -> None:
        self._heed_signals()
        last = time.monotonic()
        while not self._told:
            now = time.monotonic()
            for child in self._children:
                child.check(now, paused=now - last > 2 * TICK + BEAT)
            last = now
            if self._outdated:
                self._outdated = False
                self._reload()
            for key, _ in self._selector.select(TICK):
                if key.data is None:
                    os.read(key.fd, 4096)  # signals, which have been heeded by now
                else:
                    key.data.hear(time.monotonic())
        self._end()

    def _heed_signals(self) -> None:
        wake, woken = os.pipe()
        os.set_blocking(woken, False)
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
        self._selector.register(wake, selectors.EVENT_READ)
        for number in _SIGNALS:
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # nohup
                signal.signal(number, self._tell)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)

    def _tell(self, number: int, _frame: object) -> None:
        if number != signal.SIGHUP or (self._has_terminal and not _has_terminal()):  # the terminal was closed
            self._told = True
        else:
            self._outdated = True

    def _reload(self) -> None:
        if not self._read_anew():
            log.error("the service goes on with the configuration that it has")
            return
        log.info("%s was read anew", self._config)
        for child in self._children:
            child.replace(time.monotonic())

    def _read_anew(self) -> bool:
        """Whether the file could be used; then its settings are in the place of the others."""
        try:
            fresh = anonymous_file()
            try:
                command = python("feedsvc.service.reload", self._config, str(self._settings), str(fresh))
                shared = (self._settings, fresh)
                done = subprocess.run(  # noqa: S603 - our own program
                    command, pass_fds=shared, stdin=subprocess.DEVNULL, timeout=RELOADING, check=False
                )
                if done.returncode == 0:
                    os.dup2(fresh, self._settings)
                return done.returncode == 0
            finally:
                os.close(fresh)
        except (OSError, subprocess.TimeoutExpired) as error:
            log.error("the configuration cannot be read anew: %s", error)  # noqa: TRY400 - says it all
            return False

    def _end(self) -> None:
        told = time.monotonic()
        for child in self._children:
            child.terminate()
        for child in self._children:
            child.join(told)


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def main() -> None:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(message)s")
    settings, listener, workers = map(int, sys.argv[1:4])
    Supervisor(settings, listener, workers, sys.argv[4]).run()


if __name__ == "__main__":
    main()
