"""Whatever becomes of a disk, its folders are served as they were, and publishing goes on soon after it is back."""

import json
import os
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from disk_faults import FAULTS
from disks import Lying
from service import Newsroom, Service, running, wait_for

MOUNTS = int(os.environ.get("FEEDSVC_MOUNTS", "3"))
HOLD = 3.0
"""Seconds for which a fault lasts."""
RESUMES = 10.0
"""Seconds within which all is well again."""
AT_MOST = 1.0
"""Seconds within which a feed is served whatever becomes of disks."""
FOLDERS = {"state": "state", "articles": "articles", "media": "articles/pictures", "export": "out", "config": "etc"}
_OF_WRITERS = ("EIO writing", "EIO syncing", "EIO changing", "EDQUOT", "ENOSPC", "out of inodes")
_OF_PLACES = ("empty", "gone", "a file", "a link to nowhere", "a link to itself")
_OF_MOUNTS = ("unmounted", "mounted anew", "an empty folder over it", "its server killed")
_OF_READERS = ("EIO", "EIO reading", "EIO opening", "EIO listing", "EACCES", "ESTALE", "hanging", "slow")
NAMES = {
    # A disk with open files cannot be made read-only, and a folder that was deleted is made anew.
    "state": [name for name in FAULTS if name not in ("read-only", "gone")],
    "articles": [name for name in FAULTS if name not in _OF_WRITERS],
    "media": [*_OF_PLACES, *_OF_MOUNTS, *_OF_READERS, "read-only"],
    "export": [*_OF_PLACES, *_OF_MOUNTS, *_OF_WRITERS, "replaced by a copy", "read-only", "full", "EIO", "EACCES",
               "ESTALE", "EROFS", "hanging", "slow"],
    "config": [*_OF_PLACES, *_OF_MOUNTS, "EIO", "EIO reading", "EACCES", "ESTALE", "hanging"],
}  # fmt: skip
FIRST = ["state: replaced by a copy", "export: empty", "articles: a link to itself"]
"""The faults that need no mount, so that each machine can try them."""
CASES = FIRST + [case for place, names in NAMES.items() for name in names if (case := f"{place}: {name}") not in FIRST]
IS_AWAY = ("empty", "unmounted", "an empty folder over it", "its server killed", "EIO", "ESTALE")
"""Faults of the state after which a node is not ready."""
READ_AGAIN = "was read again"
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><path d="M0 0h40v30z"/></svg>'


class Item(NamedTuple):
    guid: str
    date: str


def items(feed: str) -> dict[str, Item]:
    """By title. No title, and no guid, comes twice."""
    found = [each.split("</item>")[0] for each in feed.split("<item>")[1:]]
    values = [[_value(item, tag) for tag in ("title", "guid", "pubDate")] for item in found]
    for column in (0, 1):
        assert max(Counter(each[column] for each in values).values(), default=1) == 1, "an item is repeated"
    return {title: Item(guid, date) for title, guid, date in values}


def _value(item: str, tag: str) -> str:
    found = re.search(f"<{tag}[^>]*>([^<]*)</{tag}>", item)
    assert found is not None, f"an item without {tag}"
    return found[1]


class Trial:
    """A newsroom of which one folder is a disk of its own."""

    def __init__(self, folder: Path, place: str, disk: Lying) -> None:
        self.folder, self.place, self.disk = folder, place, disk
        self.room = Newsroom(folder)
        self.room.config = folder / FOLDERS["config"] / "config.toml"
        self.disk.may_be_filled = place == "export"

    def write(self) -> None:
        for name in FOLDERS.values():
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.configure(limit=40)
        (self.folder / FOLDERS["media"] / "pier.svg").write_text(PICTURE, encoding="utf-8")
        for number in range(4):
            self.room.write(f"story {number}.md", head="image: pictures/pier.svg\n" if number == 0 else "")

    def configure(self, *, limit: int) -> None:
        tables = "".join(f'[{name}]\npath = "{self.folder / FOLDERS[name]}"\n' for name in ("articles", "state"))
        tables += f'[[publish]]\nto = "{self.folder / FOLDERS["export"]}"\n[defaults]\nlimit = {limit}\n'
        self.room.configure(tables=tables)

    def exported(self) -> str:
        return (self.folder / FOLDERS["export"] / "rss.xml").read_text(encoding="utf-8")


