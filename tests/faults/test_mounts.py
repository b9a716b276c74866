"""The disks of the articles and of the state go away and come back: readers notice nothing, and no id changes. Where
this user may not mount, the folders are moved away and back, which is the same to the service."""

import errno
import os
import re
import subprocess
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from service import Newsroom, Service, running, wait_for

from feedsvc.library.scan import classify

MOUNTED = ("articles", ".feedsvc")


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    """Its articles and its state are disks of their own."""
    room = Newsroom(tmp_path, every="1s")
    for name in MOUNTED:
        (tmp_path / f"disk of {name}").mkdir()
        (tmp_path / name).mkdir(exist_ok=True)
        mount(tmp_path, name)
    return room


def mount(folder: Path, name: str) -> None:
    disk, place = folder / f"disk of {name}", folder / name
    if not is_done("mount", "--bind", str(disk), str(place)):
        place.rmdir()
        disk.rename(place)


def unmount(folder: Path, name: str) -> None:
    disk, place = folder / f"disk of {name}", folder / name
    if not is_done("umount", "-l", str(place)):
        place.rename(disk)
        place.mkdir()


def is_done(*command: str) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


class Listed(NamedTuple):
    """An entry of a folder, of which the disk tells nothing any more."""

    name: str
    link: bool = False

    @property
    def path(self) -> str:
        return f"/nowhere/{self.name}"

    def is_dir(self, *, follow_symlinks: bool) -> bool:
        return follow_symlinks

    def is_symlink(self) -> bool:
        return self.link

    def stat(self) -> os.stat_result:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))


def test_a_file_that_was_listed_and_is_not_found_is_not_taken_for_deleted() -> None:
    """As where a disk goes away in the middle of a scan. A link to nowhere is none."""
    entries: Any = [Listed("ferry.md"), Listed("nowhere.md", link=True)]
    folder, _ = classify("news", entries, "/nowhere", frozenset((".md",)))
    assert folder.unsure == {"ferry"}
    assert [problem.place for problem in folder.problems] == ["news/nowhere.md"]


def ids(feed: str) -> dict[str, str]:
    """Title to id of its items."""
    return dict(
        re.findall(r"<title>([^<]*)</title>.*?<guid[^>]*>([^<]*)</guid>", feed.split("<item>", 1)[1], re.DOTALL)
    )


def is_told(service: Service, what: str) -> bool:
    return what in service.log


def test_disks_that_go_away_and_come_back_change_nothing_for_readers(newsroom: Newsroom) -> None:
    folder = newsroom.folder
    for number in range(6):
        newsroom.write(f"story {number}.md")
    try:
        with running(newsroom) as service:
            wait_for(lambda: len(service.titles()) == 6, "all are published")
            (newsroom.articles / "story 3.md").rename(newsroom.articles / "moved.md")
            newsroom.write("then.md")
            service.wait_for_title("then")
            before = ids(service.get("/rss.xml").text)
            for name, told in zip(MOUNTED, ("articles are not there any more", "mount its disk"), strict=True):
                unmount(folder, name)
                wait_for(partial(is_told, service, told), "it is told")
                assert ids(service.get("/rss.xml").text) == before
                assert not (folder / ".feedsvc" / "store.sqlite3").exists() or name == "articles"
                mount(folder, name)
                newsroom.write(f"after {name}.md")
                service.wait_for_title(f"after {name}")
                assert before.items() <= ids(service.get("/rss.xml").text).items()
                before = ids(service.get("/rss.xml").text)
            assert "Traceback" not in service.log
    finally:
        for name in MOUNTED:
            is_done("umount", "-l", str(folder / name))
