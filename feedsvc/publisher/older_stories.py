"""Writes the pages of older stories, for sections with more stories than their page shows.

Each page begins at a mark (`store.positions`), so that it stays the same while stories come and go elsewhere: any
change affects only one or two pages.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple
from urllib.parse import quote

from feedsvc import pages
from feedsvc.model.urls import OLDER, SITE, document_path, section_page
from feedsvc.publisher.context import Publication
from feedsvc.publisher.feeds import FeedBuilder
from feedsvc.publisher.output import Output
from feedsvc.publisher.page_batches import PageBatches
from feedsvc.publisher.page_jobs import OlderPage, PageBatch
from feedsvc.store import documents, pending, positions, sections, state
from feedsvc.store.documents import GONE, LIVE, DocumentHeads
from feedsvc.store.entries import LedgerEntry
from feedsvc.store.pending import MarkedPlace
from feedsvc.store.positions import NEWEST, OLDEST, Position

MOST = 1_000
"""Maximum stories on one page: it applies in the one case in a billion in which no mark comes for so long."""
AT_ONCE = 200
"""Maximum places whose pages are written with the Edition itself; if more changed, all pages are written over several
publications."""
SLICE = 60
"""Pages that one process makes for one call of `write_some`: most of their stories are cached as rendered."""
STEP = 10
"""Pages in one batch, with some three hundred stories."""
MARKS = 100
"""Marks that are read together."""

Place = tuple[str, Position]
"""A section and a position in it."""


class _Range(NamedTuple):
    """The stories of one page: those of `section` from `begin` on and before `end`."""

    section: str
    begin: Position
    end: Position

    @property
    def path(self) -> str:
        return _path(self.section, self.begin)


_Targets = dict[str, DocumentHeads]
"""The paths of the pages in one batch, with the heads of the current documents there."""


class OlderStories:
    """Writes the pages of older stories of one publication."""

    def __init__(self, publication: Publication, feeds: FeedBuilder, batches: PageBatches, output: Output) -> None:
        self._transaction = publication.transaction
        self._plan = publication.plan
        self._now = publication.seconds
        self._everything = publication.everything
        self._workers = publication.pages
        self._batches = batches
        self._feeds = feeds
        self._output = output
        self._paged: dict[str, bool] = {}

    def link(self, section: str, shown: int) -> str:
        """The URL of the page with the story after the `shown` newest ones of `section`; empty if there is none."""
        following = positions.at_place(self._transaction, section, self._now, shown)
        return "" if following is None else _url(section, self._begin(section, following))

    def write_changed(self) -> None:
        """Writes the pages of the marked articles.

        If there are too many, `write_some` writes all pages later; only those that lose an article are written now.
        """
        wanted, urgent = self._changed()
        if self._everything:
            wanted |= {each[:2] for each in islice(self._all_pages("", OLDEST), AT_ONCE + 1)}
        if len(wanted) > AT_ONCE:
            state.OLDER_FROM.put(self._transaction, ("", *OLDEST))
            wanted = urgent
        concerned = {each for section, position in wanted for each in self._concerned(section, position)}
        self._write_all(next(self._pages_from(section, begin, 1)) for section, begin in sorted(concerned))

    def write_some(self) -> None:
        """Writes up to SLICE of the pages that `write_changed` left for each process that makes them."""
        start = state.OLDER_FROM.get(self._transaction)
        if start is None:
            return
        # The page that was to be the next may have lost its mark meanwhile.
        ranges = self._all_pages(start[0], self._begin(start[0], Position(*start[1:])))
        self._write_all(islice(ranges, SLICE * self._workers.speed))
        following = next(ranges, None)
        if following is None:
            state.OLDER_FROM.remove(self._transaction)
        else:
            state.OLDER_FROM.put(self._transaction, (following.section, *following.begin))

    def remove(self, gone: Iterable[str]) -> None:
        """Removes the pages of sections that are gone."""
        for section in gone:
            self._output.drop_pages_and_feeds(self._standing(section), GONE)

    # --- selection of pages -------------------------------------------------------------------------------------------

    def _changed(self) -> tuple[set[Place], set[Place]]:
        """The places of marked articles in sections with such pages (no more than just above AT_ONCE); and the places
        that lose an article."""
        wanted, urgent = set[Place](), set[Place]()
        self._output.writer.flush()  # a write that fails during these reads would leave the store locked
        for marked in pending.lost_places(self._transaction, self._now):
            if self._is_paged(marked.section):
                urgent.add(_place(marked))
        for marked in pending.marked_places(self._transaction):
            if self._is_paged(marked.section):
                wanted.add(_place(marked))
            if len(wanted) > AT_ONCE:  # bounds the memory if all of a large archive is marked
                return wanted, urgent
        fresh = [section for section in sorted({section for section, _ in wanted}) if not self._standing(section)]
        whole = {each[:2] for section in fresh for each in self._pages_from(section, OLDEST)}
        return wanted | whole, urgent

    def _is_paged(self, section: str) -> bool:
        """True if the section has pages of older stories, or more stories than its own page shows."""
        if section not in self._paged:
            limit = self._plan.policy(section).limit
            is_full = positions.at_place(self._transaction, section, self._now, limit) is not None
            self._paged[section] = is_full or bool(self._standing(section))
        return self._paged[section]

    def _concerned(self, section: str, position: Position) -> Iterator[Place]:
        """The beginnings of the pages that a change at `position` affects: its own page, and both neighbours if a page
        begins or began there."""
        begin = self._begin(section, position)
        yield section, begin
        if begin == OLDEST and (second := self._following(section, begin)):  # the oldest page may have become empty
            yield section, second
        if not positions.is_mark(position.key):
            return
        if begin.key != position.key:
            self._output.drop_pages_and_feeds({_path(section, position)} & self._standing(section), GONE)
        elif older := positions.next_older(self._transaction, section, self._now, begin):
            yield section, self._begin(section, older)
        if newer := self._following(section, position):
            yield section, newer

    def _all_pages(self, first: str, begin: Position) -> Iterator[_Range]:
        """All pages of older stories, in order, from the page of the section `first` at `begin` on."""
        for section in sorted(sections.everything(self._transaction)):
            if section >= first and self._is_paged(section):
                yield from self._pages_from(section, begin if section == first else OLDEST)

    def _pages_from(self, section: str, begin: Position, most: int = MARKS) -> Iterator[_Range]:
        """The pages of a section from `begin` on, the oldest first. `most` marks are read together."""
        while True:
            marks = positions.marks_after(self._transaction, section, self._now, begin, most)
            for end in marks:
                yield _Range(section, begin, end)
                begin = end
            if len(marks) < most:
                break
        yield _Range(section, begin, NEWEST)

    def _following(self, section: str, position: Position) -> Position | None:
        """The first mark after `position`."""
        return next(iter(positions.marks_after(self._transaction, section, self._now, position, 1)), None)

    def _begin(self, section: str, position: Position) -> Position:
        return positions.beginning(self._transaction, section, self._now, position)

    # --- the pages ----------------------------------------------------------------------------------------------------

    def _write_all(self, ranges: Iterable[_Range]) -> None:
        """Writes the pages of `ranges`; removes those without a story."""
        for targets, made in self._workers.make(self._batches_of(ranges)):
            for path, page in zip(targets, made, strict=True):
                self._output.writer.preload({path: targets[path]})
                self._output.write_made(page, path)

    def _batches_of(self, ranges: Iterable[_Range]) -> Iterator[tuple[_Targets, PageBatch]]:
        """The pages of those of `ranges` that have a story; the others are removed."""
        for run in _runs(ranges):
            jobs = self._jobs(run)
            self._output.drop_pages_and_feeds({each.path for each in run} - {job.path for job in jobs}, GONE)
            if jobs:
                targets = documents.heads_among(self._transaction, [job.path for job in jobs])
                yield targets, self._batches.older_pages(jobs, targets.values())

    def _jobs(self, run: list[_Range]) -> list[OlderPage]:
        """The pages of `run`, which follow each other in one section, without those that have no story."""
        section, begin, end = run[0].section, run[0].begin, run[-1].end
        found = positions.entries_between(self._transaction, section, self._now, begin, end, MOST * len(run))
        older = positions.next_older(self._transaction, section, self._now, begin) if begin != OLDEST else None
        before = _url(section, self._begin(section, older)) if older else ""
        jobs = []
        for each, entries in zip(run, _split(found, run), strict=True):
            if entries:
                jobs.append(self._page(each, entries[:MOST], before))
                before = jobs[-1].url
        return jobs

    def _page(self, shown: _Range, entries: list[LedgerEntry], older: str) -> OlderPage:
        """The page with `entries`; `older` is the URL of the page before it, empty if there is none."""
        section = shown.section
        newer = _url(section, shown.end) if shown.end != NEWEST else section_page(section)
        return OlderPage(
            path=shown.path,
            url=_url(section, shown.begin),
            max_age=self._plan.policy(section).interval,
            trail=self._feeds.sections.trail(section),
            entries=tuple(reversed(entries)),
            around=pages.Around(older=older, newer=newer),
        )

    def _standing(self, section: str) -> set[str]:
        """The paths of the live pages of older stories of a section."""
        self._output.writer.flush()
        found = documents.below(self._transaction, document_path(section, OLDER))
        return {path for path, status in found.items() if status == LIVE}


def _runs(ranges: Iterable[_Range]) -> Iterator[list[_Range]]:
    """`ranges` in lists of up to STEP that follow each other in one section."""
    run: list[_Range] = []
    for each in ranges:
        if run and (len(run) == STEP or (each.section, each.begin) != (run[-1].section, run[-1].end)):
            yield run
            run = []
        run.append(each)
    if run:
        yield run


def _split(entries: Iterable[LedgerEntry], run: list[_Range]) -> list[list[LedgerEntry]]:
    """The articles of `run`, in their order, by page."""
    split: list[list[LedgerEntry]] = [[]]
    for entry in entries:
        if entry.key == run[len(split) - 1].end.key:
            split.append([])
        split[-1].append(entry)
    return split + [[] for _ in run[len(split) :]]


def _place(marked: MarkedPlace) -> Place:
    return marked.section, Position(*marked[1:])


def _path(section: str, begin: Position) -> str:
    return document_path(section, f"{OLDER}{begin.key or 'first'}.html")


def _url(section: str, begin: Position) -> str:
    return SITE + quote(_path(section, begin))
