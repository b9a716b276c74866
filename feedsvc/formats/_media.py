"""Images, audio and video: the enclosures among them, and all of them as Media RSS 1.5.1."""

from feedsvc.formats._xml import Element, add
from feedsvc.model.addresses import web
from feedsvc.model.article import Article, Media
from feedsvc.model.media_types import clean

_RANK = {"video": 0, "audio": 1, "image": 2, "document": 3}


def on_the_web(article: Article) -> tuple[Media, ...]:
    """The media that a reader can fetch, in the article's order."""
    return tuple(media for media in article.media if web(media.url))


def enclosures(article: Article) -> list[Media]:
    """The same media, in the order video, audio, images: podcast players take only the first."""
    return sorted(on_the_web(article), key=lambda media: _RANK[media.medium])


def known_type(media: Media) -> str:
    """The media type; empty if it is invalid."""
    return clean(media.type)


def some_type(media: Media) -> str:
    """The media type where a format requires one: `application/octet-stream` if unknown (RFC 2046 section 4.5.1)."""
    return known_type(media) or "application/octet-stream"


def whole(number: float | None) -> int | None:
    """A size or duration as an integer; None if it is not usable, such as NaN."""
    return round(number) or None if number is not None and 0 < number < 2**53 else None


def add_media(parent: Element, article: Article, *, captions: bool) -> None:
    """Adds one media:content for each image, audio or video.

    They are siblings: a group is for several forms of one object. `captions` is False in an entry without full text:
    feedparser, and readers built on it, would take a caption for the text.
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
    """Adds the description inside media:content, so that each image keeps its own caption and credit."""
    if media.title:
        add(content, "media:title", media.title, type="plain")
    if media.credit:
        role = {"role": "photographer", "scheme": "urn:ebu"} if media.medium == "image" else {}
        add(content, "media:credit", media.credit, **role)
    if media.copyright:
        add(content, "media:copyright", media.copyright)
    if thumbnail := web(media.thumbnail):
        add(content, "media:thumbnail", url=thumbnail)
