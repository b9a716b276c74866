"""The supervisor of `feedsvc serve`. Its children are N serving processes, one that publishes if this node does, and,
as configured, one each that writes Editions elsewhere, purges caches, pushes, sends alarms, and follows a shared store.

It restarts a child that ends.

The supervisor only watches, so that little can go wrong in it, and imports only the modules that it needs for this.
"""

import logging
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NoReturn

from feedsvc.service.adopted_process import AdoptedProcess
from feedsvc.service.child_process import ChildProcess, Program
from feedsvc.service.heartbeat import BEAT
from feedsvc.service.log_setup import log_to_stderr
from feedsvc.service.open_files import raise_descriptors
from feedsvc.service.program import python_command, service_environment
from feedsvc.service.settings_handover import anonymous_file

log = logging.getLogger(__name__)

TICK = 0.5
"""Seconds between two checks of the children if nothing happens."""
HEAD_START = 1.0
"""Seconds, at most, for which the first serving process loads its modules before any process is started that readers do
not wait for."""
PUBLISHES, DELIVERS, PURGES, PUSHES, ALARMS = "publishing", "delivery", "purge", "push", "alarm"
FOLLOWS = "following"
ENDS = {"serving": 3.0, PUBLISHES: 8.0} | dict.fromkeys((DELIVERS, PURGES, PUSHES, ALARMS, FOLLOWS), 4.0)
"""The kinds of children, and the seconds that each has to end by itself: slow readers are not worth waiting for, but a
publication is. The program of each kind is the module `service/KIND_process.py`."""
RELOADING = 30.0
"""The time limit, in seconds, for reading the configuration again."""
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def hold_signals() -> None:
    """Blocks the signals until the supervisor can handle them; signals that arrive before stay pending."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)


def exec_supervisor(
    descriptors: tuple[int, int],
    workers: int,
    adopted: tuple[int, int, int] | None,
    config: Path,
    roles: Iterable[str] = (PUBLISHES,),
) -> NoReturn:
    """Replaces this program with the supervisor in the same process, which frees the memory used to load the settings.

    `descriptors` are those of the settings, from `hand_over`, and of the listening socket. `adopted` is the first
    serving process, if it was started early: its id, and the descriptors of our ends of its standard input and output.
    `config` is the file that is read again on SIGHUP. `roles` are the kinds of children (keys of ENDS) of which one is
    started in addition to the serving processes.
    """
    for descriptor in (*descriptors, *(adopted or ())[1:]):
        os.set_inheritable(descriptor, True)
    arguments = map(str, (*descriptors, workers, *(adopted or (0, 0, 0)), config.absolute(), *roles))
    command = python_command("feedsvc.service.supervisor", *arguments)
    os.execve(sys.executable, command, service_environment())  # noqa: S606 - our own program


class Supervisor:
    """Keeps `children` running until SIGTERM or SIGINT. On SIGHUP it calls `reload` and, if that returns True, replaces
    every child. A child that may overlap ends only when its successor is ready, so that no request has to wait.
    `later` are children that are started once one of the others sends heartbeats, or after HEAD_START seconds.
    `selector` watches the output of the children."""

    def __init__(
        self,
        children: Sequence[ChildProcess],
        later: Sequence[ChildProcess],
        selector: selectors.BaseSelector,
        reload: Callable[[], bool],
    ) -> None:
        self._children = list(children)
        self._later = list(later)
        self._selector = selector
        self._reload = reload
        self._stopping = self._reload_requested = False

    def run(self) -> None:
        """Runs until a signal to end arrives and all children have ended."""
        self._handle_signals()
        begun = last = time.monotonic()
        while not self._stopping:
            now = time.monotonic()
            if now >= begun + HEAD_START or any(child.has_begun for child in self._children):
                self._children += self._later
                self._later = []
            self._check_children(now, suspended=now - last > 2 * TICK + BEAT)
            last = now
            if self._reload_requested:
                self._reload_requested = False
                self._reload_and_replace()
            self._read_output()
        self._end_children()

    def _check_children(self, now: float, *, suspended: bool) -> None:
        for child in self._children:
            if suspended:
                child.allow_for_suspension(now)
            child.check(now)
        self._children = [child for child in self._children if not child.is_gone]

    def _read_output(self) -> None:
        """Waits at most TICK seconds for output of the children, or for a signal."""
        for key, _ in self._selector.select(TICK):
            if key.data is None:
                os.read(key.fd, 4096)  # signal numbers; the handler has run already
            else:
                key.data.on_output(time.monotonic())

    def _handle_signals(self) -> None:
        """Installs the signal handler, and lets signals wake `_read_output`."""
        wake, woken = os.pipe()
        os.set_blocking(woken, False)
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
        self._selector.register(wake, selectors.EVENT_READ)
        had_terminal = _has_terminal()

        def handle(number: int, _frame: object) -> None:
            if number != signal.SIGHUP or (had_terminal and not _has_terminal()):  # the terminal was closed
                self._stopping = True
            else:
                self._reload_requested = True

        for number in _SIGNALS:
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # nohup
                signal.signal(number, handle)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)

    def _reload_and_replace(self) -> None:
        if not self._reload():
            log.error("the service continues with the configuration that it has")
            return
        for child in [child for child in self._children if not child.has_successor]:
            if child.overlaps:
                self._children.append(child.succeed())
            else:
                child.replace(time.monotonic())

    def _end_children(self) -> None:
        """Asks all children to end, then waits for each of them."""
        begun = time.monotonic()
        for child in self._children:
            child.terminate()
        for child in self._children:
            child.join(begun)


def _has_terminal() -> bool:
    """True if this process has a controlling terminal."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def reload_settings(config: str, settings: int) -> bool:
    """Reads the file `config` again in a separate process, and replaces the settings behind the descriptor `settings`.

    False if the file cannot be used; then nothing changes, and the reason is logged.
    """
    try:
        fresh = anonymous_file()
        try:
            command = python_command("feedsvc.service.reload", config, str(settings), str(fresh))
            done = subprocess.run(  # noqa: S603 - our own program
                command, pass_fds=(settings, fresh), stdin=subprocess.DEVNULL, timeout=RELOADING, check=False
            )
            if done.returncode != 0:
                return False
            os.dup2(fresh, settings)
        finally:
            os.close(fresh)
    except (OSError, subprocess.TimeoutExpired) as error:
        log.error("%s cannot be read again: %s", config, error)  # noqa: TRY400 - no traceback needed
        return False
    log.info("%s was read again", config)
    return True


def main() -> None:
    """The program that `exec_supervisor` runs. Its arguments are the descriptors of the settings and of the listening
    socket, the number of serving processes, the first of them (0 0 0 if none was started early), the path of the
    configuration, and the roles."""
    log_to_stderr()
    log.info("each serving process may have %d files and connections open", raise_descriptors())
    settings, listener, workers, early, lifeline, beats = map(int, sys.argv[1:7])
    config, *roles = sys.argv[7:]
    if PUBLISHES not in roles:
        log.info("this node only serves ([server] publish = false): what is served is published by another process")
    serving = Program("serving", _module("serving"), (settings, listener), ENDS["serving"], overlaps=True)
    others = (Program(role, _module(role), (settings,), ENDS[role]) for role in roles)
    with selectors.DefaultSelector() as selector:
        children = [ChildProcess(serving, selector) for _ in range(workers)]
        if early:
            children[0].adopt(AdoptedProcess(early, lifeline, beats), time.monotonic())
        later = [ChildProcess(program, selector) for program in others]
        Supervisor(children, later, selector, lambda: reload_settings(config, settings)).run()


def _module(role: str) -> str:
    return f"feedsvc.service.{role}_process"


if __name__ == "__main__":
    main()
