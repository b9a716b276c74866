"""A newsroom on disk with a real store and the real Publisher; its clock is set by hand."""

import json
import os
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from feedsvc import readers
from feedsvc.formats import FORMATS
from feedsvc.library.parsing import FileParser, ReaderSet
from feedsvc.library.update import Library
from feedsvc.model.format import Format
from feedsvc.model.plan import FeedPlan, FeedPolicy, Plan, SectionPlan
from feedsvc.model.problem import Problem
from feedsvc.model.reader import ReaderOptions
from feedsvc.model.report import Report
from feedsvc.model.selection import Selection
from feedsvc.publisher.publisher import Publisher
from feedsvc.service.regeneration import Regeneration, RegenerationOptions
from feedsvc.service.scan_request import Scan
from feedsvc.service.wiring import make_workers
from feedsvc.store import documents
from feedsvc.store.edition_schema import bodies
from feedsvc.store.edition_schema import documents as documents_table
from feedsvc.store.lease import Lease, acquire, new_holder
from feedsvc.store.problems import all_problems
from feedsvc.store.sqlite.database import Store, prepare_store

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TERMS = FeedPolicy(formats=("rss", "atom", "json"), limit=50, full=True, interval=300)
PLAN = Plan(
    title="The Lantern",
    description="",
    language="en",
    author="",
    copyright="",
    logo="",
    icon="",
    addresses=("https://news.example", "https://mirror.example.net"),
    authority="news.example,2026",
    defaults=TERMS,
    sections={},
    feeds=(),
    digest="1",
)


def section(path: str, title: str = "", terms: FeedPolicy = TERMS) -> SectionPlan:
    return SectionPlan(path=path, title=title, description="", policy=terms)


def own_feed(path: str, selection: Selection, *, limit: int = 50) -> FeedPlan:
    terms = replace(TERMS, formats=("json",), limit=limit)
    return FeedPlan(path=path, title="", description="", policy=terms, selection=selection, options={})


def story(title: str, body: str = "What came of it.", **front: str) -> str:
    """A Markdown file; a key of `front` that is empty is left out."""
    head = {"title": title, "date": "2026-11-19T08:00:00Z"} | front
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in head.items() if value) + f"---\n\n{body}\n"


