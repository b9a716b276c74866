"""Many files are read by several processes, and come in the order and with the content that one would give."""

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from newsroom import NOON, Newsroom, story

from feedsvc import readers
from feedsvc.library import workers
from feedsvc.library.changes import ChangeDetector, ScanFindings
from feedsvc.library.options import UpdateOptions
from feedsvc.library.parsing import FileParser, ReaderSet
from feedsvc.library.signature import FileChange
from feedsvc.library.workers import ParseOutcome, ParseResult, ParserPool, failure_of
from feedsvc.model.reader import ReaderOptions, Unreadable
from feedsvc.model.worker_pool import WorkerPool, processors
from feedsvc.service.wiring import make_workers

NOW = NOON + timedelta(hours=1)


RICH = """---
title: Storm – “the worst” 𝄞
id: Storm-É
date: 2026-03-02T10:00:00.5+01:00
sections: [News / EU, Sport]
image: not-there.jpg
media: [{url: not-there.mp4, duration: 1.5}]
alternates: [stranger.example]
authors: [{name: Ada Keel, url: nowhere}]
foo: {bar: [a, b]}
---
With [a link](/media/nothing.pdf).
"""
"""An article that fills as much of a Draft as there is, problems included."""


@pytest.fixture
def drafting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileParser:
    monkeypatch.setattr(workers, "BATCH", 5)
    monkeypatch.setattr(workers, "INLINE_BATCHES", 2)
    room = Newsroom(tmp_path)
    for number in range(60):
        room.write(f"{number:02}.md", story(f"Story {number}"))
    room.write("13.md", "---\nbroken: [\n---\n")
    room.write("59.txt", b"\0")
    room.write("17.md", RICH)
    reads = ReaderSet(readers.read, readers.to_html, readers.leads_somewhere, readers.SUFFIXES, readers.glance)
    return FileParser(room.articles, ReaderOptions(), reads, "news.example,2026", frozenset())


@pytest.fixture
def crew() -> Iterator[WorkerPool]:
    made = make_workers()
    yield made
    made.end()
    assert not children()


def children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def changes(drafting: FileParser, folder: Path) -> list[FileChange]:
    room = Newsroom(folder)
    with room.store.read() as connection:
        detector = ChangeDetector(drafting.root, drafting.readers.suffixes)
        options = UpdateOptions(NOW, wait_for_writers=False)
        return list(ScanFindings(detector.detect(connection, options)).changes())


def alone(drafting: FileParser, changes: list[FileChange]) -> list[ParseResult]:
    """What one process makes of them."""
    found: list[ParseResult] = []
    for change in changes:
        try:
            found.append((change, ParseOutcome(drafting.parse(change, NOW))))
        except Unreadable as error:
            found.append((change, ParseOutcome(failure=failure_of(error))))
    return found


def test_a_crew_reads_what_one_process_reads(drafting: FileParser, tmp_path: Path, crew: WorkerPool) -> None:
    found = changes(drafting, tmp_path / "other")
    drafted = [each for batch in ParserPool(drafting, NOW, crew).parse_files(found) for each in batch]
    assert len(children()) == processors()  # they did it, and are still there
    assert drafted == alone(drafting, found)
    assert [change.path for change, outcome in drafted if outcome.failure] == ["13.md", "59.txt"]
    files = {change.path: outcome.parsed for change, outcome in drafted}
    rich = files["17.md"]
    assert rich is not None
    assert len(rich.problems) > 3


def test_a_glance_sees_where_a_draft_of_the_file_would_stand(
    drafting: FileParser, tmp_path: Path, crew: WorkerPool
) -> None:
    odd = {
        "hidden.md": story("Odd", status="draft"),
        "later.md": story("Odd", embargo="2026-11-20T14:00:00+01:00", expires="2027-01-01"),
        "undated.md": story("Odd", date="", categories="[World / Asia, Sport]"),
        "named.md": story("Odd", date="2026-11-19 08:00", id="x-7", draft="true"),
        "stem.md": story("", date="2031-01-01"),
        "page.txt": "News / EU\n\nA headline\n\nMonday, 15 November 2021 7:52 AM\n\nText.\n",
        "page.toml": 'section = "From / Beside"\n',
    }
    (drafting.root / "deep" / "er").mkdir(parents=True)
    for name, text in odd.items():
        (drafting.root / "deep" / "er" / name).write_text(text)
    found = changes(drafting, tmp_path / "other")
    pool = ParserPool(drafting, NOW, crew)
    seen = dict(each for batch in pool.parse_headers(found, len(found)) for each in batch)
    assert len(children()) == processors()
    drafts = {change: outcome.parsed for change, outcome in alone(drafting, found) if outcome.parsed}
    assert len(drafts) == 65
    for change, draft in drafts.items():
        first = draft.initial_dates
        assert seen[change] == (first.published, first.opens, first.closes, draft.id, draft.sections), change.path


def test_what_cannot_be_told_to_another_process_is_done_by_this_one(
    drafting: FileParser, tmp_path: Path, crew: WorkerPool
) -> None:
    found = changes(drafting, tmp_path / "other")
    found[30] = found[30]._replace(newest=2**70)  # file systems hold any number
    drafted = [each for batch in ParserPool(drafting, NOW, crew).parse_files(found) for each in batch]
    assert drafted == alone(drafting, found)


def test_what_a_lost_process_leaves_undone_is_done_all_the_same(
    drafting: FileParser, tmp_path: Path, crew: WorkerPool
) -> None:
    found = changes(drafting, tmp_path / "other")

    def killing() -> Iterator[FileChange]:
        for number, change in enumerate(found):
            if number == 30:
                for child in children():
                    os.kill(child.pid, signal.SIGKILL)
            yield change

    drafted = [each for batch in ParserPool(drafting, NOW, crew).parse_files(killing()) for each in batch]
    assert drafted == alone(drafting, found)


@pytest.mark.parametrize("count", [1, 2])
def test_workers_load_their_modules_meanwhile_only_where_there_is_a_processor_for_them(
    drafting: FileParser, tmp_path: Path, crew: WorkerPool, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(workers, "processors", lambda: count)
    found = changes(drafting, tmp_path / "other")[: 2 * workers.BATCH]
    assert [each for batch in ParserPool(drafting, NOW, crew).parse_files(found) for each in batch] == alone(
        drafting, found
    )
    assert crew.is_started == (count > 1)
