"""Elements of the channel of RSS 2.0, and of the Atom feed, that feedgen cannot write: links to hubs (WebSub section 4)
and archives (RFC 5005 section 4), and the namespace webfeeds, by which the configuration controls how Feedly shows a
feed."""

from lxml.etree import SubElement

from feedsvc.formats._xml import Element, add, qualified
from feedsvc.model.addresses import uri, web
from feedsvc.model.feed import Feed, link_of


def prefixes(feed: Feed) -> tuple[str, ...]:
    """The namespace prefixes that `extend_channel` needs."""
    return (*(("webfeeds",) if _has_webfeeds(feed) else ()), *(("fh",) if feed.current else ()))


def extend_channel(channel: Element, feed: Feed, format: str, *, namespace: str = "") -> None:
    """Adds the elements to `channel`. `namespace` is Atom's prefix if Atom is not the document's own namespace."""
    link = qualified(f"{namespace}:link") if namespace else "link"
    _add_webfeeds(channel, feed)
    for hub in feed.hubs:
        SubElement(channel, link, rel="hub", href=hub)
    _add_archives(channel, feed, format, link)


def _has_webfeeds(feed: Feed) -> bool:
    return bool(feed.accent or web(feed.cover))


def _add_webfeeds(channel: Element, feed: Feed) -> None:
    if not _has_webfeeds(feed):
        return
    if cover := web(feed.cover):
        add(channel, "webfeeds:cover", image=cover)
    if icon := web(feed.icon):
        add(channel, "webfeeds:icon", icon)
    if (logo := web(feed.logo)) and logo.partition("?")[0].lower().endswith(".svg"):  # Feedly accepts no other
        add(channel, "webfeeds:logo", logo)
    if feed.accent:
        add(channel, "webfeeds:accentColor", feed.accent)
    add(channel, "webfeeds:related", layout="card", target="browser")


def _add_archives(channel: Element, feed: Feed, format: str, link: str) -> None:
    """Adds links from a feed to its archives, and from an archive to the previous one. `link` is the name of a link.

    There is no next-archive: a closed document would have to change when the next one is closed.
    """
    for rel, links in (("current", feed.current), ("prev-archive", feed.older)):
        if found := link_of(links, format):
            SubElement(channel, link, rel=rel, href=uri(found.href), type=found.type)
    if feed.current:
        add(channel, "fh:archive")
