"""RSS 2.0 with the Best Practices Profile of the RSS Advisory Board."""

from functools import partial

from feedsvc.formats._channel import extend_channel, prefixes
from feedsvc.formats._content import authors, changed, own_language, summary
from feedsvc.formats._feedgen import FeedGenerator, add_article, generator, rss_document
from feedsvc.formats._kept_items import Shape, print_with_kept_items
from feedsvc.formats._labels import authority
from feedsvc.formats._xml import Element, add
from feedsvc.model.article import Article
from feedsvc.model.feed import Feed
from feedsvc.model.format import Format
from feedsvc.model.text import as_html, as_html_or_text


def render(feed: Feed) -> bytes:
    """The feed as an RSS 2.0 document. Raises KeyError if it is not published as `rss`."""
    return print_with_kept_items(feed, _SHAPE, _print)


def _print(feed: Feed) -> bytes:
    spaces = ("dc", "dcterms", "media", *prefixes(feed))
    made = generator(feed, "rss", spaces, partial(extend_channel, feed=feed, format="rss", namespace="atom"))
    made.description(as_html_or_text(feed.description or feed.title))
    made.docs("https://www.rssboard.org/rss-specification")
    made.ttl(max(1, round(feed.interval / 60)))
    for article in feed.articles:
        _add_item(made, feed, article)
    return rss_document(made)


def _add_item(made: FeedGenerator, feed: Feed, article: Article) -> None:
    # One enclosure, as the profile requires; the others are in media elements.
    item = add_article(made, feed, article, attached=1, extend=partial(_extend, article=article, feed=feed))
    item.id(article.id)
    # Readers interpret a description as HTML, so "<" and "&" of a summary are escaped once more than XML requires.
    item.description(as_html(summary(article)))


def _extend(item: Element, article: Article, feed: Feed) -> None:
    for person in authors(article):
        add(item, "dc:creator", person.name)  # `author` would be an e-mail address (RSS 2.0, item)
    if tag := own_language(article, feed):
        add(item, "dc:language", tag)
    if changed(article) > article.published:
        add(item, "dcterms:modified", changed(article).isoformat())
        add(item, "atom:updated", changed(article).isoformat())


_SHAPE = Shape(
    "rss",
    b"    <item>\n",
    b"    </item>\n",
    b"  </channel>\n</rss>",
    lambda feed: (authority(feed), feed.language, feed.full),
)
FORMAT = Format(
    name="rss", filename="rss.xml", type="application/rss+xml", render=render, chained=True, names_hubs=True
)
