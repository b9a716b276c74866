"""SIGTERM and Ctrl-C end the whole service in time, in good order, with exit 0, and with nothing half published.

FEEDSVC_ENDS sets the number of random moments.
"""

import os
import random
import signal
import sqlite3
import time
from pathlib import Path

import psutil
import pytest
from service import Newsroom, Service, running, wait_for

ENDS = int(os.environ.get("FEEDSVC_ENDS", "8"))
IN_TIME = 10.0
BIG = 1000
MANY = "[defaults]\nlimit = 5000\n"


def test_at_any_moment(tmp_path: Path) -> None:
    """Also while it starts, from when it has said so, and while articles arrive."""
    room = Newsroom(tmp_path, tables=MANY)
    chance = random.Random(7)
    service = Service(room)
    for number in range(ENDS):
        room.write(f"new{number}.md")
        said = service.log if number else ""
        service.start()
        try:
            wait_for(lambda said=said: len(service.log) > len(said), "the banner")  # type: ignore[misc]
            time.sleep(chance.random() * 1.5)
            room.write(f"more{number}.md")
            end(service, chance.choice((signal.SIGTERM, signal.SIGINT)))
        finally:
            service.end()
    assert "KeyboardInterrupt" not in service.log
    with running(room) as after:
        names = {f"{kind}{number}" for kind in ("new", "more") for number in range(ENDS)}
        wait_for(lambda: set(after.titles()) == names, "all articles")
        assert len(after.titles()) == len(names)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_while_a_big_publication_runs_what_is_not_done_is_undone(tmp_path: Path, number: signal.Signals) -> None:
    room = Newsroom(tmp_path, tables=MANY)
    room.write("old.md")
    with running(room) as service:
        service.wait_for_title("old")
        service.end()
    for each in range(BIG):
        room.write(f"news/{each % 20}/big{each}.md")
    with running(room) as service:
        time.sleep(1.5)
        end(service, number)
    assert sound(room)
    with running(room) as service:
        titles = service.titles()  # the old Edition or the new one, whole
        assert len(titles) in (1, BIG + 1)
        wait_for(lambda: len(service.titles()) == BIG + 1, "the rest", 60)


def test_ctrl_c_on_the_terminal_reaches_the_whole_group_and_ends_it_once(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    with running(room, "--workers", "2") as service:
        time.sleep(1)
        service.family()
        os.killpg(service.pid, signal.SIGINT)
        os.killpg(service.pid, signal.SIGINT)  # an impatient operator
        assert service.wait(IN_TIME) == 0
        assert_all_gone(service)
    assert "KeyboardInterrupt" not in service.log
    assert "starting another" not in service.log


def test_readers_that_hold_connections_do_not_hold_it_up(tmp_path: Path) -> None:
    import socket

    with running(Newsroom(tmp_path)) as service:
        idle = [socket.create_connection(("127.0.0.1", service.port)) for _ in range(20)]
        for each in idle[10:]:
            each.sendall(b"GET /rss.xml HTTP/1.1\r\nHost: x\r\n")
        try:
            end(service, signal.SIGTERM)
        finally:
            for each in idle:
                each.close()


def end(service: Service, number: int) -> None:
    begun = time.monotonic()
    service.signal(number)
    assert service.wait(15) == 0
    assert time.monotonic() - begun < IN_TIME
    assert_all_gone(service)


def assert_all_gone(service: Service) -> None:
    assert not [process for process in service._family.values() if process.is_running() and not is_zombie(process)]


def is_zombie(process: psutil.Process) -> bool:
    return bool(process.status() == psutil.STATUS_ZOMBIE)


def sound(room: Newsroom) -> bool:
    connection = sqlite3.connect(room.folder / ".feedsvc" / "store.sqlite3")
    try:
        return bool(connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok")
    finally:
        connection.close()
