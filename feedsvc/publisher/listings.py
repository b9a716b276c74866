"""Pages and lists of sections: the home page, the sections' own pages, and the lists of all of them."""

from functools import cached_property
from urllib.parse import quote

from feedsvc import pages
from feedsvc.formats import render_opml
from feedsvc.model.document import Document
from feedsvc.model.feed import Feed, Outline
from feedsvc.model.urls import DIRECTORY, OPML, SITE, section_page
from feedsvc.publisher.context import Publication
from feedsvc.publisher.feeds import FeedBuilder
from feedsvc.publisher.output import Output
from feedsvc.store import sections

MAX_LISTED = 100
"""Maximum sections on the home page, and subsections on a section's page. Without a limit, the cost of an edit would
grow with the number of sections."""


class Listings:
    """Builds pages for the sections of one publication; the sections are read on first use."""

    def __init__(self, publication: Publication, feeds: FeedBuilder) -> None:
        self._transaction = publication.transaction
        self._max_age = publication.plan.policy("").interval
        self._feeds = feeds

    @cached_property
    def needs_directory(self) -> bool:
        """True if there are more sections than the home page lists, so that a separate page (DIRECTORY) lists them
        all."""
        return sections.count(self._transaction) - 1 > MAX_LISTED

    def section_page(self, path: str, feed: Feed, older: str) -> bytes:
        """The page of the section with the feed `feed`; the home page for the empty path. `older` is the URL of the
        page with the stories after those of the feed; empty if there are none."""
        if not path:
            outlines = self._feeds.channels.outlines(self._feeds.sections.highest(MAX_LISTED))
            return pages.front(self._site, feed, outlines, SITE + DIRECTORY if self.needs_directory else "", older)
        below = self._feeds.sections.children(path, MAX_LISTED + 1)
        more = f"{SITE}{DIRECTORY}#{quote(path)}" if len(below) > MAX_LISTED else ""
        return pages.section(self._site, feed, self._feeds.sections.trail(path), below[:MAX_LISTED], more, older)

    def follow_page(self, path: str) -> bytes:
        """The page that explains how to follow the section at `path`; the whole site for the empty path."""
        channels = self._feeds.channels
        others = channels.followed_at(section_page(path))
        return pages.follow(self._site, self._feeds.sections.trail(path), channels.section(path), others)

    def write(self, output: Output) -> None:
        """Writes the list of all feeds for programs, and the page of all sections if it is needed."""
        body = render_opml(self._feeds.channels.section("").title, self._all)
        output.writer.write(Document(path=OPML, type="text/x-opml; charset=utf-8", body=body, max_age=self._max_age))
        if self.needs_directory:
            output.write_page(DIRECTORY, self._directory, self._max_age)

    def _directory(self) -> bytes:
        listed = tuple(each for each in self._all if each.feed.path.endswith("/") and each.feed.path != "/")
        return pages.directory(self._site, SITE + DIRECTORY, listed)

    @cached_property
    def _all(self) -> tuple[Outline, ...]:
        return self._feeds.channels.outlines(self._feeds.sections.titles)

    @cached_property
    def _site(self) -> pages.Site:
        return self._feeds.channels.site()
