"""`feedsvc serve`: what was published is served, whatever becomes of the folder, the state and the configuration."""

import json
import re
import resource
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import psutil
import pytest
from newsroom import Denied
from ports import free_port
from service import LONG, ROOT, Newsroom, Service, markdown, running, wait_for

from feedsvc.config import load
from feedsvc.service import publishing_process


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path)
    room.write("news/eu/ferry.md")
    return room


def test_the_first_start_publishes_and_serves(newsroom: Newsroom) -> None:
    with running(newsroom, path="/news/eu/rss.xml") as service:
        assert service.titles("/news/eu/rss.xml") == ["ferry"]
        assert service.get("/-/ready").status == 200
        assert service.get("/-/health").status == 200


def test_a_newsroom_without_a_folder_is_served_and_the_folder_may_come_later(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    room.articles.rmdir()
    with running(room) as service:
        assert service.titles() == []
        room.write("late.md")
        service.wait_for_title("late", patience=5)


def test_a_restart_serves_the_last_edition_before_anything_is_scanned(newsroom: Newsroom) -> None:
    with running(newsroom):
        pass
    newsroom.write("second.md")
    with locked(newsroom) as unlock, running(newsroom) as service:  # so the publisher can do nothing at all
        assert service.titles() == ["ferry"]
        time.sleep(0.5)
        assert service.titles() == ["ferry"]
        unlock()
        service.wait_for_title("second")


def test_of_two_services_on_one_state_one_publishes_and_the_other_takes_over(newsroom: Newsroom) -> None:
    with running(newsroom) as first:
        other = Service(newsroom, "--port", str(free_port()))
        other.port = int(other._arguments[1])
        try:
            other.start()
            other.wait_until_served()
            newsroom.write("one.md")
            first.wait_for_title("one")
            other.wait_for_title("one")
            wait_for(lambda: "waiting" in first.log, "the other's publisher waits")
            assert epoch(newsroom) == 1
            first.family()
            first.end()
            newsroom.write("two.md")
            other.wait_for_title("two", patience=10)
            assert epoch(newsroom) == 2
        finally:
            other.end()


def test_a_port_that_is_taken_is_said_clearly(newsroom: Newsroom) -> None:
    with running(newsroom):
        result = newsroom.run("serve")
    assert result.returncode == 2
    assert result.stderr.startswith(f"feedsvc: cannot listen on 127.0.0.1:{newsroom.port}: Address already in use;")
    assert "another --host or --port" in result.stderr


def test_several_workers_share_the_port_and_serve_the_same(newsroom: Newsroom) -> None:
    with running(newsroom, "--workers", "3") as service:
        wait_for(lambda: len(service.family()) == 5, "parent, publisher and three workers")
        time.sleep(1.5)
        answers = {(answer.body, answer.headers["etag"]) for answer in (service.get("/rss.xml") for _ in range(40))}
        assert len(answers) == 1


# --- time -------------------------------------------------------------------------------------------------------------


@pytest.mark.timed
def test_an_embargo_ends_on_the_second(newsroom: Newsroom) -> None:
    with running(newsroom) as service:
        ends = (datetime.now(UTC) + timedelta(seconds=3)).replace(microsecond=0)
        newsroom.write("secret.md", head=f"embargo: {ends.isoformat()}\n")
        early: list[datetime] = []
        while (now := datetime.now(UTC)) < ends + timedelta(seconds=1):
            if "secret" in service.titles():
                early.append(now)
            time.sleep(0.02)
        assert early
        assert ends <= early[0] <= ends + timedelta(seconds=1)


# --- what happens to the surroundings ---------------------------------------------------------------------------------


def test_it_goes_on_with_the_configuration_it_was_started_with(newsroom: Newsroom) -> None:
    with running(newsroom) as service:
        newsroom.config.write_text("[site\n", encoding="utf-8")
        service.server().kill()
        service.publisher().kill()
        newsroom.write("after.md")
        service.wait_for_title("after", patience=10)


def test_a_state_that_is_deleted_under_way_is_made_anew(newsroom: Newsroom) -> None:
    with running(newsroom) as service:
        shutil.rmtree(newsroom.folder / ".feedsvc")
        assert service.titles() == ["ferry"]
        newsroom.write("after.md")
        service.wait_for_title("after", patience=10)
        assert sorted(service.titles()) == ["after", "ferry"]


@pytest.mark.parametrize("first", [0, 1024])
def test_a_state_that_is_damaged_is_rebuilt_by_the_service_itself(newsroom: Newsroom, first: int) -> None:
    assert newsroom.here("publish").returncode == 0
    store = newsroom.folder / ".feedsvc" / "store.sqlite3"
    with store.open("r+b") as file:
        file.seek(first)
        file.write(bytes(range(256)) * 200)
    with running(newsroom) as service:
        service.wait_for_title("ferry", patience=10)
        assert store.with_name("store.sqlite3.damaged").is_file()
        assert "the store was damaged" in service.log


def test_a_state_that_is_damaged_under_way_is_rebuilt_and_meanwhile_the_last_edition_is_served(
    newsroom: Newsroom,
) -> None:
    assert newsroom.here("publish").returncode == 0
    store = newsroom.folder / ".feedsvc" / "store.sqlite3"
    with running(newsroom) as service:
        service.family()
        with store.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xa5" * (store.stat().st_size - 4096))
        newsroom.write("after.md")
        assert service.titles() == ["ferry"]
        service.wait_for_title("after", patience=6)
        assert sorted(service.titles()) == ["after", "ferry"]
        assert store.with_name("store.sqlite3.damaged").is_file()


def test_with_a_full_disk_it_serves_on_says_so_and_recovers_by_itself(newsroom: Newsroom) -> None:
    with running(newsroom) as service:
        publisher = service.publisher()
        unlimited = resource.RLIM_INFINITY
        publisher.rlimit(psutil.RLIMIT_FSIZE, (50_000, unlimited))  # no file may grow, as on a full disk; but the log
        newsroom.write("late.md", markdown("late", body="The ferry was late again.\n\n" * 10_000))
        wait_for(lambda: "the regeneration failed" in service.log, "it is said")
        assert service.titles() == ["ferry"]
        publisher.rlimit(psutil.RLIMIT_FSIZE, (unlimited, unlimited))
        service.wait_for_title("late", patience=15)
        assert service.publisher().pid == publisher.pid


def test_a_state_folder_that_cannot_be_made_is_said_and_waited_for(newsroom: Newsroom) -> None:
    state = newsroom.folder / ".feedsvc"
    state.write_text("in the way", encoding="utf-8")
    with running(newsroom, path="") as service:
        wait_for(lambda: "cannot hold the state" in service.log, "it is said")
        state.unlink()
        service.wait_for_title("ferry")


def test_a_state_that_may_only_be_read_is_said_once_and_waited_for(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    newsroom.here("publish")
    stop = Fourth()
    Denied(monkeypatch)(newsroom.folder / ".feedsvc", lambda: publishing_process.run(load(newsroom.config), stop))
    assert stop.waited == 4
    [record] = caplog.records
    assert "cannot publish: " in record.getMessage()
    assert "the folder cannot be written" in record.getMessage()


class Fourth(Event):
    """Comes at the fourth time that it is waited for."""

    waited = 0

    def wait(self, _timeout: float | None = None) -> bool:
        self.waited += 1
        if self.waited == 4:
            self.set()
        return self.is_set()


def test_a_child_that_hangs_is_replaced(newsroom: Newsroom) -> None:
    with running(newsroom) as service:
        hung = (service.server(), service.publisher())
        for process in hung:
            process.suspend()
        newsroom.write("after.md")
        service.wait_for_title("after", patience=30)
        assert {process.pid for process in hung}.isdisjoint(process.pid for process in service.family())
        assert "has stopped sending heartbeats" in service.log


HANG = """
import os, time
import feedsvc.service.watchdog
feedsvc.service.watchdog.HUNG = 2
look = os.scandir
def scandir(path="."):
    while isinstance(path, int) and os.path.samestat(os.stat(path), os.stat({articles!r})) and os.path.exists({flag!r}):
        time.sleep(3600)
    return look(path)
os.scandir = scandir
"""


def test_a_disk_that_does_not_answer_is_noticed_and_the_publisher_replaced_until_it_does(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    flag, own = newsroom.folder / "hung", newsroom.folder / "own"
    own.mkdir()
    program = HANG.format(flag=str(flag), articles=str(newsroom.articles))
    (own / "sitecustomize.py").write_text(program, encoding="utf-8")
    monkeypatch.setattr("service.PATHS", [str(own)])
    newsroom.configure(every="1s")
    with running(newsroom) as service:
        service.wait_until_served()
        first = service.publisher().pid
        flag.touch()
        wait_for(lambda: service.get("/-/fresh").status == 503, "it is noticed")
        assert service.get("/-/ready").status == 200
        assert service.serves()
        told = json.loads(service.get("/-/status", accept="application/json").body)
        assert "more than three intervals" in told["trouble"]
        assert "feedsvc_fresh 0.0" in service.get("/-/metrics").text
        wait_for(lambda: "another" in service.log, "it is replaced")
        assert "it waits in scandir" in service.log
        flag.unlink()
        newsroom.write("after.md")
        service.wait_for_title("after")
        wait_for(lambda: service.get("/-/fresh").status == 200, "it is fresh again")
        assert service.publisher().pid != first


# --- what it costs ----------------------------------------------------------------------------------------------------


@pytest.mark.timed
def test_the_whole_service_stays_small_and_quiet(tmp_path: Path) -> None:
    """With the sample newsroom: resident memory of all processes, and their processor time while nothing happens."""
    room = Newsroom(tmp_path)
    shutil.rmtree(room.articles)
    shutil.copytree(ROOT / "articles", room.articles)
    with running(room) as service:
        wait_for(lambda: "edition 1" in service.log, "the first Edition")
        time.sleep(1)
        memory = sum(process.memory_info().rss for process in service.family()) / 2**20
        spent = cpu(service)
        time.sleep(4)
        share = (cpu(service) - spent) / 4
    print(f"memory {memory:.0f} MB, idle {share:.1%} of one processor")
    assert memory < 200
    assert share < 0.1


def cpu(service: Service) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in service.family())


@contextmanager
def locked(newsroom: Newsroom) -> Iterator[Callable[[], None]]:
    """Another program writes to the store, until it is told to end."""
    connection = sqlite3.connect(newsroom.folder / ".feedsvc" / "store.sqlite3", isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield connection.close
    finally:
        connection.close()


def epoch(newsroom: Newsroom) -> int:
    connection = sqlite3.connect(newsroom.folder / ".feedsvc" / "store.sqlite3")
    try:
        return int(connection.execute("SELECT epoch FROM leases").fetchone()[0])
    finally:
        connection.close()


def test_the_banner_names_the_address(newsroom: Newsroom) -> None:
    with running(newsroom) as service:
        assert re.match(rf"Low Mere Gazette: http://127.0.0.1:{newsroom.port}/ ", service.log)
        assert service.end() == 0
        assert signal.SIGTERM.name not in service.log


def test_the_first_reader_of_all_finds_the_first_edition(newsroom: Newsroom) -> None:
    """A connection is taken as soon as there is a port, and answered when there is something to say."""
    with running(newsroom, path="") as service:

        def first() -> int:
            try:
                return service.get("/rss.xml", patience=LONG).status
            except ConnectionRefusedError:
                return 0

        assert wait_for(first, "an answer") == 200
