"""Each change below a folder is told by its path and kind, in folders that come later too, and wherever they move."""

import errno
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

from feedsvc.service import inotify
from feedsvc.service.tree_watch import Change, Kind, TreeWatch


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[TreeWatch]:
    (tmp_path / "root" / "news").mkdir(parents=True)
    found = TreeWatch(tmp_path / "root")
    yield found
    found.close()


@pytest.fixture
def root(tree: TreeWatch, tmp_path: Path) -> Path:
    return tmp_path / "root"


def told(tree: TreeWatch) -> list[tuple[Kind, str]]:
    """All that is told until nothing more is; what is told twice in a row, once."""
    found: list[Change] = []
    while changes := tree.changes(0.05):
        found += changes
    return [(each.kind, each.path) for each, _ in groupby(found)]


def test_a_file_that_is_written_in_place_is_closed_at_last(tree: TreeWatch, root: Path) -> None:
    (root / "news" / "a.md").write_text("a")
    assert told(tree) == [(Kind.WRITTEN, "news/a.md"), (Kind.CLOSED, "news/a.md")]
    with (root / "b.md").open("w") as file:
        file.write("b")
        file.flush()
        assert told(tree) == [(Kind.WRITTEN, "b.md")]


def test_a_file_that_is_put_into_place_is_told_as_such(tree: TreeWatch, root: Path) -> None:
    (root / ".a.md").write_text("a")
    assert told(tree) == []
    (root / ".a.md").rename(root / "a.md")
    assert told(tree) == [(Kind.PLACED, "a.md")]
    (root / "a.md").rename(root / "b.md")
    assert told(tree) == [(Kind.GONE, "a.md"), (Kind.PLACED, "b.md")]
    (root / "b.md").unlink()
    assert told(tree)[-1] == (Kind.GONE, "b.md")


def test_times_and_rights_are_told(tree: TreeWatch, root: Path) -> None:
    (root / "a.md").write_text("a")
    told(tree)
    (root / "a.md").chmod(0o600)
    assert told(tree) == [(Kind.TOUCHED, "a.md")]


def test_a_folder_that_comes_is_watched_with_all_below_it(tree: TreeWatch, root: Path, tmp_path: Path) -> None:
    (tmp_path / "other" / "deep").mkdir(parents=True)
    (tmp_path / "other").rename(root / "sport")
    assert told(tree) == [(Kind.FOLDER, "sport")]
    (root / "sport" / "deep" / "a.md").write_text("a")
    assert told(tree)[-1] == (Kind.CLOSED, "sport/deep/a.md")
    (root / "new").mkdir()
    assert told(tree) == [(Kind.FOLDER, "new")]
    (root / "new" / "a.md").write_text("a")
    assert told(tree)[-1] == (Kind.CLOSED, "new/a.md")


def test_a_folder_that_is_moved_tells_from_its_new_place(tree: TreeWatch, root: Path) -> None:
    (root / "news").rename(root / "world")
    assert told(tree) == [(Kind.FOLDER, "news"), (Kind.FOLDER, "world")]
    (root / "world" / "a.md").write_text("a")
    assert told(tree)[-1] == (Kind.CLOSED, "world/a.md")


def test_a_folder_that_goes_is_told(tree: TreeWatch, root: Path) -> None:
    (root / "news").rmdir()
    assert told(tree) == [(Kind.FOLDER, "news")]


def test_hidden_folders_and_links_are_not_followed(tree: TreeWatch, root: Path, tmp_path: Path) -> None:
    for name in (".git", "_drafts"):
        (root / name).mkdir()
        (root / name / "a.md").write_text("a")
    (tmp_path / "elsewhere").mkdir()
    (root / "link").symlink_to(tmp_path / "elsewhere")
    told(tree)
    (tmp_path / "elsewhere" / "a.md").write_text("a")
    assert told(tree) == []


def test_lost_events_are_told_as_such(tree: TreeWatch) -> None:
    lost = inotify.Event(-1, inotify.OVERFLOW, "")
    assert list(tree._told(lost)) == [Change(Kind.LOST, "")]


def test_a_folder_that_is_not_there_cannot_be_watched(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        TreeWatch(tmp_path / "missing")


def test_the_limit_of_the_system_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(inotify.Inotify, "watch", full)
    with pytest.raises(OSError, match="max_user_watches"):
        TreeWatch(tmp_path)
