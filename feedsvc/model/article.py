"""The nouns of the house. Frozen; cleaned and checked on construction; they know of nothing else.

Instants are aware datetimes in UTC with whole seconds, the resolution of RSS (RFC 822 dates).
URLs of the service's own start with `SITE` until a Document is made for one address of the service.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from msgspec import field
from msgspec.structs import force_setattr

from feedsvc.model.base import Value, clean_json, non_empty_lines, utc_second
from feedsvc.model.text import xml_safe

STREAMS = ("application/vnd.apple.mpegurl", "application/x-mpegurl", "application/dash+xml")


class Person(Value, frozen=True, kw_only=True):
    name: str
    email: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        self._clean(lines=("name", "email", "url"))


class Media(Value, frozen=True, kw_only=True):
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


class ArticleCopy(Value, frozen=True, kw_only=True):
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


_chain = lru_cache(256)(non_empty_lines)  # few chains, in every article again


_CLEANED: dict[str, Callable[[Any], object]] = {
    "body": xml_safe,
    "extra": clean_json,
    "sections": lambda chains: tuple(filter(None, map(_chain, chains))),
    **dict.fromkeys(("tags", "alternates"), lambda values: tuple(dict.fromkeys(non_empty_lines(values)))),
    **dict.fromkeys(("published", "updated", "embargo", "expires"), utc_second),
}


class Section(Value, frozen=True, kw_only=True):
    """A place in the newsroom's tree; `path` is `news/eu`, or empty for the whole site."""

    path: str
    title: str
    description: str = ""


class Article(ArticleCopy, frozen=True, kw_only=True):
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
    section_paths: tuple[tuple[Section, ...], ...] = ()
    """The sections of `sections` as they are published: for each chain those from the top down, by path and title."""

    def media_of(self, medium: str) -> tuple[Media, ...]:
        return tuple(media for media in self.media if media.medium == medium)
