"""Connections that do nothing, or take nothing, cost other readers nothing."""

import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from threading import BoundedSemaphore

import pytest
from service import Newsroom, Service, environment, running

from feedsvc.service import listening
from feedsvc.service.serving_process import most_connections
from feedsvc.web import files
from feedsvc.web.disk_turns import DiskTurns
from feedsvc.web.files import LARGE, PACE, PATIENCE, SLICE

FILM = "---\ntitle: Film\ndate: 2026-01-05T10:00:00Z\nmedia: [{url: film.mp4}]\n---\n\nThe film.\n"
REQUEST = "GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path)
    with (room.articles / "film.mp4").open("wb") as film:
        film.truncate(LARGE * 8)
    room.write("film.md", FILM)
    return room


@contextmanager
def connections(port: int, count: int, request: str = "") -> Iterator[list[socket.socket]]:
    """So many of them, none of which reads anything."""
    with ExitStack() as stack:
        made = []
        for _ in range(count):
            one = stack.enter_context(socket.socket())
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.connect(("127.0.0.1", port))
            one.sendall(request.encode())
            made.append(one)
        yield made


def answers_in(service: Service, path: str = "/rss.xml") -> float:
    begun = time.monotonic()
    assert service.get(path, patience=60).status == 200
    return time.monotonic() - begun


@pytest.mark.timed
def test_idle_connections_keep_nobody_out(newsroom: Newsroom) -> None:
    """1,100 of them once stopped all others for half a minute, where programs start with 1,024 descriptors."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    if before[1] < 4_096:
        pytest.skip("this system allows too few open files to try it")
    resource.setrlimit(resource.RLIMIT_NOFILE, (4_096, before[1]))
    try:
        service = Service(newsroom)
        resource.setrlimit(resource.RLIMIT_NOFILE, (1_024, before[1]))
        service.start()
        resource.setrlimit(resource.RLIMIT_NOFILE, (4_096, before[1]))
        try:
            service.wait_until_served()
            assert f"may have {before[1]} files and connections open" in service.log
            with connections(service.port, 1_500):
                assert answers_in(service) < 5
        finally:
            service.end()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.timed
def test_two_thousand_idle_and_five_hundred_slow_ones_cost_a_new_reader_nothing(newsroom: Newsroom) -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    if before[1] < 8_192:
        pytest.skip("this system allows too few open files to try it")
    resource.setrlimit(resource.RLIMIT_NOFILE, (8_192, before[1]))
    try:
        with (
            running(newsroom) as service,
            connections(service.port, 2_000),
            connections(service.port, 500, "GET /rss.xml HTTP/1.1\r\nHost: 127.0.0.1\r\n") as slow,
        ):
            times = []
            for letter in "X-Slow: header":
                for one in slow:
                    one.sendall(letter.encode())
                times.append(answers_in(service))
            assert max(times) < 0.5
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.parametrize(("descriptors", "taken"), [(65_536, 65_280), (1_024, 768), (512, 256), (256, 128), (64, 32)])
def test_some_descriptors_are_left_for_files_however_few_there_are(descriptors: int, taken: int) -> None:
    assert most_connections(descriptors) == taken


def test_a_connection_has_the_patience_of_the_socket_that_it_came_by() -> None:
    if not hasattr(socket, "TCP_USER_TIMEOUT"):
        pytest.skip("this system has no such patience")
    with listening.listen("127.0.0.1", _free()) as listener, socket.create_connection(listener.getsockname()):
        taken, _ = listener.accept()
        with taken:
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 1000 * listening.STALLED


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port


def test_the_limit_of_descriptors_is_raised_to_what_is_allowed() -> None:
    told = (
        "import resource, feedsvc.service.open_files as s;"
        "print(s.raise_descriptors(), resource.getrlimit(resource.RLIMIT_NOFILE))"
    )
    command = ["prlimit", "--nofile=512:2048", sys.executable, "-c", told]
    found = subprocess.run(command, capture_output=True, text=True, env=environment(), check=True).stdout
    assert found == "2048 (2048, 2048)\n"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("seconds", "whole"), [(0.1, True), (SLICE / PACE * 0.9, True), (SLICE / PACE * 1.5, False)])
def test_a_large_download_has_to_keep_a_pace(
    seconds: float, whole: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clock, slots = Clock(), BoundedSemaphore(1)
    monkeypatch.setattr("feedsvc.web.files.time.monotonic", clock)
    slots.acquire()
    size = 40 * SLICE
    (tmp_path / "film").write_bytes(bytes(size))
    with (tmp_path / "film").open("rb", buffering=0) as file:
        part = files._Part(file, range(size), DiskTurns(), slots)
        assert part.begin()
        taken = BytesIO()
        for chunk in part:
            taken.write(chunk)
            clock.now += seconds if taken.tell() > 5 * SLICE else 0  # so many the server takes at once
        assert (len(taken.getvalue()) == size) == whole
        part.close()
    assert slots.acquire(blocking=False)


def test_a_small_one_may_take_its_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    clock = Clock()
    monkeypatch.setattr("feedsvc.web.files.time.monotonic", clock)
    (tmp_path / "song").write_bytes(bytes(LARGE))
    with (tmp_path / "song").open("rb", buffering=0) as file:
        count, part = 0, files._Part(file, range(LARGE), DiskTurns())
        assert part.begin()
        for chunk in part:
            count += len(chunk)
            clock.now += 100 * PATIENCE
        assert count == LARGE
