"""Flipboard: excerpts of some length, each with a large picture as its enclosure."""

from functools import partial

from feedsvc.formats._content import full_text, summary
from feedsvc.formats._feedgen import Item
from feedsvc.formats._options import Options, Switch, options
from feedsvc.formats._partner import add_picture, channel, credit, document, told
from feedsvc.formats._pictures import Wanted, sized
from feedsvc.formats._rules import length, own_title, picture, picture_size, plain
from feedsvc.formats._xml import Element
from feedsvc.model.article import Article
from feedsvc.model.feed import Feed
from feedsvc.model.format import Format, Profile
from feedsvc.model.text import shorten

PICTURE = Wanted(500, 500)
LEAST, MOST = 300, 600
"""Characters of an excerpt."""


class FlipboardOptions(Options, frozen=True, kw_only=True):
    full: Switch = False
    """The whole text too, which Flipboard no longer asks for."""


def render(feed: Feed) -> bytes:
    """The feed as Flipboard wants it. Raises KeyError if it is not published as `flipboard`."""
    chosen = options(feed, FlipboardOptions)
    made = channel(feed, "flipboard", ("dc", "media"))
    return document(made, (_item(article, feed, chosen) for article in feed.articles))


def _item(article: Article, feed: Feed, chosen: FlipboardOptions) -> Item:
    return told(article, partial(_extend, article=article, feed=feed))._replace(
        description=excerpt(article),
        html=full_text(article, feed) if chosen.full else "",
        enclosure=PICTURE.choose(article),
    )


def excerpt(article: Article, _feed: Feed | None = None) -> str:
    """The summary if it is long enough, else the start of the text."""
    text = summary(article)
    return text if len(text) >= LEAST else max(text, shorten(plain(article.content), longest=MOST), key=len)


def _extend(item: Element, article: Article, feed: Feed) -> None:
    credit(item, article, feed)
    if shown := PICTURE.choose(article):
        add_picture(item, sized(shown))  # an enclosure does not say how large it is


FORMAT = Format(
    name="flipboard",
    type="application/rss+xml",
    render=render,
    profile=Profile(
        for_readers=False,
        options=FlipboardOptions,
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
