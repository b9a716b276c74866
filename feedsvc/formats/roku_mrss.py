"""Media RSS for Roku's channels, with dates in ISO 8601, which no other reader of RSS accepts.

By Roku's requirements it is not valid RSS 2.0: pubDate and lastBuildDate are ISO 8601, and media:content has its
picture both inside and beside it, because each of Roku's templates looks in one place only. The W3C validator does not
know media:subTitle either. Only videos and streams are items: Roku's client plays whatever is at media:content@url, and
an image cannot be played.
"""

from datetime import datetime
from functools import partial

from feedsvc.formats._content import headline, language
from feedsvc.formats._feedgen import Item
from feedsvc.formats._options import Count, Options, Switch
from feedsvc.formats._partner import ChannelElements, link, rss_format
from feedsvc.formats._pictures import at_least_a_second, is_stream, sized
from feedsvc.formats._roku import (
    PICTURE,
    ROOM,
    RULES,
    Genre,
    bitrate,
    clip,
    genres,
    has_film,
    id_of,
    short,
    stream_doubts,
    tags,
)
from feedsvc.formats._streams import Stream, streams
from feedsvc.formats._tv import add_captions, add_thumbnail, add_validity
from feedsvc.formats._xml import Element, add
from feedsvc.model.addresses import web
from feedsvc.model.article import Article, Media
from feedsvc.model.feed import Feed
from feedsvc.model.format import Profile


class RokuOptions(Options, frozen=True, kw_only=True):
    pictures: Switch = False
    """Accepted for former versions; changes nothing, as Roku plays whatever an item names."""
    seconds: Count = 0
    """Accepted for former versions; changes nothing."""
    live: Switch = True
    """The streams of `[[live]]` are in it."""
    genre: Genre = "news"
    """The genre of films whose section names none."""


def _date(parent: Element, name: str, value: datetime) -> None:
    for date in parent.findall(name):
        date.text = value.isoformat()


def _item(article: Article, feed: Feed, chosen: RokuOptions) -> Item:
    return Item(
        title=headline(article),
        link=link(article),
        guid=id_of(article),
        published=article.published,
        description=short(article),
        extend=partial(_extend, article=article, feed=feed, chosen=chosen),
    )


def _extend(item: Element, article: Article, feed: Feed, chosen: RokuOptions) -> None:
    _date(item, "pubDate", article.published)
    _describe(item, headline(article), short(article), genres(article, chosen.genre), tags(article))
    picture = PICTURE.choose(article)
    if picture is not None:
        add_thumbnail(item, sized(picture))
    tag = language(article.language) or language(feed.language)
    content = _content(item, clip(article), tag)
    if content is not None and picture is not None:
        add_thumbnail(content, sized(picture))
    add_captions(item, article, tag)
    add_validity(item, article)


def _describe(item: Element, title: str, description: str, categories: tuple[str, ...], words: tuple[str, ...]) -> None:
    add(item, "media:title", title)
    add(item, "media:description", description)
    for category in categories:
        add(item, "media:category", category)
    add(item, "media:keywords", ", ".join(word.replace(",", " ") for word in words or categories))


def _content(item: Element, film: Media | None, tag: str) -> Element | None:
    """Adds the video as the only media:content, since Roku's client takes the last one. Returns None if there is no
    video."""
    return film and add(
        item,
        "media:content",
        url=web(film.url),
        type=film.type,
        medium=film.medium,
        duration=at_least_a_second(film),
        bitrate=None if is_stream(film) else bitrate(film),
        lang=tag,
    )


def _live(stream: Stream, chosen: RokuOptions) -> Item:
    def extend(item: Element) -> None:
        _date(item, "pubDate", stream.since)
        _describe(item, stream.live.title, stream.description[:200], (chosen.genre,), ())
        stream.add_content(item, expression="nonstop")

    return stream.item(extend)


def _doubts(feed: Feed) -> tuple[tuple[str, str], ...]:
    former = [name for name in ("pictures", "seconds") if feed.options.get(name)]
    found = tuple((f"options.{name} has no effect: Roku plays films alone", "take it out") for name in former)
    return (*stream_doubts(feed), *found)


FORMAT = rss_format(
    "roku-mrss",
    _item,
    prefixes=("dcterms", "media"),
    options=RokuOptions,
    channel=ChannelElements(lambda channel, feed, _: _date(channel, "lastBuildDate", feed.updated)),
    before=lambda feed, chosen: (_live(stream, chosen) for stream in streams(feed) if chosen.live),
    profile=Profile(
        for_readers=False,
        irrelevant=has_film,
        feed_warnings=_doubts,
        rules=RULES,
        limit=150,
        max_bytes=ROOM,
    ),
)
