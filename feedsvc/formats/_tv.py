"""Elements that video players (Roku's and others) read: Media RSS and Dublin Core."""

from feedsvc.formats._media import on_the_web
from feedsvc.formats._xml import Element, add
from feedsvc.model.addresses import uri, web
from feedsvc.model.article import Article, Media
from feedsvc.model.feed import Feed
from feedsvc.model.media_types import guess

_SUBRIP = "application/x-subrip"


def add_next(channel: Element, feed: Feed) -> None:
    """Adds the link to the next document of a paged feed (RFC 5005 section 3)."""
    if feed.next:
        add(channel, "atom:link", rel="next", type=feed.links[0].type, href=uri(feed.next))


def add_thumbnail(parent: Element, picture: Media) -> None:
    add(parent, "media:thumbnail", url=web(picture.url), width=picture.width, height=picture.height)


def captions(article: Article) -> list[tuple[str, str]]:
    """The address and media type of each caption file of the article's videos and audio."""
    urls = dict.fromkeys(web(media.captions) for media in on_the_web(article) if web(media.captions))
    return [(url, _SUBRIP if guess(url.partition("?")[0]) == _SUBRIP else "text/vtt") for url in urls]


def add_captions(item: Element, article: Article, tag: str) -> None:
    for url, kind in captions(article):
        add(item, "media:subTitle", href=url, lang=tag, type=kind)


def add_validity(item: Element, article: Article) -> None:
    if article.expires is not None:
        start, end = article.published.isoformat(), article.expires.isoformat()
        add(item, "dcterms:valid", f"start={start}; end={end}; scheme=W3C-DTF")
