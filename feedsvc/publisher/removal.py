"""Removes documents that are no longer published: those of sections, formats and feeds that are gone."""

from collections.abc import Iterable
from itertools import chain

from feedsvc import pages
from feedsvc.model.urls import DIRECTORY, OPML
from feedsvc.publisher import custom_feeds
from feedsvc.publisher.archives import Archives
from feedsvc.publisher.context import Publication
from feedsvc.publisher.feeds import FeedBuilder
from feedsvc.publisher.listings import Listings
from feedsvc.publisher.output import Output
from feedsvc.publisher.section_documents import SectionDocuments, custom_paths
from feedsvc.publisher.site_files import site_file_paths
from feedsvc.store import documents, windows


class Removal:
    """Removes documents in one publication, after all others were written."""

    def __init__(
        self,
        publication: Publication,
        feeds: FeedBuilder,
        sections: SectionDocuments,
        archives: Archives,
        listings: Listings,
        output: Output,
    ) -> None:
        self._publication = publication
        self._transaction = publication.transaction
        self._feeds = feeds
        self._sections = sections
        self._archives = archives
        self._listings = listings
        self._output = output

    def remove_sections(self, gone: frozenset[str]) -> frozenset[str]:
        """Removes all documents of the sections `gone`. Returns their paths."""
        removed = self._remove(set(chain.from_iterable(map(self._sections.paths, gone))) - self._custom_paths())
        self._archives.remove(gone)
        windows.retire(self._transaction, gone)
        return removed

    def remove_unplanned(self) -> frozenset[str]:
        """Removes all documents that the plan no longer has. Returns their paths.

        Style and script of former versions stay: pages that use them may be in caches, or wait to be written again.
        """
        titles = self._feeds.sections.titles
        self._output.writer.flush()
        live = documents.live_feeds(self._transaction)
        kept = {OPML, DIRECTORY, *self._custom_paths(), *site_file_paths(self._publication.plan)}
        planned = kept.union(*map(self._sections.paths, titles))
        removed = self._remove({path for path in live - planned if not pages.is_asset(path)})
        self._archives.remove_unplanned()
        windows.retire(
            self._transaction, windows.known(self._transaction) - titles.keys() - custom_paths(self._publication.plan)
        )
        return removed

    def _remove(self, paths: Iterable[str]) -> frozenset[str]:
        removed = {*paths} if self._listings.needs_directory else {*paths, DIRECTORY}
        self._output.drop_pages_and_feeds(removed, documents.GONE)
        return frozenset(removed)

    def _custom_paths(self) -> frozenset[str]:
        """The paths of all documents of custom feeds."""
        return custom_paths(self._publication.plan) | custom_feeds.document_paths(self._publication)
