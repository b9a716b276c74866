"""The namespaces used in RSS and Atom, and a function that adds elements of them."""

from lxml.etree import SubElement
from lxml.etree import _Element as Element

__all__ = ["NAMESPACES", "Element", "add", "qualified"]

NAMESPACES = {
    "at": "http://purl.org/atompub/tombstones/1.0",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "fh": "http://purl.org/syndication/history/1.0",
    "media": "http://search.yahoo.com/mrss/",  # Media RSS 1.5.1: the slash is required
    "mi": "http://schemas.ingestion.microsoft.com/common/",
    "nb": "https://www.newsbreak.com/",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "sitemap": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "snf": "http://www.smartnews.be/snf",
    "webfeeds": "http://webfeeds.org/rss/1.0",
    "xml": "http://www.w3.org/XML/1998/namespace",
}


def qualified(name: str) -> str:
    """The name `dc:creator` in lxml's notation; elements of RSS have no prefix."""
    prefix, _, local = name.rpartition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}" if prefix else name


def add(parent: Element, name: str, text: str = "", **attributes: str | int | None) -> Element:
    """Adds the element `prefix:name` to `parent` and returns it. Empty attributes are left out; `text_` becomes the
    attribute `text`."""
    given = {key.removesuffix("_"): str(value) for key, value in attributes.items() if value}
    child = SubElement(parent, qualified(name), given)
    child.text = text or None
    return child
