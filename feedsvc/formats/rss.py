"""RSS 2.0 with the Best Practices Profile of the RSS Advisory Board."""

import re
from functools import partial
from html import escape

from feedsvc.formats import _chain, _webfeeds
from feedsvc.formats._content import authors, changed, own_language, summary
from feedsvc.formats._feedgen import FeedGenerator, add_article, generator
from feedsvc.formats._xml import Element, add
from feedsvc.model.article import Article
from feedsvc.model.feed import Feed
from feedsvc.model.format import Format

_AMPERSANDS = re.compile(rb"<(?!content:)[^<&]*&[^<]*")
"""An element whose text or attributes have escaped characters; content:encoded is HTML, where the name is right."""


def render(feed: Feed) -> bytes:
    """The feed as an RSS 2.0 document. Raises KeyError if it is not published as `rss`."""
    spaces = ("dc", "dcterms", "media", *_webfeeds.prefixes(feed), *_chain.prefixes(feed))
    made = generator(feed, "rss", spaces, partial(_extend_channel, feed=feed))
    made.description(feed.description or feed.title)
    made.docs("https://www.rssboard.org/rss-specification")
    made.ttl(max(1, round(feed.interval / 60)))
    for article in feed.articles:
        _add_item(made, feed, article)
    return _AMPERSANDS.sub(_by_number, made.rss_str(pretty=True))


def _extend_channel(channel: Element, feed: Feed) -> None:
    _webfeeds.add_webfeeds(channel, feed)
    _chain.chain(channel, feed, "rss", namespace="atom")


def _by_number(element: re.Match[bytes]) -> bytes:
    # To a parser of XML the same; others unescape names once too often (profile, character data).
    return element[0].replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;")


def _add_item(made: FeedGenerator, feed: Feed, article: Article) -> None:
    # One enclosure, as the profile asks; the others are among the media elements.
    item = add_article(made, feed, article, attached=1, extend=partial(_extend, article=article, feed=feed))
    item.id(article.id)
    # Readers take a description for HTML: what a summary means as "<" and "&" is escaped once more than XML needs.
    item.description(escape(summary(article), quote=False))


def _extend(item: Element, article: Article, feed: Feed) -> None:
    for person in authors(article):
        add(item, "dc:creator", person.name)  # `author` holds an e-mail address (RSS 2.0, item)
    if tag := own_language(article, feed):
        add(item, "dc:language", tag)
    if changed(article) > article.published:
        add(item, "dcterms:modified", changed(article).isoformat())
        add(item, "atom:updated", changed(article).isoformat())


FORMAT = Format(name="rss", filename="rss.xml", type="application/rss+xml", render=render, chained=True)
