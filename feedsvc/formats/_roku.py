"""The requirements that all three of Roku's feeds share: a video with its duration, and a wide picture."""

from typing import Annotated

from feedsvc.formats._content import summary
from feedsvc.formats._media import whole
from feedsvc.formats._options import one_of
from feedsvc.formats._pictures import JPEG_PNG, WIDE, Wanted, at_least_a_second, films
from feedsvc.formats._rules import own_title, picture, picture_size
from feedsvc.model.article import Article, ArticleCopy, Media
from feedsvc.model.feed import Feed
from feedsvc.model.format import Rule
from feedsvc.model.media_types import STREAMS
from feedsvc.model.text import shorten

PICTURE = Wanted(800, 450, WIDE, types=JPEG_PNG)
SHORT, LONG, TAG = 200, 500, 20
"""Maximum characters of a short description, of a long one, and of a tag."""
CLIP = 900
"""Maximum seconds of a clip; a longer video is a special."""
ROOM = 512_000
"""Bytes from which Roku's client calls a feed too large. It counts characters, of which there are never more."""
_GENRES = (
    "action adventure animals animated anime children comedy crime documentary drama educational fantasy "
    "faith food fashion gaming health history horror miniseries mystery nature news reality romance "
    "science sitcom special sports thriller technology"
)
GENRES = frozenset(_GENRES.split())
Genre = Annotated[str, one_of(GENRES)]
Rated = Annotated[str, one_of(("TVY", "TVY7", "TVG", "TVPG", "TV14", "TVMA"))]
"""Parental ratings of the United States (USA_PR)."""
_ALIKE = {"sport": "sports", "tech": "technology", "kitchen": "food"}


def id_of(article: Article) -> str:
    """The permanent id in Roku's form: at most 50 letters and digits."""
    return article.key


def short(article: Article) -> str:
    return shorten(summary(article), longest=SHORT)


def genres(article: Article, usual: str) -> tuple[str, ...]:
    """The genres known to Roku among the article's sections and tags, then `usual`; never empty."""
    words = (word.casefold() for word in (*(name for chain in article.sections for name in chain), *article.tags))
    found = [genre for word in words if (genre := _ALIKE.get(word, word)) in GENRES]
    return tuple(dict.fromkeys([*found, usual]))


def tags(article: Article) -> tuple[str, ...]:
    return tuple(tag for tag in article.tags if len(tag) <= TAG)


def playable(article: Article) -> list[Media]:
    """The videos with a known duration."""
    return [film for film in films(article) if at_least_a_second(film)]


def clip(article: Article) -> Media | None:
    return next(iter(playable(article)), None)


def quality(film: Media) -> str:
    height = whole(film.height) or 720
    return "UHD" if height >= 2160 else "FHD" if height >= 1080 else "HD" if height >= 720 else "SD"


def bitrate(film: Media) -> int:
    """The bit rate in kilobits per second; 0 if it cannot be computed."""
    size, seconds = whole(film.length), film.duration
    return max(1, round(size * 8 / seconds / 1000)) if size and seconds and seconds > 0 else 0


def has_film(copy: ArticleCopy, _options: dict[str, object]) -> str:
    return "" if any(media.medium == "video" for media in copy.media) else "it has no film"


def _no_duration(article: Article, _feed: Feed) -> str:
    return "a film of unknown duration" if films(article) and not playable(article) else ""


def _not_fetched(article: Article, _feed: Feed) -> str:
    return "no film that can be fetched" if not films(article) and _has_one(article) else ""


def _has_one(article: Article) -> bool:
    return any(media.medium == "video" for media in article.media)


def _plain_http(article: Article, _feed: Feed) -> str:
    return "a film without https" if any(film.url.lower().startswith("http:") for film in films(article)) else ""


FETCHED = Rule(requirement="a film on the web", violation=_not_fetched, remedy="give it an http(s) address")
DURATION = Rule(
    requirement="a film whose duration is known",
    violation=_no_duration,
    remedy="say its duration in seconds, or put the file beside the article",
)
HTTPS = Rule(requirement="films by https", violation=_plain_http, remedy="give them an https address", hard=False)
RULES = (own_title(), FETCHED, DURATION, picture(PICTURE), picture_size(PICTURE), HTTPS)
"""The rules of every feed of Roku. Each must also handle articles without a video."""


def stream_doubts(feed: Feed) -> tuple[tuple[str, str], ...]:
    """The warnings for streams whose picture is known to violate Roku's requirements."""
    remedy = f"give it {PICTURE}, in [[live]] picture"
    wrong = (live for live in feed.live if PICTURE.wrong(live.picture))
    return tuple((f"the stream {live.title} has another picture than Roku takes", remedy) for live in wrong)


def _no_bitrate(article: Article, _feed: Feed) -> str:
    playing = playable(article)
    unknown = playing and not any(film.type in STREAMS or bitrate(film) for film in playing)
    return "a film of unknown length in bytes, so without a bitrate" if unknown else ""


BITRATE = Rule(
    requirement="a stream, or a file whose bitrate can be told",
    violation=_no_bitrate,
    remedy="say the film's length in bytes, or put the file beside the article",
)
