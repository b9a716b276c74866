"""Reads the RSS, Atom or JSON Feed files of the system that a newsroom leaves, for its readers' view of their items.

Nothing is fetched: no DTD, no entities but those of XML itself, no huge trees.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import urljoin

from lxml import etree

from feedsvc.model.reader import Unreadable
from feedsvc.model.text import one_line
from feedsvc.readers import read_date

LARGEST = 64 * 2**20
"""Bytes of a feed."""
_TAG = re.compile(r"<[^<>]*>")
_ATOM_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_REMEDY = "give an RSS, Atom or JSON Feed file as the old system published it"


class LegacyItem(NamedTuple):
    """A story as readers of the old system know it. Fields are empty, or None, if the feed does not say."""

    id: str
    link: str
    title: str
    dated: datetime | None


def read(data: bytes) -> list[LegacyItem]:
    """The items of the feed in its order. Raises Unreadable, with the reason, if the file is no feed."""
    if len(data) > LARGEST:
        raise Unreadable(f"is larger than {LARGEST // 2**20} MiB", _REMEDY)
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if not start:
        raise Unreadable("is empty", _REMEDY)
    return [*_json(data)] if start in (b"{", b"[") else [*_xml(data)]


# --- XML --------------------------------------------------------------------------------------------------------------


def _xml(data: bytes) -> Iterator[LegacyItem]:
    root = _parsed(data)
    if _name(root) not in ("rss", "RDF", "feed"):
        raise Unreadable(f"is XML, but no feed: its root is {_name(root)}", _REMEDY)
    for element in root.iter():
        match _name(element):
            case "item":
                yield _rss(element)
            case "entry":
                yield _atom(element)


def _parsed(data: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"is not well-formed: {error}", _REMEDY) from error
    if root.getroottree().docinfo.doctype:
        raise Unreadable("has a document type, which no feed needs", "take the line <!DOCTYPE …> out of it")
    return root


def _name(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _rss(item: Any) -> LegacyItem:
    texts = _texts(item)
    about = next((value for key, value in item.items() if key.endswith("}about")), "")
    guid = next((child for child in item if _name(child) == "guid"), None)
    link = texts.get("origLink") or texts.get("link", "")
    if not link and guid is not None and guid.get("isPermaLink", "true").strip().lower() == "true":
        link = texts.get("guid", "")
    when = texts.get("pubDate") or texts.get("date", "")
    return LegacyItem(texts.get("guid") or about or link, link, _plain(texts.get("title", "")), _date(when))


def _atom(entry: Any) -> LegacyItem:
    texts = _texts(entry)
    base = next((each.get(_ATOM_BASE) for each in (entry, *entry.iterancestors()) if each.get(_ATOM_BASE)), "")
    links = (child for child in entry if _name(child) == "link" and child.get("rel", "alternate") == "alternate")
    href = next((one_line(child.get("href", "")) for child in links), "")
    link = texts.get("origLink") or (_joined(base, href) if href else "")
    return LegacyItem(
        texts.get("id") or link,
        link,
        _plain(texts.get("title", "")),
        _date(texts.get("published") or texts.get("updated", "")),
    )


def _texts(element: Any) -> dict[str, str]:
    """The text of each child by its local name. The first child of a name counts; for title, link and id, one without a
    prefix comes first."""
    found: dict[str, str] = {}
    for child in sorted(
        element, key=lambda child: child.prefix is not None and _name(child) in ("title", "link", "id")
    ):
        if text := one_line("".join(child.itertext())):
            found.setdefault(_name(child), text)
    return found


# --- JSON -------------------------------------------------------------------------------------------------------------


def _json(data: bytes) -> Iterator[LegacyItem]:
    try:
        feed = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"is no JSON: {error}", _REMEDY) from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise Unreadable("is JSON, but no JSON Feed: it has no list of items", _REMEDY)
    for item in items:
        link = _text_of(item, "url") or _text_of(item, "external_url")
        when = _text_of(item, "date_published") or _text_of(item, "date_modified")
        yield LegacyItem(_text_of(item, "id") or link, link, _plain(_text_of(item, "title")), _date(when))


def _text_of(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    return one_line(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""


# --- both -------------------------------------------------------------------------------------------------------------


def _plain(title: str) -> str:
    """A headline without markup, which some feeds contain, even escaped twice."""
    return one_line(unescape(_TAG.sub("", unescape(title) if "&lt;" in title else title)))


def _date(text: str) -> datetime | None:
    """The date; None if it cannot be read: then the article keeps its own."""
    try:
        return read_date(text, "UTC") if text else None
    except ValueError:
        return None


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href)
    except ValueError:
        return href
