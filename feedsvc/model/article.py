"""Articles, as they are in files, and as feeds and pages show them.

Datetimes are in UTC and in whole seconds. Media that the service publishes itself have URLs that start with SITE
(`feedsvc.model.urls`). Text is clean (`feedsvc.model.cleaning`).
"""

from datetime import datetime
from enum import StrEnum

from msgspec import field

from feedsvc.model.base import Value
from feedsvc.model.media_types import STREAMS


class Person(Value, frozen=True, kw_only=True):
    """An author."""

    name: str
    email: str = ""
    url: str = ""


class Media(Value, frozen=True, kw_only=True):
    """A picture, sound, video or other file that belongs to an article."""

    url: str
    type: str = ""
    """The media type; empty if unknown."""
    length: int | None = None
    """Bytes; None if unknown. A file of the service's own whose length is unknown cannot be published."""
    width: int | None = None
    """Pixels; None if unknown."""
    height: int | None = None
    duration: float | None = None
    """Seconds; None if unknown."""
    title: str = ""
    description: str = ""
    credit: str = ""
    copyright: str = ""
    thumbnail: str = ""
    """The URL of a still picture."""
    captions: str = ""
    """The URL of subtitles."""
    file: str = ""
    """The path below the articles folder; empty for media that are elsewhere."""

    @property
    def medium(self) -> str:
        """`image`, `audio`, `video` or `document` (Media RSS 1.5.1, media:content). Streams are `video`."""
        family = "video" if self.type in STREAMS else self.type.partition("/")[0]
        return family if family in ("image", "audio", "video") else "document"


class Status(StrEnum):
    """The permission to publish an article: not yet, yes, or not any more."""

    DRAFT = "draft"
    USABLE = "usable"
    WITHDRAWN = "withdrawn"


class ArticleCopy(Value, frozen=True, kw_only=True):
    """The content of one file. A field is empty or None if the file does not set it."""

    title: str
    body: str = ""
    """Text in `markup`; links in it are relative to the file's folder."""
    markup: str = "text"
    """`text`, `markdown` or `html`."""
    id: str = ""
    url: str = ""
    slug: str = ""
    summary: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    sections: tuple[tuple[str, ...], ...] = ()
    """Chains of names, each from the top section down: `("News", "EU")`."""
    tags: tuple[str, ...] = ()
    authors: tuple[Person, ...] = ()
    language: str = ""
    """A BCP 47 tag."""
    media: tuple[Media, ...] = ()
    caption: str = ""
    """The caption of a lead picture that is not in `media`; a picture in `media` has its own."""
    credit: str = ""
    """The credit of a lead picture that is not in `media`; a picture in `media` has its own."""
    status: Status = Status.USABLE
    embargo: datetime | None = None
    expires: datetime | None = None
    alternates: tuple[str, ...] = ()
    """Further host names of its outlet, as the file states them."""
    aliases: tuple[str, ...] = ()
    """Former paths of the article on this site, in the form of `former_paths.former_path`."""
    correction: str = ""
    version: str = ""
    """The version of a news item. If two files give the same id, the one with the greater version counts, as text.
    Most files have none."""
    extra: dict[str, object] = field(default_factory=dict)
    """Values of the file that belong to no field, by their keys."""

    @property
    def publishable_media(self) -> tuple[Media, ...]:
        """`media` without files of the service's own whose length is unknown, which cannot be published. Valid
        once the media are measured."""
        return tuple([media for media in self.media if not media.file or media.length is not None])


class Section(Value, frozen=True, kw_only=True):
    """A published section. `path` is, for example, `news/eu`; empty for the whole site."""

    path: str
    title: str
    description: str = ""


class Article(ArticleCopy, frozen=True, kw_only=True):
    """An article for feeds and pages: with its identity, its dates, and its text as HTML."""

    id: str
    """Given by the newsroom, or minted. It never changes."""
    iri: str
    """The id as an absolute IRI (RFC 4287 section 4.2.6)."""
    key: str
    """The article's name in URLs of the service."""
    slug: str
    url: str
    """The address of its page, on this site or elsewhere."""
    summary: str
    published: datetime
    updated: datetime
    content: str
    """HTML that is safe to publish, with absolute links."""
    section_paths: tuple[tuple[Section, ...], ...] = ()
    """For each chain of `sections`, its sections from the top down, with paths and published titles."""

    def media_of(self, medium: str) -> tuple[Media, ...]:
        """The media of one kind, `image`, `audio`, `video` or `document`."""
        return tuple(media for media in self.media if media.medium == medium)
