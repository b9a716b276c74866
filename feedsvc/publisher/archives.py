"""Closes and prints the archives of sections: documents that hold, for ever, what left the sections' windows.

The oldest come first, and a feed leads to its archives only when there is none missing between (RFC 5005 section 4):
a reader that comes in between asks again later, and then finds all it has not seen.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol

from msgspec.structs import replace
from sqlalchemy import Connection

from feedsvc.model.document import ARCHIVE_MAX_AGE
from feedsvc.model.feed import Feed
from feedsvc.model.format import Format
from feedsvc.model.plan import Plan
from feedsvc.model.urls import document_path
from feedsvc.publisher.feeds import Composer
from feedsvc.publisher.window import fitting
from feedsvc.publisher.writer import EditionWriter
from feedsvc.store import archives, documents, windows
from feedsvc.store.archives import URGENT, WAITS, Archive
from feedsvc.store.problems import replace_problems
from feedsvc.store.windows import Key

SLICE = 8
"""Documents that are printed in one go, each in all formats: a second's work, after which what is due comes first."""


class PrintFeed(Protocol):
    """Prints a feed in the format of that name at a path, or complains."""

    def __call__(self, feed: Feed, name: str, path: str, max_age: int = 0, *, shelved: bool = False) -> None: ...


class Archives:
    """Those of one Edition, at `now` (seconds); at most `budget` documents are closed while it is made."""

    def __init__(
        self,
        connection: Connection,
        plan: Plan,
        formats: Mapping[str, Format],
        now: int,
        budget: int = SLICE,
    ) -> None:
        self._connection = connection
        self._plan = plan
        self._chained = [form for form in formats.values() if form.chained]
        self._now = now
        self.budget = budget

    def bind(self, composer: Composer, print_feed: PrintFeed) -> None:
        """Work with these, which an Edition has only when it is under way."""
        self._composer = composer
        self._print_feed = print_feed

    def link_archives(self, path: str, feed: Feed) -> Feed:
        """`feed` of a section, with the way to its archives; those that are due are closed, as the budget allows."""
        if not self._plan.policy(path).archive:
            return feed
        standing = self._composer.standings[path]
        if standing.pending and self._close(path, standing.floor):
            self._composer.standings[path] = standing = standing._replace(pending=False)
        newest = None if standing.pending else archives.latest(self._connection, path)
        return replace(feed, older=self._composer.archive_links(newest)) if newest else feed

    def _close(self, path: str, floor: Key) -> bool:
        """Whether all that left the window is in archives now."""
        terms = self._plan.policy(path)
        most = terms.page + max(1, terms.page // 3)
        while True:
            end = archives.end_of(self._connection, path)
            rows = archives.left_window(self._connection, path, end, floor, most)
            if not rows:
                return True
            if self.budget <= 0:
                return False
            self.budget -= 1
            rows = rows[: terms.page] if len(rows) == most else rows
            self._print(archives.close(self._connection, path, rows[: fitting(rows, terms)]))

    def mark(self, sections: set[str] | None) -> None:
        """Let all archives of `sections`, or of all, be printed anew."""
        archives.mark(self._connection, sections)

    def mark_changed(self) -> None:
        """Let those be printed anew that hold articles which changed."""
        archives.mark_changed(self._connection, self._now)

    def waiting(self) -> int:
        """How much is to be printed yet: documents, and sections of which some are to be closed."""
        return archives.count_marked(self._connection) + len(windows.pending(self._connection))

    def print_urgent(self) -> None:
        """What holds an article that may not be seen any more, however much it is."""
        for archive in archives.marked(self._connection, URGENT):
            self._print(archive)

    def print_some(self) -> None:
        """Of what changed otherwise, as much as the budget allows."""
        for archive in archives.marked(self._connection, WAITS, max(self.budget, 0)):
            self.budget -= 1
            self._print(archive)

    def _print(self, archive: Archive) -> None:
        feed = self._composer.archive_feed(archive)
        for form in self._chained:
            if form.name in self._plan.policy(archive.section).formats:
                path = document_path(archive.section, f"{archive.name}/{form.filename}")
                self._print_feed(feed, form.name, path, ARCHIVE_MAX_AGE, shelved=True)
        archives.settle(self._connection, archive)

    def retire(self, gone: Iterable[str] | None, press: EditionWriter) -> None:
        """Take out the archives of the sections that are `gone`; if that is None, of all that are, or have none any
        more, and of other formats."""
        for section in sorted(archives.sections(self._connection) if gone is None else gone):
            terms, forms = self._plan.policy(section), self._chained
            names = archives.names(self._connection, section)
            if self._composer.is_there(section) and terms.archive:
                forms = [form for form in forms if form.name not in terms.formats]
            else:
                archives.drop(self._connection, section)
            paths = {document_path(section, f"{name}/{form.filename}") for name in names for form in forms}
            press.drop(paths, documents.GONE)
            for path in sorted(paths):
                replace_problems(self._connection, path, ())
