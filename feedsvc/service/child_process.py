"""A process that the service keeps up: started again when it ends, killed when it hangs, replaced when it is told."""

import logging
import math
import selectors
import signal
import subprocess
import sys
import time

from feedsvc.service.heartbeat import BEAT

log = logging.getLogger(__name__)

SILENCE = 5 * BEAT
"""Seconds without a heartbeat after which a child is taken to hang, and is killed."""
STARTING = 2 * SILENCE
"""More than that for the first heartbeat: to load a program on a busy machine takes its time."""
FAST, PAUSE = 2.0, 0.5
"""A child that ended within so many seconds is started again only after a pause of so many."""


def python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", module, *arguments]


class ChildProcess:
    """`module` as a program; `shared` are the descriptors that it inherits, and its arguments."""

    def __init__(
        self, name: str, module: str, shared: tuple[int, ...], patience: float, selector: selectors.BaseSelector
    ) -> None:
        self._name = name
        self._patience = patience
        self._command = python(module, *map(str, shared))
        self._shared = shared
        self._selector = selector
        self._process: subprocess.Popen[bytes] | None = None
        self._due = self._born = self._heard = 0.0
        self._ends = math.inf

    def check(self, now: float, *, paused: bool) -> None:
        """Start the process if it is due, kill it if it hangs. `paused`: this process itself was held up."""
        if self._process is None:
            if now >= self._due:
                self._start(now)
        elif now > self._ends:
            self._process.kill()
        elif paused:
            self._heard = max(self._heard, now)
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
        self._born, self._heard = now, now + STARTING
        self._ends = math.inf
        self._selector.register(self._process.stdout, selectors.EVENT_READ, self)  # type: ignore[arg-type]  # a PIPE

    def on_output(self, now: float) -> None:
        """A heartbeat; or the pipe's end, for the process has ended."""
        process = self._process
        if process is None or process.stdout is None:
            return
        if process.stdout.read(4096):
            self._heard = now
            return
        self._selector.unregister(process.stdout)
        told, how = self._ends < math.inf, _how(self._end(1))
        log.log(logging.INFO if told else logging.ERROR, "the %s process ended (%s); starting another", self._name, how)
        self._due = now + (PAUSE if now - self._born < FAST and not told else 0)

    def replace(self, now: float) -> None:
        """Let another one take its place."""
        self.terminate()
        self._ends = now + self._patience

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
