"""The vocabularies that RSS and Atom borrow from, and how an element of one of them is added."""

from lxml.etree import SubElement
from lxml.etree import _Element as Element

__all__ = ["NAMESPACES", "Element", "add", "qualified"]

NAMESPACES = {
    "at": "http://purl.org/atompub/tombstones/1.0",
    "atom": "http://www.w3.org/2005/Atom",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",  # Media RSS 1.5.1: with the slash
    "xml": "http://www.w3.org/XML/1998/namespace",
}


def qualified(name: str) -> str:
    """`dc:creator` in the notation of lxml."""
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def add(parent: Element, name: str, text: str = "", **attributes: str | int | None) -> Element:
    """Add the element `prefix:name` to `parent`. Attributes without a value are left out."""
    child = SubElement(parent, qualified(name), {key: str(value) for key, value in attributes.items() if value})
    child.text = text or None
    return child
