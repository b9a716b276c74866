"""The parts of an article that all formats share: headline, last change, language, text with direction and
correction."""

from datetime import datetime

from msgspec.structs import replace

from feedsvc.model.addr_spec import addr_spec
from feedsvc.model.article import Article, Person
from feedsvc.model.feed import Feed
from feedsvc.model.language import direction, language_tag
from feedsvc.model.text import as_html, xml_safe


def headline(article: Article) -> str:
    """The title; the address if the title is empty, since RSS and Atom require one."""
    return article.title or article.url


def summary(article: Article) -> str:
    """The summary as plain text, never empty: without it an entry may have no text, and content:encoded no
    description."""
    return article.summary or headline(article)


def changed(article: Article) -> datetime:
    """The instant of the last change; never before the publication."""
    return max(article.published, article.updated)


def authors(article: Article) -> tuple[Person, ...]:
    """The authors with a name, which every format requires (RFC 4287 section 3.2.1).

    An e-mail address is not a name: some readers truncate it, and the feed validator warns of it. If the name is an
    address, the part before the host is used, whether or not it is also known as the author's address.
    """
    return tuple(_named(person) for person in article.authors if person.name)


def _named(person: Person) -> Person:
    local = addr_spec(person.name).rpartition("@")[0]
    return replace(person, name=local) if local else person


def language(tag: str) -> str:
    """`tag` as RSS, Atom and JSON Feed require it; empty if it is not a language tag."""
    return language_tag(tag)


def own_language(article: Article, feed: Feed) -> str:
    """The article's language if it differs from the feed's; otherwise empty."""
    own = language(article.language)
    return "" if own.lower() == language(feed.language).lower() else own


def full_text(article: Article, feed: Feed) -> str:
    """The HTML of the article with its correction at the top; empty in a feed of summaries, or if there is no body."""
    if not feed.full or not article.content.strip():
        return ""
    html = _correction(article) + xml_safe(article.content)
    tag = language(article.language) or language(feed.language)
    return f'<div dir="rtl" lang="{tag}">{html}</div>' if direction(tag) == "rtl" else html


def _correction(article: Article) -> str:
    # No label is added: newsrooms write their own, in their language.
    note = as_html(article.correction).replace("\n", "<br>")
    return f"<p><strong>{note}</strong></p>" if note else ""
