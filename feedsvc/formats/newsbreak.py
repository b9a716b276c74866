"""NewsBreak: whole articles in RSS at their plain addresses.

The W3C validator warns of NewsBreak's own namespace, which NewsBreak requires to be declared even if it is not used.
"""

from functools import partial

from feedsvc.formats._feedgen import Item
from feedsvc.formats._options import Guid, Options, Text
from feedsvc.formats._partner import (
    add_creators,
    add_modified,
    addresses,
    article_item,
    rss_format,
    with_guid,
    with_lead_picture,
)
from feedsvc.formats._pictures import Wanted
from feedsvc.formats._rules import own_title, picture, whole_text
from feedsvc.formats._xml import Element, add
from feedsvc.model.addresses import web
from feedsvc.model.article import Article
from feedsvc.model.feed import Feed
from feedsvc.model.format import Profile

PICTURE = Wanted()


class NewsBreakOptions(Options, frozen=True, kw_only=True):
    scripts: Text = ""
    """A measurement script for every article."""
    disclosure: Text = ""
    """A note that the articles are sponsored, or earn by their links."""
    guid: Guid = "permalink"
    """The permanent address of the page, its address of now, or the article's id."""


def _item(article: Article, feed: Feed, chosen: NewsBreakOptions) -> Item:
    item = article_item(article, partial(_extend, article=article, feed=feed, chosen=chosen))
    whole = with_lead_picture(article, feed, PICTURE.choose(article))
    return with_guid(item._replace(html=whole), addresses(article), feed, chosen.guid)


def _extend(item: Element, article: Article, feed: Feed, chosen: NewsBreakOptions) -> None:
    add_creators(item, article, feed)
    add_modified(item, article)
    if shown := PICTURE.choose(article):
        add(item, "media:thumbnail", url=web(shown.url))
    for name, text in (("nb:scripts", chosen.scripts), ("nb:disclosure", chosen.disclosure)):
        if text:
            add(item, name, text)


FORMAT = rss_format(
    "newsbreak",
    _item,
    prefixes=("dc", "dcterms", "media", "nb"),
    options=NewsBreakOptions,
    profile=Profile(
        for_readers=False,
        rules=(own_title(), whole_text(), picture(PICTURE, hard=False)),
        limit=50,
        max_items=100,
    ),
)
