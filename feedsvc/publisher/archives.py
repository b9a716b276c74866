"""Closes and writes the archives of sections: permanent documents of articles that left the sections' windows.

The oldest are closed first, and a feed links to its archives only when none is missing in between (RFC 5005 section 4):
a reader that comes meanwhile asks again later, and then finds everything that it missed.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from feedsvc.model.document import ARCHIVE_MAX_AGE
from feedsvc.model.urls import document_path
from feedsvc.publisher.context import Publication
from feedsvc.publisher.feeds import BuiltFeed, FeedBuilder
from feedsvc.publisher.output import Output
from feedsvc.publisher.window import count_within_size, size_under
from feedsvc.store import archives, documents, windows
from feedsvc.store.archives import URGENT, WAITS, Archive
from feedsvc.store.transaction import Transaction
from feedsvc.store.windows import Key

SLICE = 8
"""Archives that are written in one publication, each in all formats: about a second of work, so that more urgent work
is not delayed."""


class Archives:
    """The archives of one publication. At most `budget` of them are written, not counting urgent ones."""

    def __init__(self, publication: Publication, feeds: FeedBuilder, output: Output, budget: int) -> None:
        self._transaction = publication.transaction
        self._plan = publication.plan
        self._chained = [form for form in publication.formats.values() if form.chained]
        self._feeds = feeds
        self._output = output
        self._budget = budget

    @property
    def has_budget(self) -> bool:
        """True if more archives may be written."""
        return self._budget > 0

    def link(self, section: str, built: BuiltFeed) -> BuiltFeed:
        """The feed of a section with links to its archives, after closing archives that are due.

        There are no links while some articles that left the window are in no archive yet.
        """
        if not self._plan.policy(section).archive:
            return built
        window, written = built.window, frozenset[int]()
        if window.pending:
            is_complete, written = self._close(section, window.floor)
            window = window._replace(pending=not is_complete)
        newest = None if window.pending else archives.latest(self._transaction, section)
        older = self._feeds.channels.archive_links(newest.section, newest.name) if newest else ()
        return BuiltFeed(replace(built.feed, older=older), window, built.articles | written)

    def write_urgent(self) -> frozenset[int]:
        """Writes all archives with articles that are no longer open. Returns the numbers of their articles."""
        urgent = archives.marked(self._transaction, URGENT)
        return frozenset[int]().union(*map(self._write, urgent))

    def write_some(self) -> None:
        """Writes archives that have changed, as many as the budget allows."""
        for archive in archives.marked(self._transaction, WAITS, max(self._budget, 0)):
            self._budget -= 1
            self._write(archive)

    def remove(self, gone: Iterable[str]) -> None:
        """Removes the archives of the sections `gone`."""
        for section in sorted(gone):
            names = archives.names(self._transaction, section)
            archives.drop(self._transaction, section)
            self._drop(section, names, self._all_filenames())

    def remove_unplanned(self) -> None:
        """Removes archives of sections that are gone or no longer have any, and of formats not in use."""
        for section in sorted(archives.sections(self._transaction)):
            policy = self._plan.policy(section)
            if self._feeds.sections.is_there(section) and policy.archive:
                unused = [form.filename for form in self._chained if form.name not in policy.formats]
                self._drop(section, archives.names(self._transaction, section), unused)
            else:
                self.remove((section,))

    def _close(self, section: str, floor: Key) -> tuple[bool, frozenset[int]]:
        """Closes archives for articles that left the window. Returns True if all of these are in archives now, and the
        numbers of the articles in the archives just closed."""
        policy = self._plan.policy(section)
        most = policy.archive_page + max(1, policy.archive_page // 3)
        written = frozenset[int]()
        while True:
            end = archives.end_of(self._transaction, section)
            entries = archives.left_window(self._transaction, section, end, floor, most)
            if not entries or not self.has_budget:
                return not entries, written
            self._budget -= 1
            entries = entries[: policy.archive_page] if len(entries) == most else entries
            fitting = count_within_size(map(size_under(policy), entries))
            written |= self._write(archives.close(self._transaction, section, entries[:fitting]))

    def _write(self, archive: Archive) -> frozenset[int]:
        """Writes an archive in all formats. Returns the numbers of its articles."""
        feed, articles = self._feeds.archive_feed(archive)
        for form in self._chained:
            if form.name in self._plan.policy(archive.section).formats:
                path = document_path(archive.section, f"{archive.name}/{form.filename}")
                self._output.write_archive(feed, form, path, ARCHIVE_MAX_AGE)
        archives.mark_published(self._transaction, archive)
        return articles

    def _all_filenames(self) -> list[str]:
        return [form.filename for form in self._chained]

    def _drop(self, section: str, names: Iterable[str], filenames: Iterable[str]) -> None:
        paths = {document_path(section, f"{name}/{filename}") for name in names for filename in filenames}
        self._output.drop_archives(paths, documents.GONE)


def count_pending(transaction: Transaction) -> int:
    """The number of archives that are still to be written, plus the number of sections with archives to close."""
    return archives.count_marked(transaction) + len(windows.pending(transaction))
