"""A child process that was started by the program which this one replaced (exec), with what is used of
`subprocess.Popen`."""

import os
import signal
import subprocess
import time

LOOK = 0.01
"""Seconds between two checks whether the process has ended."""


class AdoptedProcess:
    """The child process `pid`, with the descriptors of our ends of its standard input and output."""

    def __init__(self, pid: int, stdin: int, stdout: int) -> None:
        self.pid = pid
        self.stdin = open(stdin, "wb", buffering=0)  # noqa: SIM115 - closed by the one who waits for the process
        self.stdout = open(stdout, "rb", buffering=0)  # noqa: SIM115
        self._code: int | None = None

    def send_signal(self, number: int) -> None:
        """Sends the signal, unless the end of the process has been noticed: its id may belong to another one then."""
        if self._code is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, negative for a signal. Raises subprocess.TimeoutExpired after `timeout` seconds."""
        begun = time.monotonic()
        while self._code is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self._code = os.waitstatus_to_exitcode(status)
            elif timeout is not None and time.monotonic() - begun >= timeout:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            else:
                time.sleep(LOOK)
        return self._code
