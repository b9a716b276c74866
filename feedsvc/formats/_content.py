"""An article as every format tells it: headline, last change, language, text with direction and correction."""

import re
from datetime import datetime
from functools import lru_cache
from html import escape

from feedsvc.model.article import Article, Person
from feedsvc.model.feed import Feed
from feedsvc.model.language import direction
from feedsvc.model.text import xml_safe

_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def headline(article: Article) -> str:
    """The title, which RSS and Atom cannot do without; the address stands in for an empty one."""
    return article.title or article.url


def summary(article: Article) -> str:
    """Plain text, never empty: without it an entry may have no text at all, and content:encoded no description."""
    return article.summary or headline(article)


def changed(article: Article) -> datetime:
    """When the article last changed; never before it was published."""
    return max(article.published, article.updated)


def authors(article: Article) -> tuple[Person, ...]:
    """Those who have a name, which every format demands (RFC 4287 section 3.2.1)."""
    return tuple(person for person in article.authors if person.name)


@lru_cache(256)  # a few, of every article again
def language(tag: str) -> str:
    """`tag` as RSS, Atom and JSON Feed spell it, `en-US` for `en_US`; nothing for what is none (BCP 47)."""
    dashed = tag.replace("_", "-")
    return dashed if _TAG.fullmatch(dashed) else ""


def own_language(article: Article, feed: Feed) -> str:
    """The article's language if it is not the feed's, else nothing."""
    own = language(article.language)
    return "" if own.lower() == language(feed.language).lower() else own


def full_text(article: Article, feed: Feed) -> str:
    """The HTML of the article with its correction at the top; empty in a feed of summaries, and without a body."""
    if not feed.full or not article.content.strip():
        return ""
    html = _correction(article) + xml_safe(article.content)
    tag = language(article.language) or language(feed.language)
    return f'<div dir="rtl" lang="{tag}">{html}</div>' if direction(tag) == "rtl" else html


def _correction(article: Article) -> str:
    # Without a label of our own: newsrooms write theirs, in their language.
    note = escape(article.correction, quote=False).replace("\n", "<br>")
    return f"<p><strong>{note}</strong></p>" if note else ""
