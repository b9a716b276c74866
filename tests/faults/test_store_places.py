"""What lies in the place of the store is no store, or there is no room for one: each is said, with its remedy."""

import errno
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from newsroom import Newsroom, story
from service import Newsroom as Served
from service import running, wait_for

from feedsvc.store.errors import StoreError
from feedsvc.store.sqlite.database import MARK, open_store, prepare_store


@pytest.fixture
def newsroom(tmp_path: Path) -> Served:
    room = Served(tmp_path)
    room.write("news/eu/ferry.md")
    (tmp_path / ".feedsvc").mkdir()
    return room


@pytest.fixture
def store(newsroom: Served) -> Path:
    return newsroom.folder / ".feedsvc" / "store.sqlite3"


# --- another program's ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "application", "version"),
    [
        ("bookmarks", 0, 0),
        ("notes", 0, 0),
        ("articles", 0, 7),
        ("moz_places", 0, 77),
        ("gpkg_contents", 0x47504B47, 10300),
        ("articles", 0x0F055112, 1),
    ],
)
def test_the_database_of_another_program_is_left_as_it_is(
    newsroom: Served, store: Path, table: str, application: int, version: int
) -> None:
    with closing(sqlite3.connect(store)) as file:
        file.execute(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, text TEXT)")
        file.execute(f"PRAGMA application_id = {application}")
        file.execute(f"PRAGMA user_version = {version}")
        file.commit()
    before = store.read_bytes()
    for command in ("publish", "status", "editions"):
        result = newsroom.here(command)
        assert result.returncode == 1
        assert "is a database of another program" in result.stderr
        assert "set [state] path" in result.stderr
    assert store.read_bytes() == before
    assert [path.name for path in store.parent.iterdir()] == [store.name]


def test_an_empty_database_and_one_of_ours_with_a_changed_mark_are_ours(newsroom: Served, store: Path) -> None:
    with closing(sqlite3.connect(store)) as file:
        file.execute("VACUUM")
    assert newsroom.here("publish").returncode == 0
    for pragma in (f"application_id = {MARK ^ 2**20}", "user_version = 0", "user_version = 6"):
        with closing(sqlite3.connect(store)) as file:
            file.execute(f"PRAGMA {pragma}")
        told = newsroom.here("publish")
        assert "was damaged: its header speaks of tables" in told.stderr, pragma
        assert newsroom.here("status").returncode == 0


# --- no file ----------------------------------------------------------------------------------------------------------


def test_a_folder_in_its_place_is_set_aside(newsroom: Served, store: Path) -> None:
    for count in range(2):
        store.unlink(missing_ok=True)
        store.mkdir()
        (store / "of the operator").write_text(str(count), encoding="utf-8")
        assert "it is a folder" in newsroom.here("status").stderr
        assert "it is a folder" in newsroom.here("publish").stderr
        assert newsroom.here("status").returncode == 0
    kept = [path / "of the operator" for path in store.parent.iterdir() if path.is_dir()]
    assert sorted(path.read_text(encoding="utf-8") for path in kept) == ["0", "1"]


def test_a_pipe_in_its_place_is_set_aside_and_never_waited_for(newsroom: Served, store: Path) -> None:
    os.mkfifo(store)
    assert "a device or a pipe" in newsroom.run("status", patience=30).stderr
    assert "a device or a pipe" in newsroom.run("publish", patience=30).stderr
    assert newsroom.here("status").returncode == 0


def test_a_link_to_nowhere_is_kept_and_its_target_asked_for(newsroom: Served, store: Path) -> None:
    disk = newsroom.folder / "disk"
    store.symlink_to(disk / "store.sqlite3")
    for command in ("publish", "status"):
        result = newsroom.here(command)
        assert result.returncode == 1
        assert f"is a link to {disk / 'store.sqlite3'}, where nothing is; mount its disk" in result.stderr
    assert store.is_symlink()
    with running(newsroom, path="") as service:
        wait_for(lambda: "mount its disk" in service.log, "it is said")
        disk.mkdir()
        (disk / "store.sqlite3").touch()
        service.wait_for_title("ferry")
        assert "Traceback" not in service.log


# --- no room ----------------------------------------------------------------------------------------------------------


