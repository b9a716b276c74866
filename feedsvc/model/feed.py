"""A feed as formats render it: its channel, its articles, and what leads to and from it."""

from datetime import UTC, datetime

from msgspec import field
from msgspec.structs import replace

from feedsvc.model.article import Article, Media
from feedsvc.model.base import Value

EPOCH_DATE = datetime(2000, 1, 1, tzinfo=UTC)
"""The date of a feed in which nothing has happened yet; validators take an earlier one for a mistake."""


class Link(Value, frozen=True, kw_only=True):
    """One published form of a feed: the format's name, where it is, and its media type."""

    format: str
    href: str
    type: str


def link_of(links: tuple[Link, ...], format: str) -> Link | None:
    return next((link for link in links if link.format == format), None)


class Withdrawal(Value, frozen=True, kw_only=True):
    """An article that readers have seen in a feed, and that was taken back at `when`.

    With a `notice`, the site wants its readers told so: then an article of the same id and `Status.WITHDRAWN` stands
    in its place, which says nothing else.
    """

    id: str
    iri: str
    url: str
    title: str
    published: datetime
    when: datetime
    notice: str = ""

    def __post_init__(self) -> None:
        self._clean(lines=("title",), texts=("notice",))


class LiveStream(Value, frozen=True, kw_only=True):
    """A stream without an end, from the configuration; `since` is when it began."""

    id: str
    title: str
    url: str
    picture: Media
    since: datetime
    description: str = ""


class Feed(Value, frozen=True, kw_only=True):
    """What a format renders. `articles` are in their final order; `home` is the page for people; `accent` is RRGGBB."""

    id: str
    path: str
    title: str
    description: str
    home: str
    updated: datetime
    language: str = "en"
    articles: tuple[Article, ...] = ()
    links: tuple[Link, ...] = ()
    """Every form in which this feed is published, the one being rendered among them."""
    full: bool = True
    """Full texts, or summaries only."""
    interval: int = 300
    """Seconds between two regenerations: how often it pays to ask."""
    author: str = ""
    copyright: str = ""
    logo: str = ""
    icon: str = ""
    cover: str = ""
    accent: str = ""
    options: dict[str, object] = field(default_factory=dict)
    withdrawn: tuple[Withdrawal, ...] = ()
    """What was taken out of this feed of late, newest first."""
    live: tuple[LiveStream, ...] = ()
    pictures: tuple[Media, ...] = ()
    """Those of the service's own that the config names, with their sizes."""
    next: str = ""
    """Where the feed goes on, if this is not all of it."""
    older: tuple[Link, ...] = ()
    """The newest archive of what left this feed; of an archive, the one before it."""
    current: tuple[Link, ...] = ()
    """Where this feed goes on, if it is an archive: closed, and never the place of another article."""

    def __post_init__(self) -> None:
        self._clean(lines=("title", "language", "author", "copyright", "logo", "icon", "cover"), texts=("description",))

    def with_only(self, *articles: Article) -> "Feed":
        return replace(self, articles=articles)

    def link(self, format: str) -> Link:
        """The form in `format`. Raises KeyError for a format in which the feed is not published."""
        if link := link_of(self.links, format):
            return link
        raise KeyError(f"{self.path} is not published as {format}")


class Outline(Value, frozen=True, kw_only=True):
    """A feed as the list of all feeds shows it, with the feeds below it."""

    feed: Feed
    children: tuple["Outline", ...] = ()
