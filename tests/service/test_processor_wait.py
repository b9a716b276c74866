"""A process that waits for a processor is told from one that does nothing, and is given its time."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from feedsvc.service.bounded_process import BoundedProcess, ProcessFault
from feedsvc.service.processor_wait import ProcessorWait

ON_ONE = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
BUSY = f"{ON_ONE}while True: pass"
WORK = """
import os, sys, time
os.read(0, 8)
while time.process_time() < 0.4: pass
os.write(1, (2).to_bytes(8, 'big') + b'ok')
"""

pytestmark = [
    pytest.mark.timed,
    pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="this system does not tell"),
]


@contextmanager
def processes(*codes: str) -> Iterator[list[int]]:
    with ExitStack() as stack:
        started = [stack.enter_context(subprocess.Popen([sys.executable, "-c", code])) for code in codes]
        for process in started:
            stack.callback(process.kill)
        yield [process.pid for process in started]


def test_who_waits_for_a_processor_is_told_from_who_sleeps() -> None:
    with processes(*[BUSY] * 4, "import time; time.sleep(60)") as found:
        time.sleep(0.5)
        waits = [ProcessorWait(pid) for pid in found]
        time.sleep(1)
        *busy, idle = [wait.seconds() for wait in waits]
        assert sum(busy) > 1.5
        assert idle < 0.5


def test_a_process_that_is_gone_waits_for_nothing() -> None:
    with processes("pass") as (pid,):
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert ProcessorWait(pid).seconds() == 0


def test_a_bound_counts_only_the_time_in_which_the_process_could_work() -> None:
    """With six others on its processor it needs seven times as long by the wall."""
    with processes(*[BUSY] * 6):
        time.sleep(0.5)
        worker = BoundedProcess([sys.executable, "-c", ON_ONE + WORK], dict(os.environ))
        begun = time.monotonic()
        assert worker.ask(b"", 1.5) == b"ok"
        assert time.monotonic() - begun > 1.5
        worker.end()


def test_a_bound_holds_for_who_works_and_for_who_sleeps() -> None:
    for code in ("while True: pass", "import time; time.sleep(60)"):
        worker = BoundedProcess([sys.executable, "-c", code], dict(os.environ))
        begun = time.monotonic()
        with pytest.raises(ProcessFault, match=r"did not return within 0\.5 s"):
            worker.ask(bytes(10**6), 0.5)
        assert time.monotonic() - begun < 10
