"""Keeps a child process running: it is restarted when it ends, killed when it hangs, and replaced on request."""

import logging
import selectors
import signal
import subprocess
import time
from typing import NamedTuple

from feedsvc.service.adopted_process import AdoptedProcess
from feedsvc.service.child_state import ChildState, State
from feedsvc.service.heartbeat import READY, SUCCESSOR
from feedsvc.service.processor_wait import ProcessorWait
from feedsvc.service.program import child_command

log = logging.getLogger(__name__)


LAST_WORK = 1.0
"""Seconds between the signal to accept no more work and the one to end: most work that was accepted is done by then."""
TAKE_NO_MORE = signal.SIGUSR1


class Program(NamedTuple):
    """A program that a child runs. It inherits `descriptors`, whose numbers are its arguments."""

    name: str
    """The name in log lines ("the NAME process")."""
    module: str
    descriptors: tuple[int, ...]
    patience: float
    """Seconds that the process has to end by itself before it is killed."""
    overlaps: bool = False
    """True if two processes of the program may run at the same time, so that a replacement starts before the old one
    ends."""


class ChildProcess:
    """Keeps one process of `program` running from the first `check` to `join`."""

    def __init__(self, program: Program, selector: selectors.BaseSelector, *arguments: str) -> None:
        """`selector` watches the output of the process, with this object as the key's data. `arguments` are appended to
        those of the program."""
        self._program = program
        self._arguments = arguments
        self._selector = selector
        self._process: subprocess.Popen[bytes] | AdoptedProcess | None = None
        self._state = ChildState()
        self._wait: ProcessorWait | None = None
        self._successor: ChildProcess | None = None
        self._is_ready = self._is_retiring = False
        self._ends_at = 0.0

    @property
    def has_successor(self) -> bool:
        """True if another child is to replace this one."""
        return self._successor is not None

    @property
    def is_gone(self) -> bool:
        """True if a successor has replaced this child and its process has ended: nothing remains to be done."""
        return self._is_retiring and self._process is None

    @property
    def has_begun(self) -> bool:
        """True if the process sends heartbeats."""
        return self._state.state is State.RUNNING

    @property
    def overlaps(self) -> bool:
        """True if a successor may run at the same time."""
        return self._program.overlaps

    def check(self, now: float) -> None:
        """Starts the process if it is due, kills it if it hangs, and asks it to end once its successor is ready."""
        self._retire_if_succeeded(now)
        if self.is_gone or now < self._state.deadline or not self._state.is_due(now, self._waited()):
            return
        if self._process is None:
            self._start(now)
            return
        if self._state.state is not State.ENDING:
            log.error("the %s process has stopped sending heartbeats and is killed", self._program.name)
        self._process.kill()
        self._state = self._state.after_kill(now)

    def _retire_if_succeeded(self, now: float) -> None:
        """Once the successor is ready: asks the process to accept no more work and, LAST_WORK seconds later, to end."""
        if self._successor is None or not self._successor._is_ready:
            return
        if not self._is_retiring:
            self._is_retiring, self._ends_at = True, now + LAST_WORK
            if self._process is not None:
                self._process.send_signal(TAKE_NO_MORE)
        elif now >= self._ends_at and self._state.state is not State.ENDING:
            self.replace(now)

    def _waited(self) -> float:
        """Seconds since the last sign of life for which the process waited for a processor."""
        return self._wait.seconds() if self._wait else 0.0

    def _take_note_of_life(self, process: subprocess.Popen[bytes] | AdoptedProcess) -> None:
        self._wait = ProcessorWait(process.pid)

    def allow_for_suspension(self, now: float) -> None:
        """Extends the deadline of the next heartbeat, because the supervisor itself was suspended until `now`."""
        self._state = self._state.after_suspension(now)

    def _start(self, now: float) -> None:
        program = self._program
        try:
            # In a separate process group: Ctrl-C reaches only the supervisor, which ends its children in order.
            process = subprocess.Popen(  # noqa: S603 - our own program
                child_command(program.module, *map(str, program.descriptors), *self._arguments),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                pass_fds=program.descriptors,
                process_group=0,
                bufsize=0,
            )
        except OSError as error:
            log.error("the %s process cannot be started: %s", program.name, error)  # noqa: TRY400 - no traceback needed
            self._state = self._state.after_failed_start(now)
            return
        self.adopt(process, now)

    def adopt(self, process: subprocess.Popen[bytes] | AdoptedProcess, now: float) -> None:
        """Keeps `process` running, which has just been started."""
        self._process, self._state = process, self._state.after_start(now)
        self._is_ready = False
        self._take_note_of_life(process)
        if process.stdout is not None:
            self._selector.register(process.stdout, selectors.EVENT_READ, self)

    def on_output(self, now: float) -> None:
        """Reads heartbeats. The end of the output means that the process has ended."""
        process = self._process
        if process is None or process.stdout is None:
            return
        if said := process.stdout.read(4096):
            self._is_ready = self._is_ready or READY in said
            self._state = self._state.after_heartbeat(now)
            self._take_note_of_life(process)
            return
        self._selector.unregister(process.stdout)
        level = logging.INFO if self._state.state is State.ENDING else logging.ERROR
        how = _how(self._reap(process, 1))
        follows = "its successor serves already" if self._is_retiring else "starting another"
        log.log(level, "the %s process ended (%s); %s", self._program.name, how, follows)
        self._is_ready = False
        self._state = self._state.after_exit(now)

    def succeed(self) -> "ChildProcess":
        """Creates a successor: another child of the same program. Once its process is ready, this one's is asked to
        end."""
        self._successor = ChildProcess(self._program, self._selector, SUCCESSOR)
        return self._successor

    def replace(self, now: float) -> None:
        """Asks the process to end; another one is started after it."""
        self.terminate()
        self._state = self._state.after_request_to_end(now, self._program.patience)

    def terminate(self) -> None:
        """Asks the process to end, if there is one."""
        if self._process is not None:
            self._process.terminate()

    def join(self, since: float) -> None:
        """Waits until the process ends. Kills it when its patience, counted from `since`, is over."""
        if self._process is not None:
            self._reap(self._process, max(0.0, since + self._program.patience - time.monotonic()))

    def _reap(self, process: subprocess.Popen[bytes] | AdoptedProcess, patience: float) -> int:
        """The exit code of `process`; it is killed if it has not ended within `patience` seconds."""
        self._process = None
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            log.warning("the %s process did not end by itself and is killed", self._program.name)
            process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        return process.wait()


def _how(code: int) -> str:
    """The signal by which a process ended, or its exit code."""
    return signal.Signals(-code).name if code < 0 else f"exit {code}"