class Newsroom:
    """Articles in `folder`/articles, the store in `folder`/state. Nothing is published before `publish` is called."""

    def __init__(self, folder: Path, plan: Plan = PLAN, formats: Mapping[str, Format] = FORMATS) -> None:
        self.articles = folder / "articles"
        self.state = folder / "state"
        self.articles.mkdir(parents=True, exist_ok=True)
        self.now = NOON
        self.plan = plan
        self.formats = formats
        self.found: tuple[Problem, ...] = ()
        self.open()

    # --- the service --------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Start, or start again after `close`."""
        self.store: Store
        self.store, self.found = self.prepare()
        with self.store.write() as connection:
            self.lease: Lease = acquire(connection, new_holder(), self.now + timedelta(days=400))
        self.configure(self.plan)

    def prepare(self) -> tuple[Store, tuple[Problem, ...]]:
        """The store, made if it is missing."""
        return prepare_store(self.state)

    def close(self) -> None:
        self.store.close()

    def configure(self, plan: Plan, rules: ReaderOptions | None = None, **changes: Any) -> None:
        """Go on with another plan; `changes` are of its fields, `digest` tells it apart as a change of config does."""
        self.plan = replace(plan, **changes) if changes else plan
        reads = ReaderSet(readers.read, readers.to_html, readers.leads_somewhere, readers.SUFFIXES, readers.glance)
        hosts = frozenset(urlsplit(address).hostname or "" for address in self.plan.addresses)
        parser = FileParser(self.articles, rules or ReaderOptions(), reads, self.plan.authority, hosts)
        self.workers = make_workers()
        self.library = Library(parser, self.workers)
        publisher = Publisher(self.plan, self.formats, self.articles, self.workers)
        self.regeneration = Regeneration(self.store, self.library, publisher)

    def publish(
        self,
        *,
        minutes: float = 5,
        patient: bool = False,
        accept_removals: bool = True,
        hints: frozenset[str] | None = None,
    ) -> Report:
        """One regeneration, so many minutes after the last one."""
        self.now += timedelta(minutes=minutes)
        options = RegenerationOptions(Scan.FULL if hints is None else hints, patient, accept_removals)
        return self.regeneration.run(self.lease, lambda: self.now, options)

    def go_on(self) -> Report:
        """Some of the pages that wait."""
        return self.regeneration.publish_pending(self.lease, lambda: self.now)

    def rebuild(self) -> None:
        """Go on without any memory."""
        self.close()
        for path in self.state.iterdir():
            path.unlink()
        self.open()

    # --- files --------------------------------------------------------------------------------------------------------

    def write(self, name: str, content: str | bytes, *, age: float = 60) -> Path:
        """A file that was last written `age` seconds before the newsroom's clock."""
        path = self.articles / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.touch(name, age=age)
        return path

    def touch(self, name: str, *, age: float = 60) -> None:
        written = self.now.timestamp() - age
        os.utime(self.articles / name, (written, written))

    def move(self, name: str, to: str) -> None:
        (self.articles / to).parent.mkdir(parents=True, exist_ok=True)
        (self.articles / name).rename(self.articles / to)

    def remove(self, name: str) -> None:
        (self.articles / name).unlink()

    # --- what is published --------------------------------------------------------------------------------------------

    def code(self, path: str) -> int:
        """200 published, 410 gone, 404 as if it had never been."""
        with self.store.read() as connection:
            head = documents.heads(connection, path).get(0)
        return head.status if head else 404

    def body(self, path: str, address: int = 0) -> bytes:
        """What is published at `path`. Raises LookupError if nothing is."""
        with self.store.read() as connection:
            head = documents.heads(connection, path).get(address)
            if head is None or head.etag is None:
                raise LookupError(path)
            return documents.body(connection, head.etag, head.number) or b""

    def feed(self, path: str = "/feed.json", address: int = 0) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body(path, address))
        return found

    def titles(self, path: str = "/feed.json") -> list[str]:
        return [item["title"] for item in self.feed(path)["items"]]

    def item(self, title: str, path: str = "/feed.json", address: int = 0) -> dict[str, Any]:
        [found] = [item for item in self.feed(path, address)["items"] if item["title"] == title]
        return dict(found)

    def ids(self) -> dict[str, str]:
        """Title to id."""
        return {item["title"]: item["id"] for item in self.feed()["items"]}

    def page(self, title: str) -> str:
        """The path of the article's own page."""
        return str(self.item(title)["url"]).removeprefix(self.plan.addresses[0])

    def edition(self) -> dict[tuple[int, str], bytes]:
        """Every document that is live."""
        query = select(documents_table.c.address, documents_table.c.path, documents_table.c.number, bodies.c.etag)
        joined = query.join(bodies, documents_table.c.number == bodies.c.document).where(bodies.c.coding == "identity")
        with self.store.read() as connection:
            return {
                (row.address, row.path): documents.body(connection, row.etag, row.number) or row.etag
                for row in connection.execute(joined).all()
            }

    def problems(self) -> list[str]:
        with self.store.read() as connection:
            return [str(problem) for problem in all_problems(connection)]


def copied(original: Newsroom, folder: Path) -> Newsroom:
    """The same as `original` in another folder: all that was published, and the clock. `original` goes on unchanged, if
    it was closed. To copy it costs a fraction of what it costs to publish everything again."""
    shutil.copytree(original.articles, folder / "articles")
    shutil.copytree(original.state, folder / "state")
    made = Newsroom(folder, original.plan, original.formats)
    made.now = original.now
    edition = made.edition()
    made.publish(minutes=0)  # the copies are other files, and are looked at once
    assert made.edition() == edition
    return made


T = TypeVar("T")


def let_in(folder: Path) -> None:
    """Let every user look into `folder`, which is one of a test's."""
    for place in (folder, *folder.parents):
        if place.stat().st_mode & 0o055 != 0o055:
            place.chmod(place.stat().st_mode | 0o055)
        if place.name.startswith("pytest-of-"):
            break


def as_nobody(folder: Path, monkeypatch: pytest.MonkeyPatch, do: Callable[[], T]) -> T:
    """What `do` gives in `folder` as a user without rights; so it is told by the tests that run as root as well."""
    monkeypatch.chdir(folder)
    let_in(folder)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        return do()
    finally:
        os.seteuid(user)


class Denied:
    """Does things as a user who may not write a folder; everybody else may."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def __call__(self, folder: Path, do: Callable[[], T], mode: int = 0o555) -> T:
        before = folder.stat().st_mode
        let_in(folder)
        for file in (
            folder.iterdir() if folder.is_dir() else ()
        ):  # they are its user's alone, which is not the point here
            file.chmod(file.stat().st_mode | 0o044)
        folder.chmod(mode)
        try:
            return as_nobody(folder.parent, self._monkeypatch, do)
        finally:
            folder.chmod(before)
