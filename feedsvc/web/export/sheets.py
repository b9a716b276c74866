"""Maps documents to files. Pure functions of the store's rows."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from feedsvc.model.urls import is_follow_page
from feedsvc.pages import is_asset
from feedsvc.store.coding import etag
from feedsvc.store.documents import LIVE
from feedsvc.store.entries import PublishedDocument

SUFFIXES = {"identity": "", "gzip": ".gz", "br": ".br"}
"""File suffix by content coding, as nginx's gzip_static and brotli_static expect."""
MAPS, ERRORS, MIRRORS = OURS = ("maps.conf", "_errors", "_mirrors")
"""Reserved names at the top of the folder, which no document can have."""
PARTS, ARTICLES, SECTIONS, FEEDS, ENTRANCES, RULES = range(6)
"""The order of writing: no file links to one that does not exist yet."""


class ExportedFile(NamedTuple):
    """One representation: a file of `length` bytes with the tag `tag`; `text` is its content if it is not a document's
    body."""

    name: str
    tag: str
    length: int
    text: bytes | None = None


class ExportedDocument(NamedTuple):
    """One document as files, the plain one first. `number` is the store's; `file` is its path below the articles
    folder."""

    rank: int
    parts: tuple[ExportedFile, ...]
    modified: int
    number: int = 0
    file: str = ""


def of_documents(rows: Iterable[PublishedDocument], hosts: tuple[str, ...]) -> Iterator[ExportedDocument]:
    """The exported documents of all live documents of `rows`, which are in the order of their numbers."""
    for number, group in groupby(rows, key=lambda row: row.number):
        found = list(group)
        first = found[0]
        if first.status == LIVE and first.address < len(hosts):
            name = (site(hosts, first.address) + file_name(first.path)).removeprefix("/")
            parts = sorted(
                ExportedFile(name + SUFFIXES[row.coding or ""], row.etag or "", row.length or 0) for row in found
            )
            yield ExportedDocument(rank_of(first), tuple(parts), first.modified, number, first.file)


def of_text(name: str, text: bytes, modified: int) -> ExportedDocument:
    return ExportedDocument(RULES, (ExportedFile(name, etag(text), len(text), text),), modified)


def site(hosts: tuple[str, ...], address: int) -> str:
    """The folder of an address. The canonical one is at the top, so that any web server can use it as its root."""
    return f"/{MIRRORS}/{hosts[address]}" if address else ""


def file_name(path: str) -> str:
    """The name of the file: `/news/eu/` becomes `/news/eu/index.html`, and so do pages of articles and for following.

    Web servers find such a page without configuration; at worst they redirect to the same path with a slash.
    """
    if path.endswith("/"):
        return f"{path}index.html"
    return f"{path}/index.html" if path.startswith("/articles/") or is_follow_page(path) else path


def rank_of(row: PublishedDocument) -> int:
    """The place of a document in the order of writing."""
    if row.file or is_asset(row.path):
        return PARTS
    if row.path.startswith("/articles/"):
        return ARTICLES
    if row.path == "/" or row.path.endswith(".opml"):
        return ENTRANCES
    return SECTIONS if row.path.endswith("/") else FEEDS
