"""Collects everything that a batch of pages shows."""

from collections.abc import Iterable
from functools import cached_property

from feedsvc.model import codec
from feedsvc.model.selection import section_paths
from feedsvc.pages import Site
from feedsvc.publisher.feeds import FeedBuilder
from feedsvc.publisher.page_jobs import ArticlePage, FrameSource, OlderPage, PageBatch
from feedsvc.store.documents import DocumentHeads
from feedsvc.store.entries import LedgerEntry, SectionEntry


class PageBatches:
    """Makes the batches of one publication, each with the sections as published in it."""

    def __init__(self, feeds: FeedBuilder, *, proves: bool) -> None:
        """`proves` is as in PageBatch."""
        self._feeds = feeds
        self._proves = proves

    def article_pages(self, entries: Iterable[LedgerEntry], standing: Iterable[DocumentHeads]) -> PageBatch:
        """The pages of the open articles `entries`. `standing` are the heads of the current documents there."""
        jobs = tuple(map(ArticlePage, entries))
        chains = [_chains(job.entry) for job in jobs]
        firsts = {next((chain[-1] for chain in each if chain), "") for each in chains}
        frames = {path: self._frame(path) for path in firsts}
        return PageBatch(self._site, jobs, self._sections(chains), frames, _tags(standing), self._proves)

    def older_pages(self, jobs: Iterable[OlderPage], standing: Iterable[DocumentHeads]) -> PageBatch:
        """Pages of older stories; `standing` is as for `article_pages`."""
        batch = tuple(jobs)
        sections = self._sections(_chains(entry) for job in batch for entry in job.entries)
        return PageBatch(self._site, batch, sections, standing=_tags(standing))

    @cached_property
    def _site(self) -> Site:
        return self._feeds.channels.site()

    def _frame(self, path: str) -> FrameSource:
        return FrameSource(self._feeds.sections.trail(path), self._feeds.channels.section(path).links)

    def _sections(self, articles: Iterable[list[list[str]]]) -> dict[str, SectionEntry | None]:
        paths = {path for chains in articles for chain in chains for path in chain}
        return {path: self._feeds.sections.entry(path) for path in paths}


def _tags(standing: Iterable[DocumentHeads]) -> frozenset[str]:
    return frozenset(head.etag for heads in standing for head in heads.values() if head.etag)


def _chains(entry: LedgerEntry) -> list[list[str]]:
    """The paths along each chain of the article's sections."""
    chains = codec.decode_sections(entry.encoded_copy)
    return [[path for path, _ in section_paths(chain)] for chain in chains]
