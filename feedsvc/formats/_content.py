"""An article as every format tells it: headline, last change, language, text with direction and correction."""

from datetime import datetime

from msgspec.structs import replace

from feedsvc.model.addr_spec import addr_spec
from feedsvc.model.article import Article, Person
from feedsvc.model.feed import Feed
from feedsvc.model.language import direction, language_tag
from feedsvc.model.text import as_html, xml_safe


def headline(article: Article) -> str:
    """The title; the address if it is empty, since RSS and Atom require a title."""
    return article.title or article.url


def summary(article: Article) -> str:
    """The summary as plain text, never empty: without it an entry may have no text, and content:encoded no
    description."""
    return article.summary or headline(article)


def changed(article: Article) -> datetime:
    """The instant of the last change; never before the publication."""
    return max(article.published, article.updated)


def authors(article: Article) -> tuple[Person, ...]:
    """The authors that have a name, which every format requires (RFC 4287 section 3.2.1).

    An address of mail is no name: some readers cut it to pieces, and the feed validator warns of it. An author
    who has no other name is called by the part before the host, whether the address is known as one or not.
    """
    return tuple(_named(person) for person in article.authors if person.name)


def _named(person: Person) -> Person:
    local = addr_spec(person.name).rpartition("@")[0]
    return replace(person, name=local) if local else person


def language(tag: str) -> str:
    """`tag` as RSS, Atom and JSON Feed spell it; empty if it is not a language tag."""
    return language_tag(tag)


def own_language(article: Article, feed: Feed) -> str:
    """The article's language if it differs from the feed's; else empty."""
    own = language(article.language)
    return "" if own.lower() == language(feed.language).lower() else own


def full_text(article: Article, feed: Feed) -> str:
    """The HTML of the article with its correction at the top; empty in a feed of summaries, or without a body."""
    if not feed.full or not article.content.strip():
        return ""
    html = _correction(article) + xml_safe(article.content)
    tag = language(article.language) or language(feed.language)
    return f'<div dir="rtl" lang="{tag}">{html}</div>' if direction(tag) == "rtl" else html


def _correction(article: Article) -> str:
    # Without a label of our own: newsrooms write theirs, in their language.
    note = as_html(article.correction).replace("\n", "<br>")
    return f"<p><strong>{note}</strong></p>" if note else ""
