"""Media RSS as Roku's channels read it: dates in ISO 8601, which no other reader of RSS takes.

Not valid RSS 2.0 therefore, by Roku's own wish: pubDate and lastBuildDate are ISO 8601, and media:content has its
picture inside and beside it, because Roku's templates look in one place each. The W3C validator does not know
media:subTitle either.
"""

from datetime import datetime
from functools import partial

from feedsvc.formats._content import headline, language
from feedsvc.formats._feedgen import Item
from feedsvc.formats._options import Count, Options, Switch, options
from feedsvc.formats._partner import channel, document, link
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
from feedsvc.formats._uri import web
from feedsvc.formats._xml import Element, add
from feedsvc.model.article import Article, ArticleCopy, Media
from feedsvc.model.feed import Feed
from feedsvc.model.format import Format, Profile


class RokuOptions(Options, frozen=True, kw_only=True):
    pictures: Switch = True
    """Articles without a film are shown by their picture, which channels of pictures play."""
    seconds: Count = 10
    """For how long a picture is shown."""
    live: Switch = True
    genre: Genre = "news"


def render(feed: Feed) -> bytes:
    """The feed as Roku's MRSS. Raises KeyError if it is not published as `roku-mrss`."""
    chosen = options(feed, RokuOptions)
    made = channel(feed, "roku-mrss", ("dcterms", "media"), partial(_date, name="lastBuildDate", value=feed.updated))
    live = [_live(stream, chosen) for stream in streams(feed)] if chosen.live else []
    return document(made, [*live, *(_item(article, feed, chosen) for article in feed.articles)])


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
    content = _content(item, clip(article), picture, tag, chosen.seconds)
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


def _content(item: Element, film: Media | None, picture: Media | None, tag: str, seconds: int) -> Element | None:
    """The one media:content, for Roku's client takes the last: the film, or else the picture."""
    shown = film or picture
    return shown and add(
        item,
        "media:content",
        url=web(shown.url),
        type=shown.type,
        medium=shown.medium,
        duration=at_least_a_second(film) if film else seconds,
        bitrate=bitrate(film) if film and not is_stream(film) else None,
        lang=tag,
    )


def _live(stream: Stream, chosen: RokuOptions) -> Item:
    def extend(item: Element) -> None:
        _date(item, "pubDate", stream.since)
        _describe(item, stream.live.title, stream.description[:200], (chosen.genre,), ())
        stream.add_content(item, expression="nonstop")

    return stream.item(extend)


def _suits(copy: ArticleCopy, given: dict[str, object]) -> str:
    if options(given, RokuOptions).pictures and any(media.medium == "image" for media in copy.media):
        return ""
    return has_film(copy, given)


FORMAT = Format(
    name="roku-mrss",
    type="application/rss+xml",
    render=render,
    profile=Profile(
        for_readers=False,
        options=RokuOptions,
        irrelevant=_suits,
        feed_warnings=stream_doubts,
        rules=RULES,
        limit=150,
        max_bytes=ROOM,
    ),
)
