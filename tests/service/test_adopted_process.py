"""A process that this one did not start itself is waited for and ended like any other child."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from feedsvc.service.adopted_process import AdoptedProcess

ECHO = "import sys; sys.stdout.write(sys.stdin.read(1)); sys.stdout.flush(); sys.stdin.read(); sys.exit(3)"


@pytest.fixture
def process() -> Iterator[AdoptedProcess]:
    stdin, writes = os.pipe()
    reads, stdout = os.pipe()
    actions = [(os.POSIX_SPAWN_DUP2, stdin, 0), (os.POSIX_SPAWN_DUP2, stdout, 1)]
    pid = os.posix_spawn(sys.executable, [sys.executable, "-c", ECHO], os.environ, file_actions=actions)
    os.close(stdin)
    os.close(stdout)
    adopted = AdoptedProcess(pid, writes, reads)
    yield adopted
    adopted.kill()
    adopted.stdin.close()
    adopted.stdout.close()
    adopted.wait()


def test_its_end_is_waited_for(process: AdoptedProcess) -> None:
    process.stdin.write(b"x")
    assert process.stdout.read(4096) == b"x"
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.02)
    process.stdin.close()
    assert process.stdout.read(4096) == b""
    assert (process.wait(10), process.wait(0)) == (3, 3)


def test_a_signal_ends_it_and_no_other_process_gets_one_later(
    process: AdoptedProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    process.terminate()
    assert process.wait() == -signal.SIGTERM
    monkeypatch.setattr(os, "kill", lambda *_: pytest.fail("its id may be that of another process"))
    process.terminate()
    process.kill()
