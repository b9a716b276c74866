"""The only importer of feedgen, and the only place that works around its faults; each is explained where it is
handled."""

import re
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from functools import partial
from typing import NamedTuple

from feedgen import entry as _entry
from feedgen import feed as _feed
from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from feedsvc.formats._content import changed, full_text, headline, language
from feedsvc.formats._labels import labels
from feedsvc.formats._media import add_media, enclosures, some_type, whole
from feedsvc.formats._xml import NAMESPACES, Element
from feedsvc.model.addresses import uri, web
from feedsvc.model.article import Article, Media
from feedsvc.model.cleaning import utc_second
from feedsvc.model.feed import Feed
from feedsvc.model.text import as_html

# feedgen's own function sets the locale of the whole process for each date; this one writes the same RFC 822 date.
_entry.formatRFC2822 = _feed.formatRFC2822 = format_datetime

__all__ = ["FeedEntry", "FeedGenerator", "Item", "add_article", "add_item", "generator", "rss_document"]


class _Channel:
    """A feedgen extension that declares the namespaces once, at the root, and lets `extend` add elements that feedgen
    cannot."""

    def __init__(self, prefixes: tuple[str, ...], extend: Callable[[Element], None] | None) -> None:
        self._prefixes = prefixes
        self._extend = extend

    def extend_ns(self) -> dict[str, str]:
        return {prefix: NAMESPACES[prefix] for prefix in self._prefixes}

    def extend_rss(self, rss: Element) -> None:
        if self._extend:
            self._extend(rss[0])

    def extend_atom(self, feed: Element) -> None:
        if self._extend:
            self._extend(feed)


class _Item:
    """A feedgen extension that lets `finish` add elements that feedgen cannot, at the end of the item or entry."""

    links: list[dict[str, str]]
    finish: Callable[[Element], None]

    def extend_rss(self, item: Element) -> None:
        self.finish(item)

    def extend_atom(self, entry: Element) -> None:
        # feedgen's entry.py uses one variable for a link and its element, so only href is written (issues 135 and 143).
        for element, link in zip(entry.iterchildren("link"), self.links, strict=True):
            for name, value in link.items():
                element.set(name, value)
        self.finish(entry)


def generator(
    feed: Feed, format: str, prefixes: tuple[str, ...], extend: Callable[[Element], None] | None = None
) -> FeedGenerator:
    """The feedgen generator with everything of `feed` that RSS and Atom share. `prefixes` are the keys of `NAMESPACES`
    in use; `extend` gets the channel (or the Atom feed) before its first article.

    Each format needs a generator of its own: values that feedgen sets for both at once are right for only one of them.
    Raises KeyError if the feed is not published in `format`.
    """
    made = FeedGenerator()
    made.register_extension("house", partial(_Channel, prefixes, extend), _Item)
    made.generator("feedsvc")
    made.id(feed.id)
    made.title(feed.title)
    made.updated(utc_second(feed.updated))  # feedgen's default is the present instant, with microseconds
    made.language(language(feed.language) or None)
    made.rights(feed.copyright or None)
    made.logo(web(feed.logo) or None)
    own = feed.link(format)
    made.link(href=uri(own.href), rel="self", type=own.type)
    made.link(href=uri(feed.home), rel="alternate", type="text/html")  # last: the channel's link in RSS is the last one
    return made


def add_article(
    made: FeedGenerator, feed: Feed, article: Article, *, attached: int | None, extend: Callable[[Element], None]
) -> FeedEntry:
    """Adds `article` with everything that RSS and Atom share, and at most `attached` enclosures; returns the entry.

    The caller adds id and summary, which differ. `extend` gets the element when it is built.
    """
    entry = made.add_entry(order="append")  # feedgen's own order is the reverse
    entry.title(headline(article))
    entry.published(article.published)
    entry.updated(changed(article))
    entry.category(labels(article, feed))
    links = [_alternate(article), *_enclosures(article)[:attached]]
    entry.link(links)
    if html := full_text(article, feed):
        entry.content(html, type="html")  # escaped in both; "CDATA" would become Atom's type, and fail at "]]>"
    house: _Item = entry.house
    house.links, house.finish = links, partial(_finish, extend=extend, article=article, full=bool(html))
    return entry


def _finish(element: Element, extend: Callable[[Element], None], article: Article, *, full: bool) -> None:
    extend(element)
    add_media(element, article, captions=full)


class Item(NamedTuple):
    """An article in the RSS of one partner. `html` is its whole text, `description` plain text; `extend` adds the
    rest."""

    title: str
    link: str
    guid: str
    published: datetime
    extend: Callable[[Element], None]
    description: str = ""
    html: str = ""
    labels: tuple[str, ...] = ()
    permalink: bool = False
    """True if `guid` is an address that leads to the article."""
    enclosure: Media | None = None


def add_item(made: FeedGenerator, item: Item) -> None:
    """Adds `item` to the channel."""
    entry = made.add_entry(order="append")
    entry.title(item.title)
    entry.guid(item.guid, permalink=item.permalink or item.guid == item.link)
    entry.published(item.published)
    entry.updated(item.published)
    entry.description(as_html(item.description) or None)  # RSS readers interpret it as HTML
    entry.category([{"term": label} for label in item.labels])
    entry.link(href=item.link, rel="alternate")
    if item.enclosure is not None:
        entry.enclosure(web(item.enclosure.url), str(whole(item.enclosure.length) or 0), some_type(item.enclosure))
    if item.html:
        entry.content(item.html, type="html")
    house: _Item = entry.house
    house.finish = item.extend


_TEXTS = re.compile(
    rb"(<(?!content:|webfeeds:|(?:link|guid|url|docs|nb:scripts|snf:analytics)\b)[^<>]*+>)([^<&]*+&[^<]*+)"
)
"""The start tag of an element that is neither HTML, an address nor a script, and its text with escaped characters."""


def rss_document(made: FeedGenerator) -> bytes:
    """The feed as RSS, with `&` and `<` in its texts as numeric references.

    An XML parser sees no difference; some readers unescape named references once too often (Best Practices Profile,
    character data). Addresses keep named references, which even parsers without support for numeric ones understand.
    """
    return _TEXTS.sub(_by_number, made.rss_str(pretty=True))


def _by_number(element: re.Match[bytes]) -> bytes:
    return element[1] + element[2].replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;")


def _alternate(article: Article) -> dict[str, str]:
    return {"href": uri(article.url), "rel": "alternate", "type": "text/html"}


def _enclosures(article: Article) -> list[dict[str, str]]:
    return [
        {"href": web(media.url), "rel": "enclosure", "type": some_type(media)}
        | ({"length": str(length)} if (length := whole(media.length)) else {})
        for media in enclosures(article)
    ]
