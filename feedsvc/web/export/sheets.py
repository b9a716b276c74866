"""Which files a document is. Pure functions of the store's rows."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Row

from feedsvc.pages import is_asset
from feedsvc.store.coding import etag
from feedsvc.store.documents import LIVE

SUFFIXES = {"identity": "", "gzip": ".gz", "br": ".br"}
"""By content coding: what nginx's gzip_static and brotli_static look for beside a file."""
MAPS, ERRORS, MIRRORS = OURS = ("maps.conf", "_errors", "_mirrors")
"""What lies at the top of the folder and is no document, so that no document can have that name."""
PARTS, ARTICLES, SECTIONS, FEEDS, ENTRANCES, RULES = range(6)
"""The order of writing: nothing points at what is not there yet."""


class ExportedFile(NamedTuple):
    """One representation: a file of `length` bytes whose ETag is `tag`. `text` where it is no document's body."""

    name: str
    tag: str
    length: int
    text: bytes | None = None


class ExportedDocument(NamedTuple):
    """One document as files, the plain one first. `number` is the store's; `file` lies below the articles folder."""

    rank: int
    parts: tuple[ExportedFile, ...]
    modified: int
    number: int = 0
    file: str = ""


def of_documents(rows: Iterable[Row[Any]], hosts: tuple[str, ...]) -> Iterator[ExportedDocument]:
    """The sheets of all live documents of `rows`, which are in the order of their numbers."""
    for number, group in groupby(rows, key=lambda row: row.number):
        found = list(group)
        first = found[0]
        if first.status == LIVE and first.address < len(hosts):
            name = (site(hosts, first.address) + file_name(first.path)).removeprefix("/")
            parts = sorted(ExportedFile(name + SUFFIXES[row.coding], row.etag, row.length) for row in found)
            yield ExportedDocument(_rank(first), tuple(parts), first.modified, number, first.file)


def of_text(name: str, text: bytes, modified: int) -> ExportedDocument:
    return ExportedDocument(RULES, (ExportedFile(name, etag(text), len(text), text),), modified)


def site(hosts: tuple[str, ...], address: int) -> str:
    """Where the documents of an address lie: the canonical ones at the top, for any web server to take as its root."""
    return f"/{MIRRORS}/{hosts[address]}" if address else ""


def file_name(path: str) -> str:
    """`/news/eu/` is `/news/eu/index.html`, as is the page of an article, and all else is as it is.

    Web servers find such a page without being told; at worst by way of a redirect to the same path with a slash.
    """
    if path.endswith("/"):
        return f"{path}index.html"
    return f"{path}/index.html" if path.startswith("/articles/") else path


def _rank(row: Row[Any]) -> int:
    if row.file or is_asset(row.path):
        return PARTS
    if row.path.startswith("/articles/"):
        return ARTICLES
    if row.path == "/" or row.path.endswith(".opml"):
        return ENTRANCES
    return SECTIONS if row.path.endswith("/") else FEEDS
