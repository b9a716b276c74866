"""A file is read when it has rested, or has looked the same for a while."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from articles import NOON
from feedsvc.library import settling
from feedsvc.library.settling import SETTLING, CompleteFiles, SettlingFiles
from feedsvc.library.signature import FileChange

NANOSECONDS = int(NOON.timestamp() * 1e9)
LONG, SHORT = timedelta(seconds=SETTLING), timedelta(seconds=SETTLING / 2)


def change(newest: int = NANOSECONDS, signature: str = "1") -> FileChange:
    return FileChange("a.md", signature, signature, newest, ())


def test_a_file_that_has_rested_by_its_own_time_is_settled() -> None:
    assert SettlingFiles().is_settled(change(NANOSECONDS - int(SETTLING * 1e9)), NOON)


def test_a_file_that_looks_the_same_for_a_while_is_settled_whatever_its_time_says() -> None:
    files, future = SettlingFiles(), change(NANOSECONDS * 2)
    assert not files.is_settled(future, NOON)
    assert files.paths() == {"a.md"}
    files.begin_scan()
    assert not files.is_settled(future, NOON + SHORT)
    files.begin_scan()
    assert files.is_settled(future, NOON + LONG)
    assert files.paths() == set()


def test_a_file_that_is_written_to_begins_anew() -> None:
    files = SettlingFiles()
    assert not files.is_settled(change(NANOSECONDS * 2), NOON)
    files.begin_scan()
    assert not files.is_settled(change(NANOSECONDS * 2, "2"), NOON + LONG)


def test_a_clock_that_was_put_back_keeps_nobody_waiting() -> None:
    files, future = SettlingFiles(), change(NANOSECONDS * 2)
    assert not files.is_settled(future, NOON)
    files.begin_scan()
    assert files.is_settled(future, NOON - timedelta(hours=1))


def test_files_that_are_known_to_be_complete_need_not_rest_until_they_change(tmp_path: Path) -> None:
    complete, files = CompleteFiles(), {}
    for number, name in enumerate(("a.md", "a.toml")):
        (tmp_path / name).write_text(name)
        os.utime(tmp_path / name, (number + 1, number + 1))
        files[name] = (tmp_path / name).stat()
    assert complete.newest_of_others("news/", files) == 2_000_000_000
    complete.add("news/a.toml", files["a.toml"])
    assert complete.newest_of_others("news/", files) == 1_000_000_000
    complete.add("news/a.md", files["a.md"])
    assert complete.newest_of_others("news/", files) == 0
    (tmp_path / "a.toml").write_text("other")
    files["a.toml"] = (tmp_path / "a.toml").stat()
    assert complete.newest_of_others("news/", files) == files["a.toml"].st_mtime_ns


def test_an_article_is_settled_once_all_that_belongs_to_it_is(tmp_path: Path) -> None:
    complete, now = CompleteFiles(), NANOSECONDS
    (tmp_path / "a.md").write_text("a")
    os.utime(tmp_path / "a.md", ns=(now, now))
    files = {"a.md": (tmp_path / "a.md").stat()}
    assert not SettlingFiles(complete).are_settled(change(), "", files, 0, NOON)
    complete.add("a.md", files["a.md"])
    assert SettlingFiles(complete).are_settled(change(), "", files, 0, NOON)
    assert not SettlingFiles(complete).are_settled(change(), "", files, now, NOON)


def test_no_more_complete_files_are_remembered_than_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "MOST", 2)
    complete, files = CompleteFiles(), {"2": tmp_path.stat()}
    for number in range(3):
        complete.add(str(number), files["2"])
    assert complete.newest_of_others("", files) == 0
    assert complete.newest_of_others("", {"1": files["2"]}) > 0
