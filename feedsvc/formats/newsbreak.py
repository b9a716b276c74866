"""NewsBreak: whole articles in RSS under their clean addresses.

The W3C validator warns of NewsBreak's own namespace, which they want declared even where it is not used.
"""

from functools import partial

from feedsvc.formats._feedgen import Item
from feedsvc.formats._options import Guid, Options, Text, options
from feedsvc.formats._partner import channel, credit, document, edited, guid, led, told
from feedsvc.formats._pictures import Wanted
from feedsvc.formats._rules import own_title, picture, whole_text
from feedsvc.formats._uri import web
from feedsvc.formats._xml import Element, add
from feedsvc.model.article import Article
from feedsvc.model.feed import Feed
from feedsvc.model.format import Format, Profile

PICTURE = Wanted()


class NewsBreakOptions(Options, frozen=True, kw_only=True):
    scripts: Text = ""
    """A measurement script for every article."""
    disclosure: Text = ""
    """That the articles are sponsored, or earn by their links."""
    guid: Guid = "id"


def render(feed: Feed) -> bytes:
    """The feed as NewsBreak wants it. Raises KeyError if it is not published as `newsbreak`."""
    chosen = options(feed, NewsBreakOptions)
    made = channel(feed, "newsbreak", ("dc", "dcterms", "media", "nb"))
    return document(made, (_item(article, feed, chosen) for article in feed.articles))


def _item(article: Article, feed: Feed, chosen: NewsBreakOptions) -> Item:
    return told(article, partial(_extend, article=article, feed=feed, chosen=chosen))._replace(
        guid=guid(article, chosen.guid),
        html=led(article, feed, PICTURE.choose(article)),
    )


def _extend(item: Element, article: Article, feed: Feed, chosen: NewsBreakOptions) -> None:
    credit(item, article, feed)
    edited(item, article)
    if shown := PICTURE.choose(article):
        add(item, "media:thumbnail", url=web(shown.url))
    for name, text in (("nb:scripts", chosen.scripts), ("nb:disclosure", chosen.disclosure)):
        if text:
            add(item, name, text)


FORMAT = Format(
    name="newsbreak",
    type="application/rss+xml",
    render=render,
    profile=Profile(
        for_readers=False,
        options=NewsBreakOptions,
        rules=(own_title(), whole_text(), picture(PICTURE, hard=False)),
        limit=50,
        max_items=100,
    ),
)
