"""OPML 2.0: the list of all feeds, nested by section, for import into readers."""

from lxml.etree import Element, SubElement, tostring
from lxml.etree import _Element as Tree

from feedsvc.formats._content import language
from feedsvc.model.addresses import uri
from feedsvc.model.feed import Feed, Outline
from feedsvc.model.text import one_line


def render(title: str, outlines: tuple[Outline, ...]) -> bytes:
    """The OPML document of `outlines`, with their nesting. It has no date, so a new item in a feed does not change
    it."""
    root = Element("opml", version="2.0")
    head = SubElement(root, "head")
    SubElement(head, "title").text = one_line(title)
    _add(SubElement(root, "body"), outlines)
    document: bytes = tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return document


def _add(parent: Tree, outlines: tuple[Outline, ...]) -> None:
    for outline in outlines:
        # A feed with others below it is the first line of a folder: importers take a line for a feed or a folder.
        folder = SubElement(parent, "outline", text=outline.feed.title) if outline.children else parent
        if outline.feed.links:
            SubElement(folder, "outline", _subscription(outline.feed))
        _add(folder, outline.children)


def _subscription(feed: Feed) -> dict[str, str]:
    """The outline of one format of the feed: with several, an import would subscribe to it several times.

    `type` is `rss` for Atom and JSON Feed too, since it means any subscription.
    """
    form = next((link for link in feed.links if link.format == "rss"), feed.links[0])
    known = {
        "text": feed.title,
        "title": feed.title,
        "type": "rss",
        "version": "RSS2" if form.format == "rss" else "",  # the specification has versions of RSS only
        "xmlUrl": uri(form.href),
        "htmlUrl": uri(feed.home),
        "description": feed.description,
        "language": language(feed.language),
    }
    return {name: value for name, value in known.items() if value}
