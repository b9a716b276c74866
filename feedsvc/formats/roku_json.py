"""Roku's Direct Publisher JSON (2018), still read by channels made from its template and by third-party builders."""

from datetime import datetime

from msgspec import Struct, json

from feedsvc.formats._content import headline, language
from feedsvc.formats._options import Options, Switch, options
from feedsvc.formats._pictures import at_least_a_second, is_stream
from feedsvc.formats._roku import (
    BITRATE,
    CLIP,
    LONG,
    PICTURE,
    ROOM,
    RULES,
    Genre,
    Rated,
    bitrate,
    genres,
    has_film,
    id_of,
    playable,
    quality,
    short,
    stream_doubts,
    tags,
)
from feedsvc.formats._streams import Stream, streams
from feedsvc.formats._tv import captions
from feedsvc.model.addresses import web
from feedsvc.model.article import Article, Media
from feedsvc.model.feed import Feed
from feedsvc.model.format import Format, Profile
from feedsvc.model.text import shorten, text_of

_KINDS = {
    "application/vnd.apple.mpegurl": "HLS",
    "application/dash+xml": "DASH",
    "video/quicktime": "MOV",
    "video/x-m4v": "M4V",
}


class RokuOptions(Options, frozen=True, kw_only=True):
    live: Switch = True
    """The streams of `[[live]]` are in it."""
    genre: Genre = "news"
    """The genre of films whose section names none."""
    rating: Rated = "TVG"
    """The parental rating of all films, for the United States."""
    categories: Switch = False
    """One row of all, by a tag that every film gets. Channels made from Roku's course show it as an empty row."""


class Video(Struct, omit_defaults=True):
    url: str
    quality: str
    videoType: str
    bitrate: int = 0


class Caption(Struct):
    url: str
    language: str
    captionType: str = "CLOSED_CAPTION"


class Content(Struct, omit_defaults=True):
    dateAdded: datetime
    videos: tuple[Video, ...]
    duration: int = 0
    captions: tuple[Caption, ...] = ()
    language: str = ""
    validityPeriodStart: datetime | None = None
    validityPeriodEnd: datetime | None = None


class Rating(Struct):
    rating: str
    ratingSource: str


class Film(Struct, omit_defaults=True):
    id: str
    title: str
    shortDescription: str
    thumbnail: str
    releaseDate: str
    genres: tuple[str, ...]
    content: Content
    longDescription: str = ""
    tags: tuple[str, ...] = ()
    rating: Rating | None = None


class Category(Struct):
    name: str
    query: str
    order: str = "most_recent"


class Document(Struct, omit_defaults=True):
    providerName: str
    lastUpdated: datetime
    language: str
    shortFormVideos: tuple[Film, ...] = ()
    tvSpecials: tuple[Film, ...] = ()
    liveFeeds: tuple[Film, ...] = ()
    categories: tuple[Category, ...] = ()


def render(feed: Feed) -> bytes:
    """The feed as Direct Publisher JSON."""
    chosen = options(feed, RokuOptions)
    films = [(article, found) for article in feed.articles if (found := playable(article))]
    return json.encode(
        Document(
            providerName=feed.author or feed.title,
            lastUpdated=feed.updated,
            language=language(feed.language) or "en",
            shortFormVideos=tuple(_film(a, feed, chosen) for a, film in films if _is_clip(film)),
            tvSpecials=tuple(_film(a, feed, chosen) for a, film in films if not _is_clip(film)),
            liveFeeds=tuple(_live(stream, chosen) for stream in streams(feed)) if chosen.live else (),
            categories=(Category(name=feed.title[:20].strip(), query=chosen.genre),) if chosen.categories else (),
        )
    )


def _is_clip(films: list[Media]) -> bool:
    return at_least_a_second(films[0]) <= CLIP


def _film(article: Article, feed: Feed, chosen: RokuOptions) -> Film:
    picture = PICTURE.choose(article)
    return Film(
        id=id_of(article),
        title=headline(article),
        shortDescription=short(article),
        longDescription=_long(article),
        thumbnail=web(picture.url) if picture else "",
        releaseDate=article.published.date().isoformat(),
        genres=genres(article, chosen.genre),
        tags=tuple(dict.fromkeys([*tags(article), *([chosen.genre] if chosen.categories else [])])),
        rating=Rating(chosen.rating, "USA_PR"),
        content=_content(article, language(article.language) or language(feed.language) or "en"),
    )


def _long(article: Article) -> str:
    """The long description, which must differ from the short one."""
    text = shorten(text_of(article.content), longest=LONG)
    return text if text != short(article) else ""


def _content(article: Article, tag: str) -> Content:
    films = playable(article)
    return Content(
        dateAdded=article.published,
        videos=tuple(_video(film) for film in films if is_stream(film) or bitrate(film)),
        duration=at_least_a_second(films[0]),
        captions=tuple(Caption(url, tag) for url, _ in captions(article)),
        language=tag,
        validityPeriodStart=article.published if article.expires else None,
        validityPeriodEnd=article.expires,
    )


def _video(film: Media) -> Video:
    kind = _KINDS.get(film.type, "MP4")
    return Video(web(film.url), quality(film), kind, 0 if is_stream(film) else bitrate(film))


def _live(stream: Stream, chosen: RokuOptions) -> Film:
    kind = _KINDS.get(stream.type, "MP4")
    return Film(
        id=stream.live.id,
        title=stream.live.title,
        shortDescription=stream.description[:200],
        thumbnail=stream.picture.url,
        releaseDate=stream.since.date().isoformat(),
        genres=(chosen.genre,),
        rating=Rating(chosen.rating, "USA_PR"),
        content=Content(dateAdded=stream.since, videos=(Video(stream.url, "FHD", kind),), language=stream.tag or "en"),
    )


FORMAT = Format(
    name="roku-json",
    type="application/json",
    render=render,
    profile=Profile(
        for_readers=False,
        options=RokuOptions,
        irrelevant=has_film,
        feed_warnings=stream_doubts,
        rules=(*RULES, BITRATE),
        limit=150,
        max_bytes=ROOM,
    ),
)
