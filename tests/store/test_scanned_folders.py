"""Folders in which nothing changed are not compared file by file, and nothing else comes of it."""

import os
import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Self

import pytest
from newsroom import Newsroom, story
from sqlalchemy import Connection, Table, delete, select

from feedsvc.library.update import UpdateResult
from feedsvc.store import ledger_transfer, scanned_files, scanned_folders, schema


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


def known(room: Newsroom) -> set[str]:
    with room.store.read() as connection:
        return set(scanned_folders.known(connection))


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders whose files are compared one by one, as this comes about."""
    asked: list[str] = []
    seen = scanned_files.seen

    def ask(connection: Connection, folder: str, stems: set[str] | None = None) -> dict[str, tuple[str, int | None]]:
        asked.append(folder)
        return seen(connection, folder, stems)

    monkeypatch.setattr(scanned_files, "seen", ask)
    return asked


# --- when a folder is known -------------------------------------------------------------------------------------------


def test_the_very_first_look_leaves_nothing_to_compare(room: Newsroom, compared: list[str]) -> None:
    for name in ("a.md", "news/b.md", "news/b.png", "news/eu/c.md", "pictures/d.png"):
        room.write(name, story(name))
    room.publish()
    compared.clear()
    room.publish()
    assert compared == []


def test_of_what_changed_only_the_folder_is_compared_and_only_once(room: Newsroom, compared: list[str]) -> None:
    for name in ("a.md", "news/b.md", "news/eu/c.md"):
        room.write(name, story(name))
    room.publish()
    room.write("news/b.md", story("B"))
    compared.clear()
    assert room.publish().read == 1
    room.publish()
    assert compared == ["news"]


def test_a_new_folder_below_one_that_is_known_is_found(room: Newsroom) -> None:
    room.write("news/a.md", story("A"))
    room.publish()
    room.write("news/eu/west/b.md", story("B"))
    assert room.publish().read == 1


def test_a_folder_with_something_odd_is_looked_at_every_time(room: Newsroom) -> None:
    room.write("a.md", story("A"))
    (room.articles / "link.md").symlink_to(room.articles / "nowhere.md")
    (room.articles / "news" / "folder.md").mkdir(parents=True)
    for _ in range(3):
        room.publish()
        assert [problem.partition(":")[0] for problem in room.problems()] == ["link.md", "news/folder.md"]
    assert known(room) == {"news/folder.md"}


def test_a_folder_with_a_file_that_waits_or_is_missed_is_not_known(room: Newsroom) -> None:
    for number in range(10):
        room.write(f"news/{number}.md", story(f"Story {number}"))
    room.write("sport/a.md", "---\ntitle: Ha", age=-300)
    assert room.publish(patient=True).unsettled
    assert known(room) == {"", "news"}
    for number in range(9):
        room.remove(f"news/{number}.md")
    room.publish(accept_removals=False)
    assert known(room) == {"", "sport"}


def test_a_file_that_is_to_be_tried_again_keeps_its_folder_from_being_known(room: Newsroom) -> None:
    room.write("news/a.md", story("A", id="x"))
    room.write("sport/b.md", story("B", id="x"))
    room.publish()
    assert known(room) == {"", "news"}
    room.remove("news/a.md")
    room.publish()
    assert room.titles() == ["B"]


def test_a_picture_that_changes_in_another_folder_is_followed(room: Newsroom) -> None:
    room.write("news/a.md", story("A", image="/pictures/a.png"))
    room.write("pictures/a.png", "one")
    room.publish()
    room.write("pictures/a.png", "three")
    assert room.publish().read == 1
    assert known(room) == {"", "news", "pictures"}


def test_of_a_folder_that_is_gone_nothing_stays(room: Newsroom) -> None:
    room.write("a.md", story("A"))
    room.write("pictures/a.png", "one")
    room.publish()
    (room.articles / "pictures").rename(room.articles / "_pictures")
    room.publish()
    assert known(room) == {""}


def read_again(connection: Connection, path: str) -> None:
    ledger_transfer.read_again(connection, [(path, 1)])


def see(connection: Connection, path: str) -> None:
    scanned_files.record(connection, (path, "1:2:3", 1))


WRITERS: dict[str, Callable[[Connection], None]] = {
    "see a new one": lambda connection: see(connection, "news/b.md"),
    "see one": lambda connection: see(connection, "news/a.md"),
    "forget": lambda connection: scanned_files.forget(connection, "news/a.md"),
    "read a new one": lambda connection: read_again(connection, "news/b.md"),
    "read again": lambda connection: read_again(connection, "news/a.md"),
}


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS.keys())
def test_whoever_writes_what_was_seen_in_a_folder_makes_it_unknown(
    room: Newsroom, write: Callable[[Connection], None]
) -> None:
    room.write("a.md", story("Above"))
    room.write("news/a.md", story("A"))
    room.publish()
    assert known(room) == {"", "news"}
    with room.store.write() as connection:
        write(connection)
    assert known(room) == {""}


# --- it makes no difference -------------------------------------------------------------------------------------------


FOLDERS = ("", "news/", "news/eu/", "sport/")
NAMES = tuple(f"{folder}{name}" for folder in FOLDERS for name in ("a.md", "b.md", "c.txt"))
BESIDE = tuple(f"{folder}{name}" for folder in FOLDERS for name in ("a.toml", "a.png", "map.png"))
TABLES = (
    *(schema.sources, schema.articles, schema.memberships, schema.named_files, schema.problems),
    *(schema.dirty, schema.stale, schema.revisions, schema.adopted),
)


class History:
    """Does the work of a newsroom at random, with few names, texts and times, so that what was comes back."""

    def __init__(self, room: Newsroom, aside: Path, source: random.Random) -> None:
        self.room = room
        self.aside = aside
        self.aside.mkdir()
        self.source = source
        self.changed: set[str] = set()
        self.toy = ""
        self.deeds = (
            *(self.write, self.write, self.write, self.write, self.edit, self.edit, self.touch, self.replace),
            *(self.move, self.move, self.swap),
            *(self.remove, self.put_aside, self.put_back, self.put_back, self.beside, self.beside),
            *(self.link, self.folder, self.rename_folder, self.hide),
        )

    def go_on(self) -> None:
        if self.toy or self.source.random() < 0.2:
            self.there_and_back()
        else:
            for _ in range(self.source.choice((0, 1, 1, 1, 2, 3))):
                self.source.choice(self.deeds)()

    def there_and_back(self) -> None:
        """A file goes or comes, and that is taken back after a look: so its folder is as it was before."""
        name = self.toy or self.source.choice([*self.there(NAMES), *self.put_by()] or NAMES)
        here, away = self.room.articles / name, self.aside / name.replace("/", "+")
        self.changed.add(name)
        self.toy = "" if self.toy else name
        if here.is_file():
            here.replace(away)
        elif away.is_file() and not os.path.lexists(here) and here.parent.is_dir():
            away.rename(here)

    def there(self, names: Iterable[str]) -> list[str]:
        return [name for name in names if (self.room.articles / name).is_file()]

    def put_by(self) -> list[str]:
        """Files that are put aside."""
        return [path.name.replace("+", "/") for path in sorted(self.aside.iterdir()) if path.suffix]

    def some(self) -> str | None:
        """A file that is there."""
        there = self.there((*NAMES, *BESIDE))
        name = self.source.choice(there) if there else None
        self.changed |= {name} if name else set()
        return name

    def name(self) -> str:
        name = self.source.choice(NAMES)
        self.changed.add(name)
        (self.room.articles / name).parent.mkdir(parents=True, exist_ok=True)
        return name

    def odd(self) -> Path:
        """In one folder only, so that the others can be known."""
        name = self.source.choice([name for name in NAMES if name.startswith("sport/")])
        self.changed.add(name)
        (self.room.articles / "sport").mkdir(exist_ok=True)
        return self.room.articles / name

    def put(self, name: str, text: str) -> None:
        path = self.room.articles / name
        if not path.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_symlink():
                path.unlink()
            path.write_text(text)
            self.date(path)

    def date(self, path: Path) -> None:
        """One of a few times; one of them is that of a file which is being written."""
        now = int(self.room.now.timestamp())
        [when] = self.source.choices((1_700_000_000, 1_700_000_001, now + 3600), (6, 3, 1))
        os.utime(path, (when, when), follow_symlinks=False)

    def text(self) -> str:
        fronts: tuple[dict[str, str], ...] = ({}, {"image": "map.png"}, {"image": "/news/map.png"}, {"id": "x"})
        [front] = self.source.choices(fronts, (8, 4, 4, 1))
        return story(f"Story {self.source.randrange(3)}", f"Words {self.source.randrange(2)}.", **front)

    def write(self) -> None:
        self.put(self.name(), self.source.choice((self.text(), self.text(), self.text(), "---\ntitle: [\n---\n")))

    def edit(self) -> None:
        """In its place, so that size and inode stay."""
        if name := self.some():
            path = self.room.articles / name
            path.write_text(path.read_text().replace("Words 0", "Words 2").replace("Words 1", "Words 0"))
            self.date(path)

    def touch(self) -> None:
        if name := self.some():
            self.date(self.room.articles / name)

    def replace(self) -> None:
        """By another file of the same name, as most editors do."""
        if name := self.some():
            new = self.aside / "new"
            new.write_text(self.text())
            self.date(new)
            new.replace(self.room.articles / name)

    def move(self) -> None:
        if (name := self.some()) and not (self.room.articles / (other := self.name())).is_dir():
            (self.room.articles / name).replace(self.room.articles / other)

    def swap(self) -> None:
        if (name := self.some()) and (other := self.some()):
            (self.room.articles / name).rename(self.aside / "swap")
            if other != name:
                (self.room.articles / other).rename(self.room.articles / name)
            (self.aside / "swap").rename(self.room.articles / other)

    def remove(self) -> None:
        if name := self.some():
            (self.room.articles / name).unlink()

    def put_aside(self) -> None:
        if name := self.some():
            (self.room.articles / name).replace(self.aside / name.replace("/", "+"))

    def put_back(self) -> None:
        if names := self.put_by():
            name = self.source.choice(names)
            self.changed.add(name)
            path = self.room.articles / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.is_dir():
                (self.aside / name.replace("/", "+")).replace(path)

    def beside(self) -> None:
        name = self.source.choice(BESIDE)
        self.changed.add(name)
        self.put(name, self.source.choice(('tags = ["x"]', 'tags = ["y"]')))

    def link(self) -> None:
        path = self.odd()
        if path.is_symlink():
            path.unlink()
        elif not os.path.lexists(path):
            path.symlink_to(self.room.articles / self.source.choice(NAMES))

    def folder(self) -> None:
        """One that is named like an article."""
        path = self.odd()
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        elif not os.path.lexists(path):
            path.mkdir()

    def rename_folder(self) -> None:
        for one, other in (("news", "old"), ("old", "news")):
            if (self.room.articles / one).is_dir() and not (self.room.articles / other).exists():
                (self.room.articles / one).rename(self.room.articles / other)
                self.changed |= {one, other}
                return

    def hide(self) -> None:
        """A whole folder is not there, and is there again: a disk that is mounted."""
        for one, other in (("sport", self.aside / "sport"), (self.aside / "sport", "sport")):
            if (self.room.articles / one).is_dir() and not (self.room.articles / other).exists():
                (self.room.articles / one).rename(self.room.articles / other)
                self.changed.add("sport")
                return


@contextmanager
def two(tmp_path: Path) -> Iterator[tuple[tuple[Newsroom, Connection], tuple[Newsroom, Connection]]]:
    """Two services with the same articles folder, each with its own store, which nothing outlasts."""
    one, other = Newsroom(tmp_path / "one"), Newsroom(tmp_path / "other")
    other.articles = one.articles
    other.configure(other.plan)
    with one.store.write() as connection, other.store.write() as another:
        yield (one, connection), (other, another)


class Listing(list[os.DirEntry[str]]):
    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def in_order(scandir: Callable[[str], Iterator[os.DirEntry[str]]]) -> Callable[[str], Listing]:
    """As on a file system that lists a file in its old place when it comes back."""
    return lambda path: Listing(sorted(scandir(path), key=lambda entry: entry.name))


def rows(connection: Connection, table: Table) -> list[str]:
    return sorted(map(repr, connection.execute(select(table)).all()))


@pytest.mark.parametrize("seed", range(8))
def test_looks_come_to_the_same_as_if_no_folder_were_known(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "scandir", in_order(os.scandir))
    source = random.Random(seed)
    with two(tmp_path) as ((quick, connection), (slow, another)):
        history = History(quick, tmp_path / "aside", source)
        for number in range(20):
            quick.write(f"stock/{number}.md", story(f"In stock {number}"))
        for turn in range(40):
            history.go_on()
            looks = look(history, connection)
            another.execute(delete(schema.folders))
            assert looks(quick, connection) == looks(slow, another), turn
            for table in TABLES:
                assert rows(connection, table) == rows(another, table), (turn, table.name)


def look(history: History, connection: Connection) -> Callable[[Newsroom, Connection], UpdateResult]:
    """One look of some kind, to be taken by both services."""
    chance = history.source.random
    hints = frozenset(history.changed) if history.toy or chance() < 0.3 else None
    everything, patient, accepted = chance() < 0.05, chance() < 0.6, chance() < 0.3
    restarted, imported = chance() < 0.1, chance() < 0.1
    minutes = history.source.choice((0, 5, 90))
    rows = list(connection.execute(select(schema.articles.c.path, schema.articles.c.number)).all())
    again = [(path, number) for path, number in rows if path is not None and chance() < 0.1]
    history.changed.clear()

    def take(room: Newsroom, connection: Connection) -> UpdateResult:
        if restarted:
            room.configure(room.plan)
        if imported:
            ledger_transfer.read_again(connection, again)
        room.now += timedelta(minutes=minutes)
        return room.library.update(
            connection, room.now, hints=hints, everything=everything, patient=patient, accept_removals=accepted
        )

    return take
