"""Feeds as formats render them: a channel, its articles, and its links to other documents."""

from datetime import UTC, datetime

from msgspec import field
from msgspec.structs import replace

from feedsvc.model.article import Article, Media
from feedsvc.model.base import Value
from feedsvc.model.urls import SITE

EPOCH_DATE = datetime(2000, 1, 1, tzinfo=UTC)
"""The date of a feed that never had an article; validators report earlier dates as mistakes."""


class Link(Value, frozen=True, kw_only=True):
    """One document of a feed."""

    format: str
    """The name of its format."""
    href: str
    type: str
    """Its media type."""


def link_of(links: tuple[Link, ...], format: str) -> Link | None:
    """The link to the document in `format`; None if there is none."""
    return next((link for link in links if link.format == format), None)


class Withdrawal(Value, frozen=True, kw_only=True):
    """An article that readers have seen in a feed, and that was withdrawn.

    If there is a notice, an article with the same id, `Status.WITHDRAWN` and no text but the notice is in its place.
    Its readers are sent to `url`; an address on this site does not contain the headline.
    """

    id: str
    iri: str
    url: str
    title: str = ""
    published: datetime
    when: datetime
    """The instant of the withdrawal."""
    notice: str = ""
    """The notice that readers are shown; empty if the article only disappears."""
    former_url: str = ""
    """The URL that it had in feeds, for partners who identify articles by URL alone; empty if that is `url`."""


class LiveStream(Value, frozen=True, kw_only=True):
    """A live stream from the configuration."""

    id: str
    title: str
    url: str
    picture: Media
    since: datetime
    """The instant at which it began."""
    description: str = ""


class Feed(Value, frozen=True, kw_only=True):
    """A feed, ready to be rendered by a format. Its own links start with SITE (`feedsvc.model.urls`)."""

    id: str
    path: str
    title: str
    description: str
    home: str
    """The URL of its page for people."""
    updated: datetime
    canonical: str = SITE
    """Scheme and host of the first address of the service, for names that are the same on every mirror."""
    language: str = "en"
    """A BCP 47 tag."""
    articles: tuple[Article, ...] = ()
    """In their final order, newest first."""
    links: tuple[Link, ...] = ()
    """All documents of this feed, the one being rendered among them."""
    full: bool = True
    """True for full texts, False for summaries."""
    interval: int = 300
    """Seconds between two publications: polling more often gains nothing."""
    author: str = ""
    copyright: str = ""
    logo: str = ""
    icon: str = ""
    cover: str = ""
    accent: str = ""
    """A colour, RRGGBB."""
    options: dict[str, object] = field(default_factory=dict)
    """The options of its format, from the configuration."""
    withdrawn: tuple[Withdrawal, ...] = ()
    """Recent withdrawals from this feed, newest first."""
    live: tuple[LiveStream, ...] = ()
    pictures: tuple[Media, ...] = ()
    """The pictures of the service's own that the configuration names, with their sizes."""
    next: str = ""
    """The URL of the next document of the feed; empty if this is the last or only one."""
    older: tuple[Link, ...] = ()
    """The documents of the newest archive of this feed; for an archive, those of the next older one (RFC 5005)."""
    current: tuple[Link, ...] = ()
    """For an archive, the documents of the feed that it belongs to; empty for any other feed (RFC 5005)."""
    hubs: tuple[str, ...] = ()
    """The URLs of the hubs at which clients can subscribe to it (WebSub); empty for a feed that is not pushed."""

    def at_canonical(self, url: str) -> str:
        """`url` at the first address of the service, if it is one of the service's own."""
        return self.canonical + url.removeprefix(SITE) if url.startswith(f"{SITE}/") else url

    def with_only(self, *articles: Article) -> "Feed":
        """This feed with `articles` in place of its own."""
        return replace(self, articles=articles)

    def link(self, format: str) -> Link:
        """The link to the document in `format`. Raises KeyError if the feed is not published in that format."""
        if link := link_of(self.links, format):
            return link
        raise KeyError(f"{self.path} is not published as {format}")


class Outline(Value, frozen=True, kw_only=True):
    """A feed in the list of all feeds, with the feeds below it."""

    feed: Feed
    children: tuple["Outline", ...] = ()
