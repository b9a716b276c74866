"""Kill any process at any moment: what was published is served again, nothing is lost, nothing comes twice.

FEEDSVC_KILLS sets the number of kills, of which each test has half; 100 take about three minutes.
"""

import os
import random
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import psutil
import pytest
from service import Newsroom, Service, markdown, running, wait_for

pytestmark = pytest.mark.timed(weight=7)

KILLS = int(os.environ.get("FEEDSVC_KILLS", "25"))
AGAIN = 5.0
"""Seconds until what was published must be served again."""
OLD = 10
STATE = {f"store.sqlite3{tail}" for tail in ("", "-wal", "-shm", ".sealed")}
MANY = "[defaults]\nlimit = 5000\n"


@pytest.mark.parametrize("workers", [1, 2])
def test_whichever_child_is_killed_nothing_is_lost_and_nothing_comes_twice(tmp_path: Path, workers: int) -> None:
    room = newsroom(tmp_path)
    chance = random.Random(workers)
    gaps: list[float] = []
    with running(room, "--workers", str(workers)) as service:
        service.wait_for_title("old9")
        before = ids(service)
        for number in range(KILLS // 2):
            room.write(f"news/new{number}.md")
            time.sleep(chance.random() * 0.8)
            kill(chance.choice(wait_for(lambda: service.family()[1:], "children")))
            gaps.append(time_until_served(service))
        expected = {f"old{number}" for number in range(OLD)} | {f"new{number}" for number in range(KILLS // 2)}
        wait_for(lambda: all(set(service.titles()) == expected for _ in range(12)), "all articles, by every worker", 15)
        assert sorted(service.titles()) == sorted(expected)
        after = ids(service)
        assert len(after) == len(set(after)) == len(expected)
        assert set(before) <= set(after)
        assert service.end() == 0
    print(f"served again after at most {max(gaps):.2f} s")
    assert max(gaps) < AGAIN
    assert integrity(room) == "ok"


def test_a_publisher_that_is_killed_at_any_moment_of_arrivals_loses_and_repeats_nothing_and_leaves_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    room = Newsroom(tmp_path / "room")
    chance = random.Random(7)
    told: dict[str, str] = {}
    with running(room) as service:
        agency = Agency(room)
        service.wait_for_title(agency.arrive())
        with agency.arriving():
            for _ in range(KILLS // 2):
                time.sleep(chance.random() * 2)
                kill(service.publisher())
                keep_in_step(told, service, "/rss.xml")
        for path, expected in agency.feeds().items():
            wait_for(lambda at=path, all_=expected: sorted(service.titles(at)) == all_, f"{path} is whole")  # type: ignore[misc]
            keep_in_step(told, service, path)
        assert len(set(told.values())) == len(told) > KILLS // 2
        assert service.end() == 0
    assert {path.name for path in (room.folder / ".feedsvc").iterdir()} <= STATE
    assert list((tmp_path / "tmp").iterdir()) == []
    assert integrity(room) == "ok"


class Agency:
    """Writes, edits and removes articles, forty to a section, as long as it is `arriving`."""

    def __init__(self, room: Newsroom) -> None:
        self._room = room
        self._over = Event()
        self._files: dict[str, Path] = {}
        self.count = 0

    def arrive(self) -> str:
        """A new article; every fifth time the one that came four before it is edited, every seventh time removed."""
        number, self.count = self.count, self.count + 1
        title = f"new{number}"
        self._files[title] = self._room.write(f"s{number // 40}/{title}.md")
        former = f"new{number - 4}"
        if number % 7 == 6:
            self._files.pop(former).unlink()
        elif number % 5 == 4 and former in self._files:
            self._files[former].write_text(markdown(former, body="It is now expected at noon."), encoding="utf-8")
        return title

    @contextmanager
    def arriving(self) -> Iterator[None]:
        thread = Thread(target=self._work)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _work(self) -> None:
        while not self._over.wait(0.25):
            self.arrive()

    def feeds(self) -> dict[str, list[str]]:
        """The titles that each section's feed must have, by its path."""
        found: dict[str, list[str]] = {}
        for title, file in sorted(self._files.items()):
            found.setdefault(f"/{file.parent.name}/rss.xml", []).append(title)
        return found


def keep_in_step(told: dict[str, str], service: Service, path: str) -> None:
    """Read the feed at `path`: nothing comes twice in it, and nobody's id is another one than `told` before."""
    answer = service.wait_until_served(path)
    items = re.findall(r"<item>.*?</item>", answer.text, re.DOTALL)
    pairs = [re.findall(r"<(?:title|guid[^>]*)>(.*?)<", item) for item in items]
    found: dict[str, str] = dict(pairs)
    assert len(pairs) == len(found)
    assert {title: told.get(title, found[title]) for title in found} == found
    told |= found


def test_when_the_parent_is_killed_nobody_keeps_the_port_and_a_new_start_serves_the_last_edition(
    tmp_path: Path,
) -> None:
    room = newsroom(tmp_path)
    with running(room, "--workers", "2") as service:
        service.wait_for_title("old9")
        wait_for(lambda: len(service.family()) == 4, "all children")
        for number in range(3):
            children = service.family()[1:]
            os.kill(service.pid, 9)
            end_soon(children)
            begun = time.monotonic()
            service.start()
            service.wait_until_served()
            assert time.monotonic() - begun < AGAIN
            room.write(f"after{number}.md")
            service.wait_for_title(f"after{number}")
            wait_for(lambda: len(service.family()) == 4, "all children")
        wait_for(lambda: len(service.titles()) == OLD + 3, "both workers have it all")


def test_at_once_after_the_parent_was_killed_it_can_be_started(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    with running(room) as service:
        for _ in range(3):
            service.family()
            os.kill(service.pid, 9)
            begun = time.monotonic()
            service.start()
            service.wait_until_served()
            assert time.monotonic() - begun < AGAIN


def test_with_one_worker_requests_wait_for_the_next_and_are_not_refused(tmp_path: Path) -> None:
    with running(newsroom(tmp_path)) as service:
        time.sleep(2.5)  # a process that ends in its first seconds is started again after a pause only
        service.server().kill()
        assert service.get("/rss.xml", patience=AGAIN).status == 200


def newsroom(folder: Path) -> Newsroom:
    room = Newsroom(folder, tables=MANY)
    for number in range(OLD):
        room.write(f"news/old{number}.md")
    return room


def end_soon(processes: list[psutil.Process]) -> None:
    wait_for(lambda: not any(map(is_alive, processes)), "the children end with their parent", 1.5)


def is_alive(process: psutil.Process) -> bool:
    """A process whose new parent has not taken note of its end yet holds nothing any more."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def kill(process: psutil.Process) -> None:
    with suppress(psutil.NoSuchProcess):
        process.kill()


def time_until_served(service: Service) -> float:
    begun = time.monotonic()
    wait_for(lambda: "old0" in service.titles(), "it is served again")
    return time.monotonic() - begun


def ids(service: Service) -> list[str]:
    return re.findall(r"<guid[^>]*>(.*?)</guid>", service.wait_until_served().text)


def integrity(room: Newsroom) -> str:
    connection = sqlite3.connect(room.folder / ".feedsvc" / "store.sqlite3")
    try:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    finally:
        connection.close()
