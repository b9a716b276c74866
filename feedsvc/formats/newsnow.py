"""NewsNow (UK), which shows headlines that link to the stories: plain RSS 2.0 of titles, addresses and dates."""

from functools import partial

from feedsvc.formats._feedgen import Item
from feedsvc.formats._partner import NoOptions, add_creators, article_item, rss_format
from feedsvc.formats._rules import own_title
from feedsvc.model.article import Article
from feedsvc.model.feed import Feed
from feedsvc.model.format import Profile


def _item(article: Article, feed: Feed, _options: NoOptions) -> Item:
    return article_item(article, partial(add_creators, article=article, feed=feed))


FORMAT = rss_format(
    "newsnow",
    _item,
    prefixes=("dc",),
    options=NoOptions,
    profile=Profile(for_readers=False, rules=(own_title(),), limit=100),
)
