"""Atom 1.0 (RFC 4287)."""

import re
from functools import partial
from html.entities import name2codepoint

from feedsvc.formats._channel import extend_channel, prefixes
from feedsvc.formats._content import authors, own_language, summary
from feedsvc.formats._feedgen import FeedGenerator, add_article, generator
from feedsvc.formats._kept_items import Shape, print_with_kept_items
from feedsvc.formats._labels import authority
from feedsvc.formats._xml import Element, add, qualified
from feedsvc.model.addr_spec import addr_spec
from feedsvc.model.addresses import web
from feedsvc.model.article import Article, Person
from feedsvc.model.feed import Feed, Withdrawal
from feedsvc.model.format import Format

_AMPERSANDS = re.compile(
    rb"<(?:title|subtitle|rights|name|summary|media:title|media:description)\b[^<>]*>[^<]*&amp;[^<]*"
)
"""A plain-text element with an ampersand in it."""
_REFERENCE = re.compile(r"&amp;(#?\w+)")
_NAMES = frozenset(("apos", *name2codepoint))


def render(feed: Feed) -> bytes:
    """The feed as an Atom document. Raises KeyError if it is not published as `atom`."""
    return print_with_kept_items(feed, _SHAPE, _print)


def _print(feed: Feed) -> bytes:
    gone = [told for told in feed.withdrawn if not told.notice]
    used = ("media", *(("at",) if gone else ()), *prefixes(feed))
    made = generator(feed, "atom", used, partial(_extend_feed, feed=feed, gone=gone))
    made.subtitle(feed.description or None)
    made.icon(web(feed.icon) or None)
    made.author(name=feed.author or feed.title)  # for entries without an author (section 4.1.1)
    for article in feed.articles:
        _add_entry(made, feed, article)
    document: bytes = made.atom_str(pretty=True)
    return _AMPERSANDS.sub(_by_number, document)


def _by_number(element: re.Match[bytes]) -> bytes:
    # The same to an XML parser. Others, such as the W3C's validator, would take "&nbsp;" and "Q&A1" for HTML.
    names = _REFERENCE.findall(element[0].decode())
    is_like_html = any(name in _NAMES or not name.isalpha() for name in names)
    return element[0].replace(b"&amp;", b"&#x26;") if is_like_html else element[0]


def _extend_feed(element: Element, feed: Feed, gone: list[Withdrawal]) -> None:
    extend_channel(element, feed, "atom")
    for told in gone:  # tombstones (RFC 6721 section 3): only ids, no content
        add(element, "at:deleted-entry", ref=told.iri, when=told.when.isoformat())


def _add_entry(made: FeedGenerator, feed: Feed, article: Article) -> None:
    entry = add_article(made, feed, article, attached=None, extend=partial(_extend, article=article, feed=feed))
    entry.id(article.iri)
    entry.summary(summary(article))
    entry.author([_person(person) for person in authors(article)])


def _person(person: Person) -> dict[str, str]:
    return {"name": person.name, "email": addr_spec(person.email), "uri": web(person.url)}


def _extend(entry: Element, article: Article, feed: Feed) -> None:
    if tag := own_language(article, feed):
        entry.set(qualified("xml:lang"), tag)


_SHAPE = Shape(
    "atom", b"  <entry", b"  </entry>\n", b"</feed>", lambda feed: (authority(feed), feed.language, feed.full)
)
FORMAT = Format(
    name="atom", filename="atom.xml", type="application/atom+xml", render=render, chained=True, names_hubs=True
)
