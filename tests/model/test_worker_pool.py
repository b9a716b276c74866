"""Worker processes answer in order; what they cannot do is left to their parent."""

import sys
from collections.abc import Iterator

import psutil
import pytest

from feedsvc.model.worker_pool import WorkerPool, processors
from feedsvc.model.worker_process import WorkerProcess

ECHO = """
from feedsvc.model.worker_process import answer_parent

def answer(message):
    print("printed text is no answer", flush=True)
    return state + message

def make(given):
    global state
    state = given
    return answer

answer_parent(make)
"""


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerPool]:
    folder = tmp_path_factory.mktemp("modules")
    (folder / "echoing.py").write_text(ECHO)
    monkeypatch.setenv("PYTHONPATH", str(folder), prepend=":")
    made = WorkerPool("echoing", b"<")
    yield made
    made.end()
    assert not psutil.Process().children()


def ask(worker: WorkerProcess, message: bytes) -> bytes:
    try:
        return worker.ask(message)
    except (OSError, EOFError):
        return b"done here: " + message


def test_answers_come_in_the_order_of_the_messages_however_large_they_are(pool: WorkerPool) -> None:
    messages = [bytes([number]) * 1000 ** (number % 3) for number in range(40)]
    assert list(pool.map(ask, messages, 3)) == [b"<" + message for message in messages]
    assert len(psutil.Process().children()) == processors()


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
        assert (pool.is_started, psutil.Process().children()) == (False, [])


def test_where_no_process_can_be_started_the_parent_does_the_work(
    pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert list(pool.map(ask, [b"a", b"b"], 1)) == [b"done here: a", b"done here: b"]


def test_a_program_that_ends_at_once_is_a_lost_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = WorkerProcess("feedsvc.model.text", b"")
    assert ask(lost, b"a") == b"done here: a"
    lost.end()
