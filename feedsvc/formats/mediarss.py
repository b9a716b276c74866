"""RSS with Media RSS 1.5.1 for players, television and video networks: every image, audio and video with its metadata.

The public RSS has the same elements inside media:content; players look for title, description and picture in the item
as well. Comcast and Fire TV read this form, and Google's ad manager its paging. The W3C validator does not know
media:subTitle, which is new in 1.5.
"""

from functools import partial
from typing import Annotated, Literal

from msgspec import Meta

from feedsvc.formats._content import headline, language, summary
from feedsvc.formats._feedgen import Item
from feedsvc.formats._media import add_media, enclosures, on_the_web
from feedsvc.formats._options import Options, Words
from feedsvc.formats._partner import ChannelElements, add_creators, add_modified, article_item, rss_format
from feedsvc.formats._pictures import Wanted, sized
from feedsvc.formats._streams import Stream, streams
from feedsvc.formats._tv import add_captions, add_next, add_thumbnail, add_validity
from feedsvc.formats._xml import Element, add
from feedsvc.model.addresses import web
from feedsvc.model.article import Article, ArticleCopy
from feedsvc.model.feed import Feed
from feedsvc.model.format import Profile, Rule

_PICTURE = Wanted()


_SIMPLE = ("adult", "nonadult")
Rating = Annotated[
    Literal["nonadult", "adult", "tv-y", "tv-y7", "tv-g", "tv-pg", "tv-14", "tv-ma"],
    Meta(description='"nonadult", "adult", or one of television, such as "tv-g"'),
]


class MediaOptions(Options, frozen=True, kw_only=True):
    rating: Rating = "nonadult"
    """For whom the media are."""
    countries: tuple[Words, ...] = ()
    """ISO 3166 codes of those where the media may be shown; everywhere if there are none."""


def _item(article: Article, feed: Feed, chosen: MediaOptions) -> Item:
    first = enclosures(article)
    item = article_item(article, partial(_extend, article=article, feed=feed, chosen=chosen))
    return item._replace(enclosure=first[0] if first else None)


def _extend(item: Element, article: Article, feed: Feed, chosen: MediaOptions) -> None:
    add_creators(item, article, feed)
    add_modified(item, article)
    add_media(item, article, captions=True)
    add(item, "media:title", headline(article), type="plain")
    add(item, "media:description", summary(article), type="plain")
    if keywords := ", ".join(article.tags[:10]):
        add(item, "media:keywords", keywords)
    if picture := _PICTURE.choose(article):
        add_thumbnail(item, sized(picture))
    add_captions(item, article, language(article.language) or language(feed.language))
    add_validity(item, article)
    _rate(item, chosen)


def _rate(item: Element, chosen: MediaOptions) -> None:
    scheme = "urn:simple" if chosen.rating in _SIMPLE else "urn:v-chip"
    add(item, "media:rating", chosen.rating, scheme=scheme)
    if chosen.countries:
        add(item, "media:restriction", " ".join(chosen.countries), relationship="allow", type="country")


def _live(stream: Stream, chosen: MediaOptions) -> Item:
    def extend(item: Element) -> None:
        stream.add_content(item, expression="nonstop", isDefault="true")
        _rate(item, chosen)

    return stream.item(extend)


def _without_media(copy: ArticleCopy, _options: dict[str, object]) -> str:
    return "" if any(media.medium != "document" for media in copy.media) else "it has neither picture, sound nor film"


def _none_on_the_web(article: Article, _feed: Feed) -> str:
    return "" if on_the_web(article) else "no media that can be fetched"


_FETCHED = Rule(requirement="a medium on the web", violation=_none_on_the_web, remedy="give it an http(s) address")
_POSTER = Rule(
    requirement="a picture for each film",
    violation=lambda article, _: (
        "a film without a picture" if _has_film(article) and not _PICTURE.choose(article) else ""
    ),
    remedy="add a picture, or a thumbnail to the film",
    hard=False,
)


def _has_film(article: Article) -> bool:
    return any(media.medium == "video" and web(media.url) for media in article.media)


FORMAT = rss_format(
    "mediarss",
    _item,
    prefixes=("dc", "dcterms", "media"),
    options=MediaOptions,
    channel=ChannelElements(lambda channel, feed, _: add_next(channel, feed)),
    before=lambda feed, chosen: (_live(stream, chosen) for stream in streams(feed)),
    profile=Profile(irrelevant=_without_media, rules=(_FETCHED, _POSTER), limit=100, page_size=100),
)
