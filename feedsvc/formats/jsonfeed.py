"""JSON Feed 1.1 (jsonfeed.org): the structures in the order of the specification, and the functions that fill them."""

from collections import Counter
from datetime import datetime

from msgspec import Struct, json

from feedsvc.formats._content import authors, changed, full_text, headline, language, own_language, summary
from feedsvc.formats._labels import names
from feedsvc.formats._media import enclosures, on_the_web, some_type, whole
from feedsvc.model.addresses import uri, web
from feedsvc.model.article import Article, Media
from feedsvc.model.feed import Feed, link_of
from feedsvc.model.format import Format


class Author(Struct, omit_defaults=True):
    name: str
    url: str = ""


class Attachment(Struct, omit_defaults=True):
    url: str
    mime_type: str
    title: str = ""
    size_in_bytes: int | None = None
    duration_in_seconds: int | None = None


class Item(Struct, omit_defaults=True):
    id: str
    url: str
    title: str
    content_html: str = ""
    content_text: str = ""
    summary: str = ""
    image: str = ""
    date_published: datetime | None = None
    date_modified: datetime | None = None
    authors: tuple[Author, ...] = ()
    tags: tuple[str, ...] = ()
    language: str = ""
    attachments: tuple[Attachment, ...] = ()


class Hub(Struct):
    type: str
    url: str


class Document(Struct, omit_defaults=True):
    version: str
    title: str
    home_page_url: str
    feed_url: str
    items: tuple[Item, ...]
    description: str = ""
    next_url: str = ""
    icon: str = ""
    favicon: str = ""
    authors: tuple[Author, ...] = ()
    language: str = ""
    hubs: tuple[Hub, ...] = ()


def render(feed: Feed) -> bytes:
    """The feed as a JSON Feed. Raises KeyError if it is not published as `json`."""
    return json.encode(
        Document(
            version="https://jsonfeed.org/version/1.1",
            title=feed.title,
            home_page_url=uri(feed.home),
            feed_url=uri(feed.link("json").href),
            items=tuple(_item(article, feed) for article in feed.articles),
            description=feed.description,
            next_url=uri(older.href) if (older := link_of(feed.older, "json")) else "",
            icon=web(feed.logo),
            favicon=web(feed.icon),
            authors=(Author(name=feed.author),) if feed.author else (),
            language=language(feed.language),
            hubs=tuple(Hub(type="WebSub", url=hub) for hub in feed.hubs),
        )
    )


def _item(article: Article, feed: Feed) -> Item:
    html = full_text(article, feed)
    return Item(
        id=article.id,
        url=uri(article.url),
        title=headline(article),
        content_html=html,
        content_text="" if html else summary(article),  # one of the two is required
        summary=summary(article),
        image=next((web(media.url) for media in on_the_web(article) if media.medium == "image"), ""),
        date_published=article.published,
        date_modified=changed(article) if changed(article) > article.published else None,
        authors=tuple(Author(name=person.name, url=web(person.url)) for person in authors(article)),
        tags=names(article),
        language=own_language(article, feed),
        attachments=_attachments(enclosures(article)),
    )


def _attachments(media: list[Media]) -> tuple[Attachment, ...]:
    titles = Counter(each.title for each in media)
    return tuple(
        Attachment(
            url=web(each.url),
            mime_type=some_type(each),
            title=each.title if titles[each.title] == 1 else "",  # equal titles mean two forms of one attachment
            size_in_bytes=whole(each.length),
            duration_in_seconds=whole(each.duration),
        )
        for each in media
    )


FORMAT = Format(
    name="json", filename="feed.json", type="application/feed+json", render=render, chained=True, names_hubs=True
)
