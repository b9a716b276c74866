"""Roku's Search feed (version 1 of its schema): the videos of a published channel, for Roku's search.

It has had no live streams since September 2023, and never had pictures.
"""

from typing import Annotated

from msgspec import Struct, field, json

from feedsvc.formats._content import headline, language
from feedsvc.formats._options import Options, one_of, options
from feedsvc.formats._pictures import JPEG_PNG, WIDE, Wanted, at_least_a_second
from feedsvc.formats._roku import CLIP, GENRES, LONG, RULES, Rated, clip, genres, has_film, id_of, quality, short, tags
from feedsvc.formats._rules import picture, title
from feedsvc.model.addresses import uri, web
from feedsvc.model.article import Article, Media
from feedsvc.model.feed import Feed
from feedsvc.model.format import Format, Profile
from feedsvc.model.text import shorten, text_of

PICTURE = Wanted(800, 450, WIDE, most=(1920, 1080), types=(*JPEG_PNG, "image/gif"))
_COUNTRIES = "ar at au bo br ca cl co cr de ec es fr gb gt hn ie mx ni pa pe sv us"
COUNTRIES = frozenset(_COUNTRIES.split())
_LANGUAGES = (
    "af am ar as az be bg bh bn bo bs ca cs cy da de dv dz el en es et eu fa ff fi fo fr fy ga gd gl gn "
    "gu ha he hi hr ht hu hy id ig ii ik is it iu ja ka kk km kn ko kr ks ku ky la lo lt lv mg mk ml mn "
    "mr ms mt my nd ne nl no om or pa pl ps pt qu rm rn ro ru rw sa sd se si sk sl sn so sq sr st sv sw "
    "ta te tg th ti tk tn tr ts tt ty uk ur uz ve vi xh yi yo zh zu"
)
LANGUAGES = frozenset(_LANGUAGES.split())
Country = Annotated[str, one_of(COUNTRIES)]
SearchGenre = Annotated[str, one_of(GENRES | {"politics", "weather", "travel", "newsmagazine", "public affairs"})]


class SearchOptions(Options, frozen=True, kw_only=True):
    countries: tuple[Country, ...] = ("us",)
    """The countries in which the films can be played, as ISO 3166 codes."""
    genre: SearchGenre = "news"
    """The genre of films whose section names none."""
    rating: Rated = "TVG"
    """The parental rating of all films, for the United States."""


class Said(Struct):
    value: str
    languages: tuple[str, ...]


class Rating(Struct):
    source: str
    value: str


class Image(Struct):
    url: str
    languages: tuple[str, ...]
    type: str = "main"


class Available(Struct):
    country: tuple[str, ...]


class PlayOption(Struct, omit_defaults=True):
    quality: str
    playId: str
    availabilityStartTime: str
    availabilityInfo: Available
    availabilityEndTime: str = ""
    license: str = field(default_factory=lambda: "free")


class Content(Struct):
    playOptions: tuple[PlayOption, ...]


class Asset(Struct, omit_defaults=True):
    id: str
    type: str
    titles: tuple[Said, ...]
    shortDescriptions: tuple[Said, ...]
    releaseDate: str
    genres: tuple[str, ...]
    advisoryRatings: tuple[Rating, ...]
    images: tuple[Image, ...]
    durationInSeconds: int
    content: Content
    longDescriptions: tuple[Said, ...] = ()
    tags: tuple[str, ...] = ()


class Document(Struct, omit_defaults=True):
    version: str
    defaultLanguage: str
    defaultAvailabilityCountries: tuple[str, ...]
    assets: tuple[Asset, ...]
    nextPageUrl: str = ""


def render(feed: Feed) -> bytes:
    """The feed as Roku's Search feed."""
    chosen = options(feed, SearchOptions)
    return json.encode(
        Document(
            version="1",
            defaultLanguage=_two(feed.language),
            defaultAvailabilityCountries=chosen.countries or ("us",),
            assets=tuple(_asset(article, film, feed, chosen) for article in feed.articles if (film := clip(article))),
            nextPageUrl=uri(feed.next),
        )
    )


def _two(tag: str) -> str:
    """The language as an ISO 639-1 code in lower case; empty if the schema does not accept it."""
    code = language(tag).partition("-")[0].lower()
    return code if code in LANGUAGES else "en"


def _asset(article: Article, film: Media, feed: Feed, chosen: SearchOptions) -> Asset:
    shown = PICTURE.choose(article)
    languages = (_two(article.language or feed.language),)
    seconds = at_least_a_second(film)
    text = shorten(text_of(article.content), longest=LONG)
    return Asset(
        id=id_of(article),
        type="shortForm" if seconds <= CLIP else "tvSpecial",
        titles=(Said(headline(article), languages),),
        shortDescriptions=(Said(short(article), languages),),
        longDescriptions=(Said(text, languages),) if text else (),
        releaseDate=article.published.date().isoformat(),
        genres=genres(article, chosen.genre),
        tags=tags(article),
        advisoryRatings=(Rating("USA_PR", chosen.rating),),
        images=(Image(web(shown.url), languages),) if shown else (),
        durationInSeconds=seconds,
        content=Content((_option(article, quality(film).lower(), chosen),)),
    )


def _option(article: Article, quality: str, chosen: SearchOptions) -> PlayOption:
    return PlayOption(
        quality=quality,
        playId=id_of(article),
        availabilityStartTime=_instant(article.published.isoformat()),
        availabilityEndTime=_instant(article.expires.isoformat()) if article.expires else "",
        availabilityInfo=Available(chosen.countries or ("us",)),
    )


def _instant(iso: str) -> str:
    return iso.replace("+00:00", "Z")


_TITLE = title(1, 200)

FORMAT = Format(
    name="roku-search",
    type="application/json",
    render=render,
    profile=Profile(
        for_readers=False,
        options=SearchOptions,
        irrelevant=has_film,
        rules=(*RULES, _TITLE, picture(PICTURE)),
        limit=1000,
        page_size=5000,
    ),
)
