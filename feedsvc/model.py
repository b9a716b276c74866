"""The nouns of the house. Frozen; cleaned and checked on construction; they know of nothing else.

Instants are aware datetimes in UTC with whole seconds, the resolution of RSS (RFC 822 dates).
URLs of the service's own start with `SITE` until a Document is made for one address of the service.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from msgspec import field
from msgspec.structs import force_setattr, replace

from feedsvc.noun import Noun as Noun
from feedsvc.noun import filled_lines, legal_throughout
from feedsvc.noun import instant as instant
from feedsvc.problem import Problem as Problem
from feedsvc.text import legal

SITE = "https://site.invalid"
"""Stands for the address that a reader asked (RFC 6761 section 6.4 reserves the name, so no real link has it)."""

STREAMS = ("application/vnd.apple.mpegurl", "application/x-mpegurl", "application/dash+xml")
DAWN = datetime(2000, 1, 1, tzinfo=UTC)
"""The date of a feed in which nothing has happened yet; validators take an earlier one for a mistake."""


class Person(Noun, frozen=True, kw_only=True):
    name: str
    email: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        self._clean(lines=("name", "email", "url"))


class Media(Noun, frozen=True, kw_only=True):
    """A picture, sound or film. Bytes for `length`, pixels for `width` and `height`, seconds for `duration`."""

    url: str
    type: str = ""
    length: int | None = None
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    title: str = ""
    description: str = ""
    credit: str = ""
    copyright: str = ""
    thumbnail: str = ""
    captions: str = ""
    file: str = ""
    """Path below the articles folder where it lies there, so that the service serves it itself; else empty."""

    def __post_init__(self) -> None:
        self._clean(lines=("url", "type", "title", "credit", "copyright", "thumbnail", "captions"))
        self._clean(texts=("description",))

    @property
    def medium(self) -> str:
        """`image`, `audio`, `video` or `document` (Media RSS 1.5.1, media:content); streams are films."""
        family = "video" if self.type in STREAMS else self.type.partition("/")[0]
        return family if family in ("image", "audio", "video") else "document"


class Status(StrEnum):
    DRAFT = "draft"
    USABLE = "usable"
    WITHDRAWN = "withdrawn"


class Copy(Noun, frozen=True, kw_only=True):
    """What one file says, before the library gives it an identity. Empty means that the file does not say.

    `body` is text in `markup` (the name of a body renderer: `text`, `markdown` or `html`); links in it are relative
    to the file's folder. `caption` and `credit` belong to the lead picture, and wait here for one if there is none.
    """

    title: str
    body: str = ""
    markup: str = "text"
    id: str = ""
    url: str = ""
    slug: str = ""
    summary: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    sections: tuple[tuple[str, ...], ...] = ()
    """Each a chain of names from the top, `("News", "EU")`."""
    tags: tuple[str, ...] = ()
    authors: tuple[Person, ...] = ()
    language: str = ""
    media: tuple[Media, ...] = ()
    caption: str = ""
    credit: str = ""
    status: Status = Status.USABLE
    embargo: datetime | None = None
    expires: datetime | None = None
    alternates: tuple[str, ...] = ()
    """Host names under which the file says that its outlet can be reached too."""
    correction: str = ""
    version: str = ""
    """Of two files that give the same id and both have a version, the greater one counts (as text); most have none."""
    extra: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._clean(
            lines=("title", "id", "url", "slug", "language", "credit"), texts=("summary", "caption", "correction")
        )
        for name, cleaned in _CLEANED.items():
            if value := getattr(self, name):
                force_setattr(self, name, cleaned(value))


_chain = lru_cache(256)(filled_lines)  # few chains, in every article again
_CLEANED: dict[str, Callable[[Any], object]] = {
    "body": legal,
    "extra": legal_throughout,
    "sections": lambda chains: tuple(filter(None, map(_chain, chains))),
    **dict.fromkeys(("tags", "alternates"), lambda values: tuple(dict.fromkeys(filled_lines(values)))),
    **dict.fromkeys(("published", "updated", "embargo", "expires"), instant),
}


class Section(Noun, frozen=True, kw_only=True):
    """A place in the newsroom's tree; `path` is `news/eu`, or empty for the whole site."""

    path: str
    title: str
    description: str = ""


class Article(Copy, frozen=True, kw_only=True):
    """A Copy with its identity, its dates and its text as HTML: what sections select and formats render.

    `id` is permanent and as the newsroom gave it; `iri` is the same as an absolute IRI (RFC 4287 section 4.2.6);
    `key` names the article in the service's own URLs.
    """

    id: str
    iri: str
    key: str
    slug: str
    url: str
    summary: str
    published: datetime
    updated: datetime
    content: str
    places: tuple[tuple[Section, ...], ...] = ()
    """The sections of `sections` as they are published: for each chain those from the top down, by path and title."""

    def media_of(self, medium: str) -> tuple[Media, ...]:
        return tuple(media for media in self.media if media.medium == medium)


class Link(Noun, frozen=True, kw_only=True):
    """One published form of a feed: the format's name, where it is, and its media type."""

    format: str
    href: str
    type: str


def link_of(links: tuple[Link, ...], format: str) -> Link | None:
    return next((link for link in links if link.format == format), None)


class Withdrawal(Noun, frozen=True, kw_only=True):
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


class Live(Noun, frozen=True, kw_only=True):
    """A stream without an end, from the configuration; `since` is when it began."""

    id: str
    title: str
    url: str
    picture: Media
    since: datetime
    description: str = ""


class Feed(Noun, frozen=True, kw_only=True):
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
    live: tuple[Live, ...] = ()
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


class Outline(Noun, frozen=True, kw_only=True):
    """A feed as the list of all feeds shows it, with the feeds below it."""

    feed: Feed
    children: tuple["Outline", ...] = ()


class Representation(Noun, frozen=True, kw_only=True):
    """A Document in one content coding (`identity`, `gzip`, `br`) with their strong ETag (RFC 9110, 8.8.3)."""

    coding: str
    etag: str
    body: bytes


class Document(Noun, frozen=True, kw_only=True):
    """What is published at one path, before it is made for an address. `path` is decoded and starts with `/`."""

    path: str
    type: str
    body: bytes
    max_age: int
    """Seconds for which a cache may keep it."""
    shelved: bool = False
    """Looked up when somebody asks for it, as there are as many of its kind as articles; else held ready."""

    def at(self, address: str) -> bytes:
        """The body with the service's own links on `address` (scheme and host, no slash at the end)."""
        return self.body.replace(SITE.encode(), address.encode())


class Report(Noun, frozen=True, kw_only=True):
    """What one regeneration did."""

    edition: int
    finished: datetime
    read: int = 0
    gone: int = 0
    documents: int = 0
    """How many changed, each address counted."""
    unsettled: bool = False
    """Some file was still being written; regenerate again soon."""
    rest: bool = False
    """Only what feeds hold was entered, of an archive that is new; regenerate again at once."""
    waiting: int = 0
    """Pages of articles, none of them in a feed, and archives, that are still to be printed."""
    next_turn: datetime | None = None
    """When the next article opens or closes."""
