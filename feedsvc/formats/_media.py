"""Pictures, sound and film: which of them are enclosures, and all of them as Media RSS 1.5.1."""

import re

from feedsvc.formats._uri import web
from feedsvc.formats._xml import Element, add
from feedsvc.model.article import Article, Media

_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+", re.ASCII)
_RANK = {"video": 0, "audio": 1, "image": 2, "document": 3}


def on_the_web(article: Article) -> tuple[Media, ...]:
    """The media that a reader can fetch, in the article's order."""
    return tuple(media for media in article.media if web(media.url))


def enclosures(article: Article) -> list[Media]:
    """The same media for podcast players first, which take one and look no further: film, sound, pictures."""
    return sorted(on_the_web(article), key=lambda media: _RANK[media.medium])


def known_type(media: Media) -> str:
    """The media type (RFC 6838 section 4.2), or nothing if it is none."""
    return media.type if _TYPE.fullmatch(media.type) else ""


def some_type(media: Media) -> str:
    """The media type where a format demands one; RFC 2046 section 4.5.1 has one for bytes of any kind."""
    return known_type(media) or "application/octet-stream"


def whole(number: float | None) -> int | None:
    """A size or duration that makes sense, as an integer; else None, for NaN too."""
    return round(number) or None if number is not None and 0 < number < 2**53 else None


def add_media(parent: Element, article: Article, *, captions: bool) -> None:
    """Add one media:content per picture, sound or film; siblings, since a group is for forms of one and the same.

    No `captions` in an entry that has no full text: feedparser, and all readers built on it, would take one for that.
    """
    for media in on_the_web(article):
        content = _content(parent, media)
        if captions and media.description:
            add(content, "media:description", media.description, type="plain")
        _describe(content, media)


def _content(parent: Element, media: Media) -> Element:
    return add(
        parent,
        "media:content",
        url=web(media.url),
        type=known_type(media),
        medium=media.medium,
        fileSize=whole(media.length),
        width=whole(media.width),
        height=whole(media.height),
        duration=whole(media.duration),
    )


def _describe(content: Element, media: Media) -> None:
    """Inside the media:content, so that each picture keeps its own caption and credit."""
    if media.title:
        add(content, "media:title", media.title, type="plain")
    if media.credit:
        role = {"role": "photographer", "scheme": "urn:ebu"} if media.medium == "image" else {}
        add(content, "media:credit", media.credit, **role)
    if media.copyright:
        add(content, "media:copyright", media.copyright)
    if thumbnail := web(media.thumbnail):
        add(content, "media:thumbnail", url=thumbnail)
