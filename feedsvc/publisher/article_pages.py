"""Writes the pages of articles: those that feeds link to with the Edition itself, all others over several
publications."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from feedsvc.model.urls import article_folder
from feedsvc.publisher.context import Publication
from feedsvc.publisher.output import Output
from feedsvc.publisher.page_batches import PageBatches
from feedsvc.publisher.page_jobs import NO_PAGE, MadePage, PageBatch
from feedsvc.store import documents, pending, state
from feedsvc.store.documents import DocumentHeads
from feedsvc.store.entries import LedgerEntry

SLICE = 300
"""Maximum pages that one process makes for a publication in addition to the required ones: a quarter of a second of
work, so that more urgent work is not delayed."""
STEP = 50
"""Pages in one batch: all of them are in memory, and an article may have a million characters."""

Standing = dict[str, DocumentHeads]
"""The heads of the current documents in an article's folder, by path."""


class _Targets(NamedTuple):
    """The articles whose pages are in one batch."""

    entries: list[LedgerEntry]
    standing: list[Standing]
    """For each article, what is in its folder now."""


class ArticlePages:
    """Writes queued pages, with the articles as of the instant of `publication`."""

    def __init__(self, publication: Publication, batches: PageBatches, output: Output) -> None:
        self._transaction = publication.transaction
        self._seconds = publication.seconds
        self._workers = publication.pages
        self._batches = batches
        self._output = output

    def write_urgent(self, needed: Iterable[int]) -> None:
        """Writes the queued pages of the articles `needed`, and of up to SLICE articles that have just changed.

        Also removes all pages of articles that are no longer open, however many there are. While a backlog is being
        read, only the pages of the articles `needed` are written.
        """
        self._write_all(pending.queued_closed(self._transaction, self._seconds))
        is_backlog_awaited = state.POSTPONED_FEEDS.get(self._transaction) is not None
        changed = [] if is_backlog_awaited else pending.newest_marked(self._transaction, SLICE)
        self._write_all(pending.queued_among(self._transaction, {*needed, *changed}))

    def write_some(self) -> None:
        """Writes up to SLICE of the queued pages for each process that makes them."""
        self._write_all(pending.queued_newest(self._transaction, SLICE * self._workers.speed))

    def _write_all(self, entries: Iterable[LedgerEntry]) -> None:
        for targets, made in self._workers.make(self._targets(iter(entries))):
            found = iter(made)
            for entry, standing in zip(*targets, strict=True):
                self._write(entry, standing, next(found) if self._is_open(entry) else NO_PAGE)
            pending.dequeue_pages(self._transaction, [entry.number for entry in targets.entries])
            self._output.writer.checkpoint()

    def _targets(self, rest: Iterator[LedgerEntry]) -> Iterator[tuple[_Targets, PageBatch]]:
        while entries := list(islice(rest, STEP)):
            folders = [article_folder(entry.key).rstrip("/") for entry in entries]
            found = documents.heads_below(self._transaction, folders)
            standing = [found[folder] for folder in folders]
            heads = (heads for each in standing for heads in each.values())
            batch = self._batches.article_pages(filter(self._is_open, entries), heads)
            yield _Targets(entries, standing), batch

    def _is_open(self, entry: LedgerEntry) -> bool:
        return entry.is_open(self._seconds)

    def _write(self, entry: LedgerEntry, standing: Standing, page: MadePage) -> None:
        """Writes the page of an article, and removes everything else in its folder."""
        if page.path:
            self._output.writer.preload({page.path: standing.get(page.path, {})})
        self._output.write_made(page, article_folder(entry.key))
        status = documents.NOT_FOUND if page.path else documents.GONE
        self._output.writer.drop(standing.keys() - {page.path}, status)
