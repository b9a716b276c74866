"""Writes the pages of articles: those that feeds link to with the Edition itself, all others over several
publications."""

from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from feedsvc import pages
from feedsvc.model.article import Article
from feedsvc.model.document import Document
from feedsvc.model.urls import ARTICLES, article_page_path
from feedsvc.pages import Frame, Site
from feedsvc.publisher.context import Publication
from feedsvc.publisher.feeds import FeedBuilder
from feedsvc.publisher.output import Output
from feedsvc.store import documents, pending, state
from feedsvc.store.documents import DocumentHeads
from feedsvc.store.entries import LedgerEntry

SLICE = 300
"""Maximum pages that are written in one publication in addition to the required ones: a quarter of a second of work, so
that more urgent work is not delayed."""
STEP = 50
"""Pages in one batch: all of them are in memory, and an article may have a million characters."""


class _Target(NamedTuple):
    """The place of an article's page."""

    folder: str
    path: str
    """The path of the page; empty if the article has no page here."""
    article: Article | None
    """The article; None if it is not open."""
    standing: dict[str, DocumentHeads]
    """The heads of the current documents in the folder, by path."""


class ArticlePages:
    """Writes queued pages, with the articles as of the instant of `publication`."""

    def __init__(self, publication: Publication, feeds: FeedBuilder, output: Output) -> None:
        self._transaction = publication.transaction
        self._seconds = publication.seconds
        self._max_age = publication.plan.defaults.interval
        self._feeds = feeds
        self._output = output
        self._site: Site | None = None
        self._frames: dict[str, Frame] = {}

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
        """Writes up to SLICE of the queued pages."""
        self._write_all(pending.queued_newest(self._transaction, SLICE))

    def _write_all(self, entries: Iterable[LedgerEntry]) -> None:
        """Renders and writes pages in batches. Faster than rendering and writing them in turn: the rendering code stays
        in the processor's cache."""
        rest = iter(entries)
        while batch := list(islice(rest, STEP)):
            standing = documents.heads_below(self._transaction, (f"{ARTICLES}{entry.key}" for entry in batch))
            targets = [self._target(entry, *each) for entry, each in zip(batch, standing.items(), strict=True)]
            made = [self._make(target) for target in targets]
            for target, page in zip(targets, made, strict=True):
                self._write(target, page)
            pending.dequeue_pages(self._transaction, [entry.number for entry in batch])
            self._output.writer.checkpoint()

    def _target(self, entry: LedgerEntry, folder: str, standing: dict[str, DocumentHeads]) -> _Target:
        article = self._feeds.articles.article(entry) if entry.is_open(self._seconds) else None
        return _Target(folder, article_page_path(article) if article else "", article, standing)

    def _make(self, target: _Target) -> bytes | None:
        """The page; None if the article has none, or if it cannot be rendered."""
        if (article := target.article) is None or not target.path:
            return None
        return self._output.make_page(
            target.path, lambda: pages.article(self._frame(article), article), f"{target.folder}/"
        )

    def _write(self, target: _Target, page: bytes | None) -> None:
        path, writer = target.path, self._output.writer
        if page is not None:
            writer.preload({path: target.standing.get(path, {})})
            writer.write(Document(path=path, type=pages.TYPE, body=page, max_age=self._max_age, on_demand=True))
        writer.drop(target.standing.keys() - {path}, documents.NOT_FOUND if path else documents.GONE)

    def _frame(self, article: Article) -> Frame:
        """The frame for the article's first section, built once for all of its articles."""
        if self._site is None:
            self._site = self._feeds.channels.site()
        path = article.section_paths[0][-1].path if article.section_paths else ""
        if path not in self._frames:
            links = self._feeds.channels.section(path).links
            self._frames[path] = pages.frame(self._site, self._feeds.sections.trail(path), links)
        return self._frames[path]