@contextmanager
def small_disk(at: Path, size: str) -> Iterator[Path]:
    at.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "feedsvc-test", str(at)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode != 0:
        pytest.skip("mounting needs root")
    try:
        yield at
    finally:
        subprocess.run(["umount", "-l", str(at)], check=True)


def fill(disk: Path, left: int) -> Path:
    """Fills the disk but for so many bytes."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        with suppress(OSError):
            while file.write(bytes(4096)):
                pass
        file.truncate(max(0, file.tell() - left))
    return filler


@pytest.mark.parametrize("left", [0, 4096, 16_384, 65_536, 200_000, 400_000])
def test_a_first_publication_without_room_says_so_and_succeeds_once_there_is_some(newsroom: Served, left: int) -> None:
    with small_disk(newsroom.folder / ".feedsvc", "8m") as disk:
        filler = fill(disk, left)
        result = newsroom.here("publish")
        assert result.returncode == 1
        assert "make room on the disk" in result.stderr
        filler.unlink()
        assert newsroom.here("publish").returncode == 0
        assert newsroom.here("status").returncode == 0


@pytest.mark.parametrize("left", [0, 4096, 32_768, 131_072, 524_288, 1_048_576])
def test_a_publication_that_runs_out_of_room_leaves_the_last_edition(tmp_path: Path, left: int) -> None:
    """Whether it ends while it reads, while it writes documents, or at the very last step."""
    with small_disk(tmp_path / "state", "16m") as disk:
        room = Newsroom(tmp_path)
        for number in range(10):
            room.write(f"{number}.md", story(f"Story {number}"))
        room.publish()
        before = room.edition()
        filler = fill(disk, left)
        for number in range(10, 40):
            room.write(f"{number}.md", story(f"Story {number}", f"It rained on day {number}. " * 1500))
        for _ in range(2):
            with pytest.raises(StoreError, match="make room on the disk"):
                room.publish()
            assert room.edition() == before
        room.close()
        with suppress(StoreError):
            store, problems = prepare_store(disk)
            store.close()
            assert problems == ()
        filler.unlink()
        room.open()
        assert room.found == ()
        room.publish()
        assert len(room.titles()) == 40
        room.close()


def test_a_service_that_starts_without_room_waits_for_it_in_one_process(newsroom: Served) -> None:
    with small_disk(newsroom.folder / ".feedsvc", "8m") as disk:
        filler = fill(disk, 0)
        with running(newsroom, path="") as service:
            wait_for(lambda: "make room on the disk" in service.log, "it is said")
            publisher = service.publisher().pid
            filler.unlink()
            service.wait_for_title("ferry")
            assert service.publisher().pid == publisher
            assert "Traceback" not in service.log
            assert service.log.count("make room") == 1


def test_a_quota_and_files_that_may_not_grow_are_no_room_either(newsroom: Served) -> None:
    result = newsroom.run("publish", files=30_000)
    assert result.returncode == 1
    assert "look whether its disk is full" in result.stderr or "make room" in result.stderr
    assert "Traceback" not in result.stderr
    assert newsroom.here("publish").returncode == 0


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_folder_that_cannot_be_made_for_lack_of_room_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "mkdir", full)
    with pytest.raises(StoreError, match="make room on the disk"):
        prepare_store(tmp_path / "state")


def test_a_check_without_room_for_its_own_store_is_told(newsroom: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("tempfile.mkdtemp", full)
    result = newsroom.here("check")
    assert result.returncode == 1
    assert "no room for a temporary folder" in result.stderr


def test_a_rebuilding_without_room_is_told_and_gone_on_with(tmp_path: Path) -> None:
    with small_disk(tmp_path / "state", "4m") as disk:
        room = Newsroom(tmp_path)
        room.write("a.md", story("A"))
        room.publish()
        room.move("a.md", "b.md")
        room.publish()
        ids = room.ids()
        room.store.close_for_good()
        file = disk / "store.sqlite3"
        file.write_bytes(b"no database " + file.read_bytes()[12:])
        filler = fill(disk, 8192)
        for _ in range(2):
            with pytest.raises(StoreError, match="make room on the disk"):
                room.open()
        with pytest.raises(StoreError):
            open_store(disk)
        filler.unlink()
        room.open()
        room.publish()
        assert room.ids() == ids
        room.close()