def served(service: Service, before: dict[str, Item]) -> None:
    """The feed comes in time, with all that it had."""
    begun = time.monotonic()
    answer = service.serves()
    took = time.monotonic() - begun
    assert answer is not None, "the feed is not served"
    assert took < AT_MOST, f"the feed took {took:.1f} s"
    assert before.items() <= items(answer.text).items(), "an item is lost or has changed"


def hold(trial: Trial, service: Service, before: dict[str, Item], name: str) -> None:
    """While the fault lasts, readers get what they had; a story is saved meanwhile, and a reload asked for."""
    if trial.place != "articles":
        trial.room.write("during.md")
    if trial.place == "config":
        service.signal(signal.SIGHUP)
    end = time.monotonic() + HOLD
    while time.monotonic() < end:
        served(service, before)
        time.sleep(0.1)
    if trial.place == "state" and name in IS_AWAY:
        assert service.get("/-/ready").status == 503, "it is ready without its store"


def recovered(trial: Trial, service: Service, before: dict[str, Item], picture: str) -> None:
    """All is well again within RESUMES of now."""
    deadline = time.monotonic() + RESUMES
    wanted = {"after"} if trial.place == "articles" else {"during", "after"}
    trial.room.write("after.md")

    def soon(look: object, what: str) -> None:
        assert callable(look)
        wait_for(look, what, max(0.1, deadline - time.monotonic()))

    soon(lambda: wanted <= set(service.titles()), f"{wanted} are published")
    soon(lambda: service.get("/-/ready").status == 200, "it is ready")
    soon(lambda: service.get(picture).text == PICTURE, "the picture is served")
    soon(lambda: _has(trial, wanted), "it is exported")
    if trial.place == "config":
        trial.configure(limit=41)
        before_it = service.log.count(READ_AGAIN)
        service.signal(signal.SIGHUP)
        soon(lambda: service.log.count(READ_AGAIN) > before_it, "the configuration is read again")
    served(service, before)
    assert "Traceback" not in service.log


def edition(service: Service) -> int:
    found: int = json.loads(service.get("/-/status.json").body)["edition"]
    return found


def _has(trial: Trial, wanted: set[str]) -> bool:
    try:
        return wanted <= set(items(trial.exported()))
    except OSError:
        return False


@contextmanager
def prepared(folder: Path, place: str, kind: type[Lying]) -> Iterator[Trial]:
    """The trial, with its disk; in the end nothing is mounted."""
    disk = kind(folder / FOLDERS[place], folder / "spare")
    try:
        trial = Trial(folder, place, disk)
        disk.attach()
        trial.write()
        yield trial
    finally:
        disk.detach()


@pytest.mark.parametrize("case", CASES[:MOUNTS])
def test_a_disk_that_fails_costs_readers_nothing_and_publishing_goes_on_after_it(case: str, tmp_path: Path) -> None:
    place, name = case.split(": ")
    fault = FAULTS[name]
    with prepared(tmp_path, place, fault.kind) as trial, running(trial.room) as service:
        wait_for(lambda: len(service.titles()) == 4, "all are published")
        wait_for(lambda: _has(trial, {"story 0"}), "all are exported")
        feed, number = service.get("/rss.xml").text, edition(service)
        picture = re.findall(r"/media/[^\"<?]*", feed)[0]
        with fault.happens(trial.disk):
            hold(trial, service, items(feed), name)
        recovered(trial, service, items(feed), picture)
        assert edition(service) > number, "the history of editions is lost"
        assert service.end() == 0
