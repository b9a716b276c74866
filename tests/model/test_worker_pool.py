"""Worker processes answer in order; what they cannot do is left to their parent."""

import pickle
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

from feedsvc.model import worker_pool
from feedsvc.model.worker_pool import WorkerPool, processors
from feedsvc.model.worker_process import Job, WorkerProcess, send

ECHO = """
import os, time

LOADED_BY = os.getpid()

def answerer(state):
    def answer(message):
        print("printed text is no answer", flush=True)
        if message == b"sleep":
            time.sleep(60)
        if message == b"pids":
            return b"%d %d" % (LOADED_BY, os.getpid())
        return state + message
    return answer
"""
JOB = Job("echoing", b"<")


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerPool]:
    folder = tmp_path_factory.mktemp("modules")
    (folder / "echoing.py").write_text(ECHO)
    monkeypatch.setenv("PYTHONPATH", str(folder), prepend=":")
    made = WorkerPool("echoing")
    yield made
    made.end()
    assert not children()


def children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def is_running(pid: int) -> bool:
    """True unless the process has ended; nobody may collect those that lost their parent."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def ask(worker: WorkerProcess, message: bytes) -> bytes:
    try:
        return worker.ask(JOB, message)
    except (OSError, EOFError):
        return b"done here: " + message


def test_answers_come_in_the_order_of_the_messages_however_large_they_are(pool: WorkerPool) -> None:
    messages = [bytes([number]) * 1000 ** (number % 3) for number in range(40)]
    assert list(pool.map(ask, messages, 3)) == [b"<" + message for message in messages]
    assert len(children()) == processors()


def test_messages_are_taken_only_as_far_ahead_as_allowed(pool: WorkerPool) -> None:
    taken: list[int] = []

    def messages() -> Iterator[bytes]:
        for number in range(20):
            taken.append(number)
            yield b"x"

    for done, _ in enumerate(pool.map(ask, messages(), 3), 1):
        assert len(taken) <= done + 3


def test_a_pool_that_was_ended_starts_again(pool: WorkerPool) -> None:
    for _ in range(2):
        assert list(pool.map(ask, [b"a"], 1)) == [b"<a"]
        pool.end()
        assert (pool.is_started, children()) == (False, [])


def test_where_no_process_can_be_started_the_parent_does_the_work(
    pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert list(pool.map(ask, [b"a", b"b"], 1)) == [b"done here: a", b"done here: b"]


def test_modules_are_loaded_once_for_all_workers(pool: WorkerPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_pool, "processors", lambda: 3)
    pids = {answer for _ in range(20) for answer in pool.map(ask, [b"pids"] * 6, 6)}
    assert len({pid.split()[0] for pid in pids}) == 1
    assert {int(pid.split()[1]) for pid in pids} <= {child.pid for child in children()}
    assert len(children()) == 3


def test_a_worker_gets_another_state_with_the_next_job(pool: WorkerPool) -> None:
    def ask_in_turns(worker: WorkerProcess, message: bytes) -> bytes:
        return b" ".join(worker.ask(job, message) for job in (JOB, other, other, JOB))

    other = Job("echoing", b">")
    assert list(pool.map(ask_in_turns, [b"a", b"b"], 1)) == [b"<a >a >a <a", b"<b >b >b <b"]


KILLED = """
import os, psutil, signal
from feedsvc.model.worker_pool import WorkerPool
from feedsvc.model.worker_process import Job

pool = WorkerPool("echoing")
list(pool.map(lambda worker, message: worker.ask(Job("echoing", b"<"), message), [b"a"], 1))
print(*(child.pid for child in psutil.Process().children(recursive=True)), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_workers_end_when_their_parent_is_killed(pool: WorkerPool) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED], stdout=subprocess.PIPE, check=False)
    pids = [int(pid) for pid in done.stdout.split()]
    assert len(pids) == processors()
    deadline = time.monotonic() + 10
    while any(map(is_running, pids)):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_worker_in_the_middle_of_its_work_is_ended_at_once(pool: WorkerPool) -> None:
    pool.start()
    for worker in pool._workers:
        assert worker._connection is not None
        send(worker._connection, b"echoing", pickle.dumps(b"<"), b"sleep")
    begun = time.monotonic()
    pool.end()
    assert time.monotonic() - begun < 5
    assert not children()


def test_a_module_that_cannot_be_loaded_makes_lost_workers() -> None:
    lost = WorkerPool("no.module")
    assert list(lost.map(ask, [b"a", b"b"], 1)) == [b"done here: a", b"done here: b"]
    lost.end()
    assert not children()
