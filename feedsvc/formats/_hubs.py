"""Links from feeds in RSS and Atom to their hubs (WebSub section 4)."""

from lxml.etree import SubElement

from feedsvc.formats._xml import Element, qualified
from feedsvc.model.feed import Feed


def add_hubs(parent: Element, feed: Feed, *, namespace: str = "") -> None:
    """Adds a link for each hub of `feed` to `parent`. `namespace` is Atom's prefix if Atom is not the document's own
    namespace."""
    for hub in feed.hubs:
        SubElement(parent, qualified(f"{namespace}:link") if namespace else "link", rel="hub", href=hub)
