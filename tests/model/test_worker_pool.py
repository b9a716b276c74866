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
        if message == b"nap" or message.isdigit():
            time.sleep(0.05)
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
    except (OSError, EOFError, ValueError):
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
import os, pickle, psutil, signal
from feedsvc.model.worker_pool import WorkerPool
from feedsvc.model.worker_process import Job, send

pool = WorkerPool("echoing")
list(pool.map(lambda worker, message: worker.ask(Job("echoing", b"<"), message), [b"a"], 1))
for worker in pool._workers:
    send(worker._connection, b"echoing", pickle.dumps(b"<"), b"nap")
print(*(child.pid for child in psutil.Process().children(recursive=True)), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_workers_end_when_their_parent_is_killed(pool: WorkerPool) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, check=False)
    assert done.stderr == b""
    pids = [int(pid) for pid in done.stdout.split()]
    assert len(pids) == processors()
    deadline = time.monotonic() + 10
    while any(map(is_running, pids)):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_pool, "processors", lambda: 2)


@pytest.mark.usefixtures("two")
def test_workers_in_the_middle_of_their_work_are_ended_at_once(pool: WorkerPool) -> None:
    answers = pool.map(ask, [b"a", b"sleep", b"sleep"], 2)
    assert next(answers) == b"<a"
    begun = time.monotonic()
    pool.end()
    assert time.monotonic() - begun < 5
    assert not children()
    assert list(answers) == [b"done here: sleep"] * 2


@pytest.mark.usefixtures("two")
def test_a_worker_that_lost_the_first_process_is_ended_all_the_same(pool: WorkerPool) -> None:
    while len({*pool.map(ask, [b"pids"] * 8, 8)}) < 2:
        pass
    others = children()[1:]
    second = pool._workers[1]
    assert second._connection is not None
    send(second._connection, b"echoing", pickle.dumps(b"<"), b"sleep")
    psutil.Process().children()[0].kill()
    pool.end()
    deadline = time.monotonic() + 5
    while any(is_running(each.pid) for each in others):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.usefixtures("two")
def test_workers_that_still_answer_one_caller_are_not_asked_by_another(pool: WorkerPool) -> None:
    abandoned = pool.map(ask, [b"%d" % number for number in range(9)], 5)
    assert next(abandoned) == b"<0"
    assert list(pool.map(ask, [b"a", b"b", b"c"], 2)) == [b"<a", b"<b", b"<c"]
    assert list(abandoned) == [b"<%d" % number for number in range(1, 9)]


@pytest.mark.usefixtures("two")
def test_batches_whose_results_nobody_takes_are_given_up(pool: WorkerPool) -> None:
    asked = []

    def note(worker: WorkerProcess, message: bytes) -> bytes:
        asked.append(message)
        return ask(worker, message)

    answers = pool.map(note, [b"a", *[b"nap"] * 20], 20)
    assert next(answers) == b"<a"
    del answers
    assert len(asked) < 15


def test_a_module_that_cannot_be_loaded_makes_lost_workers() -> None:
    lost = WorkerPool("no.module")
    assert list(lost.map(ask, [b"a", b"b"], 1)) == [b"done here: a", b"done here: b"]
    lost.end()
    assert not children()
