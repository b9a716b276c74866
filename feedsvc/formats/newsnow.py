"""NewsNow (UK), which shows headlines that lead to the stories: an ordinary RSS 2.0 of titles, addresses and dates."""

from functools import partial

from feedsvc.formats._content import headline, summary
from feedsvc.formats._feedgen import Item
from feedsvc.formats._partner import categories, channel, credit, document, guid, link
from feedsvc.formats._rules import own_title
from feedsvc.formats._xml import Element
from feedsvc.model import Article, Feed
from feedsvc.ports import Format, Profile


def render(feed: Feed) -> bytes:
    """The feed as headlines. Raises KeyError if it is not published as `newsnow`."""
    return document(channel(feed, "newsnow", ("dc",)), (_item(article, feed) for article in feed.articles))


def _item(article: Article, feed: Feed) -> Item:
    return Item(
        title=headline(article),
        link=link(article),
        guid=guid(article),
        published=article.published,
        description=summary(article),
        labels=categories(article),
        extend=partial(_extend, article=article, feed=feed),
    )


def _extend(item: Element, article: Article, feed: Feed) -> None:
    credit(item, article, feed)


FORMAT = Format(
    name="newsnow",
    type="application/rss+xml",
    render=render,
    profile=Profile(for_readers=False, rules=(own_title(),), limit=100),
)
