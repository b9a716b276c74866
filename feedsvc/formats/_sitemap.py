"""Sitemaps (sitemaps.org protocol 0.9): the parts that both kinds share."""

from collections.abc import Iterable
from datetime import datetime

from lxml import etree

from feedsvc.formats._content import changed
from feedsvc.formats._xml import NAMESPACES, Element, add, qualified
from feedsvc.model.addresses import uri
from feedsvc.model.article import Article, ArticleCopy
from feedsvc.model.feed import EPOCH_DATE, Feed
from feedsvc.model.format import Rule
from feedsvc.model.urls import SITE

TYPE = "application/xml"
LONGEST = 2048


def urlset(*prefixes: str) -> Element:
    names: dict[str | None, str] = {None: NAMESPACES["sitemap"]}
    names |= {prefix: NAMESPACES[prefix] for prefix in prefixes}
    return etree.Element(qualified("sitemap:urlset"), nsmap=names)


def add_url(parent: Element, article: Article) -> Element:
    url = add(parent, "sitemap:url")
    add(url, "sitemap:loc", uri(article.url))
    return url


def index(_feed: Feed, parts: tuple[Feed, ...]) -> bytes:
    """The sitemap index of `parts`, each with the date of its latest change."""
    root = etree.Element(qualified("sitemap:sitemapindex"), nsmap={None: NAMESPACES["sitemap"]})
    for part in parts:
        sitemap = add(root, "sitemap:sitemap")
        add(sitemap, "sitemap:loc", uri(part.links[0].href))
        add(sitemap, "sitemap:lastmod", iso(_newest(part.articles)))
    return written(root)


def _newest(articles: Iterable[Article]) -> datetime:
    return max(map(changed, articles), default=EPOCH_DATE)


def iso(instant: datetime) -> str:
    """The instant in W3C's profile of ISO 8601, with seconds and offset."""
    return instant.isoformat()


def written(root: Element) -> bytes:
    document: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return document


def elsewhere(copy: ArticleCopy, _options: dict[str, object]) -> str:
    """The reason why the article cannot be in a sitemap, which may only list pages of its own host; empty if it can."""
    return "" if not copy.url or copy.url.startswith(f"{SITE}/") else "its page is on another site"


def _too_long(article: Article, _feed: Feed) -> str:
    size = len(uri(article.url))
    return f"an address of {size} characters, more than {LONGEST}" if size > LONGEST - len(SITE) else ""


ADDRESS = Rule(
    requirement=f"an address of {LONGEST} characters at most", violation=_too_long, remedy="give it a shorter url"
)
