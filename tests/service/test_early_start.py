"""A serving process that is started before the configuration is known gets what it needs later, or ends."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from feedsvc.service.early_start import EarlyProcess, started_early
from feedsvc.service.program import environment

RECEIVES = """
import os, socket
from feedsvc.service.early_start import receive
settings, listener = receive()
print(os.pread(settings, 100, 0).decode(), socket.socket(fileno=listener).getsockname()[1])
"""


def receiving(channel: socket.socket) -> "subprocess.Popen[str]":
    """A process that waits for its descriptors at the other end of `channel`."""
    command = [sys.executable, "-c", RECEIVES]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=channel.fileno(), stdout=pipe, stderr=pipe, text=True, env=environment())


def test_it_gets_the_settings_and_the_socket_however_late(tmp_path: Path) -> None:
    channel, theirs = socket.socketpair()
    with channel, theirs, receiving(theirs) as process, socket.create_server(("127.0.0.1", 0)) as listener:
        settings = os.open(tmp_path / "settings", os.O_RDWR | os.O_CREAT)
        os.write(settings, b"what was read")
        EarlyProcess(process.pid, channel, -1).hand_over(settings, listener.fileno())
        os.close(settings)
        assert process.communicate()[0] == f"what was read {listener.getsockname()[1]}\n"


def test_without_a_service_it_ends_and_says_nothing() -> None:
    channel, theirs = socket.socketpair()
    with theirs, receiving(theirs) as process:
        channel.close()
        theirs.close()
        assert (process.communicate(), process.returncode) == (("", ""), 0)


def test_one_that_has_ended_gets_nothing_and_nobody_fails() -> None:
    channel, theirs = socket.socketpair()
    theirs.close()
    with channel:
        EarlyProcess(1, channel, -1).hand_over(0, 1)


def test_no_process_is_left_if_there_is_no_service() -> None:
    with started_early() as early:
        assert early
        process = psutil.Process(early.pid)
        assert process.ppid() == os.getpid()
    assert not process.is_running()


def test_without_it_the_service_starts_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError("no more processes")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with started_early() as early:
        assert early is None
