"""Flipboard: excerpts, each with a large picture as its enclosure."""

from functools import partial

from feedsvc.formats._content import full_text, summary
from feedsvc.formats._feedgen import Item
from feedsvc.formats._options import Options, Switch
from feedsvc.formats._partner import add_creators, add_picture, article_item, rss_format
from feedsvc.formats._pictures import Wanted, sized
from feedsvc.formats._rules import length, own_title, picture, picture_size
from feedsvc.formats._xml import Element
from feedsvc.model.article import Article
from feedsvc.model.feed import Feed
from feedsvc.model.format import Profile
from feedsvc.model.text import shorten, text_of

PICTURE = Wanted(500, 500)
LEAST, MOST = 300, 600
"""Minimum and maximum characters of an excerpt."""


class FlipboardOptions(Options, frozen=True, kw_only=True):
    full: Switch = False
    """The whole text too, which Flipboard no longer asks for."""


def _item(article: Article, feed: Feed, chosen: FlipboardOptions) -> Item:
    return article_item(article, partial(_extend, article=article, feed=feed))._replace(
        description=excerpt(article),
        html=full_text(article, feed) if chosen.full else "",
        enclosure=PICTURE.choose(article),
    )


def excerpt(article: Article, _feed: Feed | None = None) -> str:
    """The summary if it is long enough, else the start of the text."""
    text = summary(article)
    return text if len(text) >= LEAST else max(text, shorten(text_of(article.content), longest=MOST), key=len)


def _extend(item: Element, article: Article, feed: Feed) -> None:
    add_creators(item, article, feed)
    if shown := PICTURE.choose(article):
        add_picture(item, sized(shown))  # an enclosure has no width and height


FORMAT = rss_format(
    "flipboard",
    _item,
    prefixes=("dc", "media"),
    options=FlipboardOptions,
    profile=Profile(
        for_readers=False,
        rules=(
            own_title(),
            picture(PICTURE),
            picture_size(PICTURE),
            length("an excerpt", excerpt, LEAST, 0, "write a longer summary", hard=False),
        ),
        limit=30,
        min_items=20,
    ),
)
