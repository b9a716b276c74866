"""NewsNow (UK), which shows headlines that lead to the stories: an ordinary RSS 2.0 of titles, addresses and dates."""

from functools import partial

from feedsvc.formats._partner import channel, credit, document, told
from feedsvc.formats._rules import own_title
from feedsvc.model.feed import Feed
from feedsvc.model.format import Format, Profile


def render(feed: Feed) -> bytes:
    """The feed as headlines. Raises KeyError if it is not published as `newsnow`."""
    items = (told(article, partial(credit, article=article, feed=feed)) for article in feed.articles)
    return document(channel(feed, "newsnow", ("dc",)), items)


FORMAT = Format(
    name="newsnow",
    type="application/rss+xml",
    render=render,
    profile=Profile(for_readers=False, rules=(own_title(),), limit=100),
)
