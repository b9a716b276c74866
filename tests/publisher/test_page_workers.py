"""Many pages are made in several processes, byte by byte the same that one process makes."""

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from ledger_sample import entry
from msgspec.structs import replace
from newsroom import PLAN, TERMS, Newsroom, story

from feedsvc.model.article import Article, ArticleCopy, Person, Section
from feedsvc.model.feed import Link
from feedsvc.model.worker_pool import processors
from feedsvc.model.worker_process import WorkerProcess
from feedsvc.pages import Around, Site
from feedsvc.publisher import article_pages, page_workers
from feedsvc.publisher.articles import KeptArticles
from feedsvc.publisher.page_jobs import NOT_CODED, ArticlePage, FrameSource, MadePage, OlderPage, PageBatch
from feedsvc.publisher.page_maker import PageMaker
from feedsvc.publisher.page_workers import PageWorkers
from feedsvc.service.wiring import make_workers
from feedsvc.store.coding import encodings, identity_coding
from feedsvc.store.entries import SectionEntry
from feedsvc.store.errors import NotAsWritten

SITE = Site(title="The Newsroom")
EU = ("News", "EU")
SECTIONS = {"news": SectionEntry("News", "News"), "news/eu": None, "sport": SectionEntry(None, "Sports")}
FRAMES = {
    "news/eu": FrameSource((Section(path="news", title="News"), Section(path="news/eu", title="EU")), ()),
    "": FrameSource((), (Link(format="rss", href="/feed.rss", type="application/rss+xml"),)),
}


def batch(*numbers: int, **changes: object) -> PageBatch:
    copies = (ArticleCopy(title=f"Story <{number}>", sections=(EU,) if number % 2 else ()) for number in numbers)
    jobs = tuple(ArticlePage(entry(number, copy)) for number, copy in zip(numbers, copies, strict=True))
    return replace(PageBatch(SITE, jobs, SECTIONS, FRAMES), **changes)


def older(*numbers: int) -> PageBatch:
    told = tuple(entry(number, ArticleCopy(title="Old", authors=(Person(name="Ada"),)), body="") for number in numbers)
    page = OlderPage("/news/older-a.html", "/news/older-a.html", 60, (), told, Around(newer="/news/"))
    return PageBatch(SITE, (page,), SECTIONS)


def children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[PageWorkers]:
    monkeypatch.setattr(page_workers, "FEW", 0)
    made = PageWorkers(PageMaker(PLAN, KeptArticles()), make_workers())
    yield made
    made.end()
    assert not children()


def here(wanted: PageBatch) -> list[MadePage]:
    """The pages that this process makes, without codings."""
    return PageMaker(PLAN, KeptArticles()).make_batch(wanted)


def without_codings(pages: list[MadePage]) -> list[MadePage]:
    return [page._replace(coded=NOT_CODED) for page in pages]


def test_workers_make_what_one_process_makes_in_the_same_order(workers: PageWorkers) -> None:
    wanted = {"a": batch(1, 2, 3), "b": older(4, 5), "c": batch(6), "d": batch(), "e": older(7), "f": batch(8)}
    made = list(workers.make(wanted.items()))
    assert len(children()) == processors()
    assert [(tag, without_codings(pages)) for tag, pages in made] == [(tag, here(each)) for tag, each in wanted.items()]


def test_workers_compress_for_every_address_what_does_not_stand_there(workers: PageWorkers) -> None:
    document = here(batch(1))[0].document
    assert document is not None
    plain = [identity_coding(document.at(address)) for address in PLAN.addresses]
    assert len(plain) > 1
    ((_, (page,)),) = workers.make([("", batch(1, standing=frozenset((plain[0].etag,))))])
    assert page.coded.tags == tuple(each.etag for each in plain)
    assert page.coded.codings == {each.etag: encodings(each)[1:] for each in plain[1:]}


def test_a_page_that_cannot_be_made_is_a_problem_in_any_process(workers: PageWorkers) -> None:
    wanted = batch(1, 2, frames={"": FRAMES[""]})
    ((_, made),) = workers.make([("", wanted)])
    assert without_codings(made) == here(wanted)
    assert (made[0].document, bool(made[0].problem), made[1].problem) == (None, True, None)


def test_what_a_lost_worker_leaves_undone_is_done_here(workers: PageWorkers) -> None:
    wanted = [(number, batch(number)) for number in range(12)]

    def killing() -> Iterator[tuple[int, PageBatch]]:
        for number, each in wanted:
            if number == 5:
                for child in children():
                    os.kill(child.pid, signal.SIGKILL)
            yield number, each

    made = list(workers.make(killing()))
    assert [(number, without_codings(pages)) for number, pages in made] == [(n, here(each)) for n, each in wanted]


def test_threads_that_stand_in_for_lost_workers_share_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    class OfOneThread(KeptArticles):
        def get(self, *given: Any) -> Article | None:
            assert threading.current_thread() is threading.main_thread()
            return super().get(*given)

    monkeypatch.setattr(page_workers, "FEW", 1)
    monkeypatch.setattr(WorkerProcess, "ask", lambda *_: b"")
    workers, wanted = (
        PageWorkers(PageMaker(PLAN, OfOneThread()), make_workers()),
        [(number, batch(number)) for number in range(9)],
    )
    assert list(workers.make(wanted)) == [(number, here(each)) for number, each in wanted]
    workers.end()


def test_an_entry_that_is_not_as_it_was_written_is_told_from_any_process(workers: PageWorkers) -> None:
    flipped = PageBatch(SITE, (ArticlePage(entry(2, checksum=b"another")),), SECTIONS, FRAMES, proves=True)
    with pytest.raises(NotAsWritten):
        list(workers.make([("", flipped)]))


def test_few_pages_start_no_worker_and_those_that_follow_do(
    workers: PageWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_workers, "FEW", 3)
    list(workers.make([("", batch(1, 2))]))
    assert not children()
    list(workers.make([("", batch(3)), ("", batch(4))]))
    assert children()


def test_workers_that_are_no_longer_needed_end_with_their_parent_object(workers: PageWorkers) -> None:
    another = PageWorkers(PageMaker(PLAN, KeptArticles()), make_workers())
    list(another.make([("", batch(1))]))
    assert children()
    del another
    assert not children()


def test_a_newsroom_has_the_same_edition_with_and_without_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(article_pages, "STEP", 4)
    editions = {}
    for few in (0, 10_000):
        monkeypatch.setattr(page_workers, "FEW", few)
        room = Newsroom(tmp_path / str(few), replace(PLAN, defaults=replace(TERMS, limit=5)))
        for number in range(90):
            text = story(f"Story {number}", f"*Text* {number} & so on.", section="News / EU" if number % 3 else "Sport")
            room.write(f"{number}.md", text)
        report = room.publish()
        while report.pending_pages:
            report = room.go_on()
        assert not children()  # since nothing is pending
        editions[few] = room.edition()
        assert room.problems() == []
    assert editions[0] == editions[10_000]
    assert sum(path.startswith("/articles/") for _, path in editions[0]) == 90 * len(PLAN.addresses)
    assert any("older" in path for _, path in editions[0])
