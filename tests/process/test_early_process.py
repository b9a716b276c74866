"""A serving process is loaded while the configuration is read, which takes long here: the file is a pipe."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from service import LONG, Newsroom, Service, running, wait_for

from feedsvc.service.supervisor import HEAD_START


class Reading(Service):
    """A service that waits for its configuration, with a serving process that waits for the rest."""

    def __init__(self, newsroom: Newsroom) -> None:
        super().__init__(newsroom)
        self.text = newsroom.config.read_bytes()
        newsroom.config.unlink()
        os.mkfifo(newsroom.config)
        self.start()
        self.early = wait_for(self._loaded, "a process that loads the server and the store")

    def _loaded(self) -> psutil.Process | None:
        return next((child for child in self.family()[1:] if has_loaded(child, "_granian", "_sqlite3")), None)

    def read(self, text: bytes) -> None:
        """Lets the service read `text` as its configuration."""
        self.newsroom.config.write_bytes(text)


def has_loaded(process: psutil.Process, *libraries: str) -> bool:
    loaded = " ".join(each.path for each in process.memory_maps())
    return all(library in loaded for library in libraries)


@pytest.fixture
def reading(tmp_path: Path) -> Iterator[Reading]:
    room = Newsroom(tmp_path)
    room.write("ferry.md")
    service = Reading(room)
    try:
        yield service
    finally:
        service.end()


def test_it_serves_once_the_configuration_is_read(reading: Reading) -> None:
    files = reading.early.rlimit(psutil.RLIMIT_NOFILE)
    reading.read(reading.text)
    reading.wait_for_title("ferry")
    assert reading.server() == reading.early
    assert files == psutil.Process(reading.pid).rlimit(psutil.RLIMIT_NOFILE)
    status = Path(f"/proc/{reading.early.pid}/status").read_text()
    assert "\nSigBlk:\t0000000000000000\n" in status
    reading.early.kill()
    wait_for(lambda: reading.server() != reading.early, "another process")
    reading.wait_until_served()
    assert reading.end() == 0


def test_a_wrong_configuration_leaves_no_process(reading: Reading) -> None:
    reading.read(b"[site\n")
    assert reading.wait() == 2
    assert not reading.early.is_running()
    assert reading.log.startswith("feedsvc: ")
    assert "not TOML" in reading.log
    assert len(reading.log.splitlines()) == 1


def test_it_ends_with_the_command_and_says_nothing(reading: Reading) -> None:
    reading.signal(signal.SIGKILL)
    reading.wait()
    psutil.wait_procs([reading.early], LONG)
    assert not reading.early.is_running()
    assert reading.log == ""


def test_one_that_ends_too_early_is_replaced(reading: Reading) -> None:
    reading.early.kill()
    reading.read(reading.text)
    reading.wait_for_title("ferry")


def test_the_publisher_starts_after_it_but_does_not_wait_for_one_that_hangs(reading: Reading) -> None:
    reading.early.suspend()
    begun = time.monotonic()
    reading.read(reading.text)
    reading.publisher()
    reading.early.resume()
    assert time.monotonic() - begun > HEAD_START
    reading.wait_for_title("ferry")


def test_a_signal_that_comes_meanwhile_ends_all(reading: Reading) -> None:
    reading.signal(signal.SIGTERM)
    reading.read(reading.text)
    assert reading.wait() == 0
    assert not reading.early.is_running()


def test_it_ends_when_it_is_told_to_though_whoever_started_the_command_blocks_signals(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    room.write("first.md")
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM,))
    try:
        with running(room) as service:
            service.wait_until_served()
            assert service.end() == 0
            assert "killed" not in service.log
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
