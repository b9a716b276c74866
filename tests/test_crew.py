"""Many files are read by several processes, and come in the order and with the content that one would give."""

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from newsroom import NOON, Newsroom, story

from feedsvc import crew, readers
from feedsvc.changes import Change, Comparison, Found
from feedsvc.crew import Crew, Drafted, draft_all
from feedsvc.drafts import Drafting, Reads
from feedsvc.ports import Rules

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
def drafting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Drafting:
    monkeypatch.setattr(crew, "BATCH", 5)
    monkeypatch.setattr(crew, "ALONE", 2)
    room = Newsroom(tmp_path)
    for number in range(60):
        room.write(f"{number:02}.md", story(f"Story {number}"))
    room.write("13.md", "---\nbroken: [\n---\n")
    room.write("59.txt", b"\0")
    room.write("17.md", RICH)
    reads = Reads(readers.read, readers.to_html, readers.leads_somewhere, readers.SUFFIXES)
    return Drafting(room.articles, Rules(), reads, "news.example,2026", frozenset())


def changes(drafting: Drafting, folder: Path) -> list[Change]:
    room = Newsroom(folder)
    with room.store.read() as connection:
        comparison = Comparison(drafting.root, drafting.reads.suffixes)
        return list(comparison.changes(connection, Found({}, [], {}), everything=False, accepted=False))


def test_a_crew_reads_what_one_process_reads(drafting: Drafting, tmp_path: Path) -> None:
    found = changes(drafting, tmp_path / "other")
    with Crew(drafting, NOW) as hands:
        drafted = [each for batch in hands.draft(found) for each in batch]
        assert len(psutil.Process().children()) == os.cpu_count()  # they did it, and are still there
    assert drafted == draft_all(drafting, found, NOW)
    assert [change.path for change, draft in drafted if draft is None] == ["13.md", "59.txt"]
    assert len(next(draft.problems for change, draft in drafted if draft and change.path == "17.md")) > 3
    assert not psutil.Process().children()


def test_what_cannot_be_told_to_another_process_is_done_by_this_one(drafting: Drafting, tmp_path: Path) -> None:
    found = changes(drafting, tmp_path / "other")
    found[30] = found[30]._replace(newest=2**70)  # file systems hold any number
    with Crew(drafting, NOW) as hands:
        drafted = [each for batch in hands.draft(found) for each in batch]
    assert drafted == draft_all(drafting, found, NOW)


def test_what_a_lost_process_leaves_undone_is_done_all_the_same(drafting: Drafting, tmp_path: Path) -> None:
    found = changes(drafting, tmp_path / "other")

    def killing() -> Iterator[Change]:
        for number, change in enumerate(found):
            if number == 30:
                for child in psutil.Process().children():
                    os.kill(child.pid, signal.SIGKILL)
            yield change

    drafted: list[Drafted] = []
    with Crew(drafting, NOW) as hands:
        for batch in hands.draft(killing()):
            drafted += batch
    assert drafted == draft_all(drafting, found, NOW)
