"""Links from a feed in RSS or Atom to its archives, and from an archive to the previous one (RFC 5005 section 4)."""

from lxml.etree import SubElement

from feedsvc.formats._xml import Element, add, qualified
from feedsvc.model.addresses import uri
from feedsvc.model.feed import Feed, link_of


def prefixes(feed: Feed) -> tuple[str, ...]:
    """The namespace prefixes that `chain` needs."""
    return ("fh",) if feed.current else ()


def chain(parent: Element, feed: Feed, format: str, *, namespace: str = "") -> None:
    """Adds the archive links of `feed` to `parent` (RFC 5005 section 4). `namespace` is Atom's prefix if Atom is not
    the document's own namespace.

    There is no next-archive: a closed document would have to change when the next one is closed.
    """
    name = qualified(f"{namespace}:link") if namespace else "link"
    for rel, links in (("current", feed.current), ("prev-archive", feed.older)):
        if link := link_of(links, format):
            SubElement(parent, name, rel=rel, href=uri(link.href), type=link.type)
    if feed.current:
        add(parent, "fh:archive")
