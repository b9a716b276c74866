"""The lists of sections: those for which a page has room, and those of all, which are documents of their own."""

from functools import cached_property
from urllib.parse import quote

from sqlalchemy import Connection

from feedsvc import pages
from feedsvc.formats import _opml
from feedsvc.model.feed import Feed, Outline
from feedsvc.model.urls import SITE
from feedsvc.publisher.feeds import Composer
from feedsvc.store import sections

OPML = "/feeds.opml"
DIRECTORY = "/sections.html"
"""Where all sections are listed for people, if the home page has no room for them."""
ROOM = 100
"""Sections that the home page tells of, and a section's page of those right below it. Without a limit, an article that
changes would cost the more the more sections there are."""


class Listings:
    """Of the sections that `composer` knows; they are read when they are first asked for."""

    def __init__(self, connection: Connection, composer: Composer) -> None:
        self._connection = connection
        self._composer = composer
        self._site = composer.site(OPML)

    @cached_property
    def needs_directory(self) -> bool:
        """Whether there are more sections than the home page has room for."""
        return sections.count(self._connection) - 1 > ROOM

    def page(self, path: str, feed: Feed) -> bytes:
        """The page for people of the section `path`, which `feed` is of, or the home page."""
        if not path:
            shown = self._composer.outlines(self._composer.highest(ROOM))
            return pages.front(self._site, feed, shown, SITE + DIRECTORY if self.needs_directory else "")
        below = self._composer.children(path, ROOM + 1)
        more = f"{SITE}{DIRECTORY}#{quote(path)}" if len(below) > ROOM else ""
        return pages.section(self._site, feed, self._composer.trail(path), below[:ROOM], more)

    def opml(self) -> bytes:
        return _opml.render(self._composer.empty_feed("").title, self._all)

    def directory(self) -> bytes:
        own = tuple(each for each in self._all if each.feed.path.endswith("/") and each.feed.path != "/")
        return pages.directory(self._site, SITE + DIRECTORY, own)

    @cached_property
    def _all(self) -> tuple[Outline, ...]:
        return self._composer.outlines(self._composer.titles)
