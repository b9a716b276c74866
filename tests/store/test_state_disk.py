"""A state folder whose disk is full or read-only is told, although nothing can be recorded there."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from newsroom import Newsroom, story

from feedsvc.alerts.readings import Reader
from feedsvc.store.audience import counts
from feedsvc.store.audience.counts import Report
from feedsvc.store.audience.database import AudienceStore
from feedsvc.store.errors import StoreError
from feedsvc.store.lease import release
from feedsvc.store.state_disk import NEEDED, disk_fault, disk_problems, with_cause
from feedsvc.store.status import Status, read_status, with_disk

BLOCK = 4096
SOUND = SimpleNamespace(f_frsize=BLOCK, f_blocks=9000, f_bfree=1000, f_bavail=1000, f_files=9, f_favail=9, f_flag=0)
FULL = {"f_bfree": NEEDED // BLOCK - 1, "f_bavail": 0}
RESERVED = {"f_bavail": 0}
NO_INODES = {"f_favail": 0}
READ_ONLY = {"f_flag": os.ST_RDONLY}
UNLIMITED = {"f_blocks": 0, "f_bfree": 0, "f_bavail": 0}


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path)
    room.write("a.md", story("A"))
    room.publish()
    return room


def disk(monkeypatch: pytest.MonkeyPatch, **values: int) -> None:
    """Makes every disk look as these values say."""
    found = SimpleNamespace(**(vars(SOUND) | values))
    monkeypatch.setattr(os, "statvfs", lambda _folder: found)


@pytest.mark.parametrize(
    ("values", "while_written", "fault"),
    [
        ({}, "", ""),
        (FULL, "full", "full"),
        (RESERVED, "", "full"),
        (NO_INODES, "", "out of inodes"),
        ({"f_files": 0, "f_favail": 0}, "", ""),
        (READ_ONLY, "", "read-only"),
        (UNLIMITED, "", ""),
        (UNLIMITED | READ_ONLY, "", "read-only"),
    ],
)
def test_a_disk_that_cannot_be_written_to_has_a_fault(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, int], while_written: str, fault: str
) -> None:
    disk(monkeypatch, **values)
    assert disk_fault(Path("/state"), is_written=True) == while_written
    assert disk_fault(Path("/state"), is_written=False) == fault
    assert with_cause("", Path("/state"), is_written=False) == ""
    said = f"late; the disk of the state folder is {fault}" if fault else "late"
    assert with_cause("late", Path("/state"), is_written=False) == said


def test_a_folder_that_is_away_has_no_full_disk(tmp_path: Path) -> None:
    assert disk_fault(tmp_path / "away", is_written=False) == ""


def status(room: Newsroom) -> Status:
    with room.store.read() as transaction:
        return with_disk(read_status(transaction, room.now, 300), room.state)


def test_the_status_has_the_problem_once_while_it_lasts(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    disk(monkeypatch, **FULL)
    for _ in range(2):
        [problem] = status(room).problems
        assert str(problem).startswith(f"{room.state}: its disk is full, so publications fail")
        assert problem.remedy == "make room on the disk; what was published stays"
    disk(monkeypatch)
    assert status(room).problems == ()


def test_a_disk_that_is_read_only_matters_once_the_publisher_cannot_write(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk(monkeypatch, **READ_ONLY)
    assert status(room).problems == ()
    with room.store.write() as transaction:
        release(transaction, room.lease)
    assert ["its disk is read-only" in each.reason for each in status(room).problems] == [True]


def test_an_alarm_of_problems_tells_it_too(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    disk(monkeypatch, **FULL)
    reading = Reader({}, 300, "UTC", room.state, lambda _folder: 50).read(room.store, room.now, room.now)
    assert ["its disk is full" in each for each in reading.problems] == [True]


@contextmanager
def small_disk(at: Path) -> Iterator[Path]:
    at.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "feedsvc-test", str(at)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode != 0:
        pytest.skip("mounting needs root")
    try:
        yield at
    finally:
        subprocess.run(["umount", "-l", str(at)], check=True)


def count(store: AudienceStore, day: int) -> None:
    with store.write() as transaction:
        counts.add(transaction, [Report(day, "/rss.xml", "Reader", each, 1, 1) for each in range(500)], [])


def count_days(store: AudienceStore) -> None:
    for day in range(2, 40):
        count(store, day)


def test_figures_that_cannot_be_written_are_a_problem_until_they_can(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as folder:
        store = AudienceStore(folder)
        count(store, 1)
        assert disk_problems(folder, is_written=True) == ()
        with (folder / "filler").open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(BLOCK)):
                pass
        with pytest.raises(StoreError, match="make room on the disk"):
            count_days(store)
        [problem] = disk_problems(folder, is_written=True)
        assert problem.reason == "its disk is full, so publications fail, and readers are not counted"
        (folder / "filler").unlink()
        count(store, 40)
        assert disk_problems(folder, is_written=True) == ()
