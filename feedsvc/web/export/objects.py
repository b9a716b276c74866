"""Turns documents into objects of an S3-compatible store. Pure functions of the store's rows.

Such a store answers with the headers that an object was sent with, and does not negotiate. So a document is either its
plain bytes, which a CDN compresses on the way to readers, or three objects, from which a function at the edge picks
one.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import groupby
from typing import NamedTuple

import msgspec

from feedsvc.model.cache_tags import cache_tag
from feedsvc.model.urls import ARTICLES, MEDIA
from feedsvc.store.coding import etag
from feedsvc.store.documents import GONE, LIVE
from feedsvc.store.entries import PublishedDocument
from feedsvc.web.export.maps import PAGE, fates_of
from feedsvc.web.export.sheets import ERRORS, RULES, SUFFIXES, rank_of, site
from feedsvc.web.headers import cache_control

ROUTES = f"{ERRORS}/routes.json"
"""The object for a function at the edge, with redirects and withdrawals, which such a store cannot answer by itself:
see `routes`."""
IDENTITY = "identity"
PLAIN, COMPRESSED = (IDENTITY,), tuple(SUFFIXES)
"""The codings in which a bucket has documents."""
_SHORT = 60
"""Seconds for which error pages and routes may be cached."""


class PublishedObject(NamedTuple):
    """One object: its key, its headers, and the source of its bytes.

    `etag` is that of the bytes, `number` that of the document in the store, `file` its path below the articles folder;
    `text` is the content if it is not a document; `coding` is its Content-Encoding, or identity; `tag` is its cache
    tag, empty for none.
    """

    rank: int
    key: str
    type: str
    cache: str
    etag: str
    number: int = 0
    file: str = ""
    text: bytes | None = None
    coding: str = IDENTITY
    tag: str = ""

    @property
    def mark(self) -> str:
        """A text that changes with the bytes or the headers."""
        told = (self.etag, self.type, self.cache, self.coding, *filter(None, (self.tag,)))
        return blake2b("\n".join(told).encode(), digest_size=12).hexdigest()


def of_documents(
    rows: Iterable[PublishedDocument], hosts: tuple[str, ...], codings: tuple[str, ...], *, tagged: bool = False
) -> Iterator[PublishedObject]:
    """The objects of all live documents of `rows`, which are in the order of their numbers: one for each of `codings`.

    A document that a coding does not make smaller is stored plain under that key too, so that an edge need not know; a
    media file is one object. The objects have cache tags if `tagged`.
    """
    for _, group in groupby(rows, key=lambda row: row.number):
        coded = {row.coding: row for row in group}
        plain = coded.get(IDENTITY)
        if plain is not None and plain.status == LIVE and plain.address < len(hosts):
            for coding in PLAIN if plain.file else codings:
                made = _object(coded.get(coding, plain), SUFFIXES[coding], hosts)
                yield made._replace(tag=cache_tag(plain.path)) if tagged else made


def _object(row: PublishedDocument, suffix: str, hosts: tuple[str, ...]) -> PublishedObject:
    key = (site(hosts, row.address) + key_of(row.path)).removeprefix("/") + suffix
    cache, etag = cache_control(row.max_age), row.etag or ""
    return PublishedObject(rank_of(row), key, row.type, cache, etag, row.number, row.file, None, row.coding or IDENTITY)


def of_text(name: str, text: bytes, kind: str = PAGE) -> PublishedObject:
    return PublishedObject(RULES, name, kind, f"public, max-age={_SHORT}", etag(text), text=text)


def of_withdrawn(
    rows: Iterable[PublishedDocument], hosts: tuple[str, ...], notice: bytes, kept: Collection[str]
) -> Iterator[PublishedObject]:
    """The objects that replace withdrawn articles and files by `notice`, for those of their keys that are in `kept`."""
    for row in rows:
        if row.status == GONE and row.address < len(hosts) and row.path.startswith((ARTICLES, MEDIA)):
            key = (site(hosts, row.address) + key_of(row.path)).removeprefix("/")
            yield from (of_text(key + suffix, notice) for suffix in SUFFIXES.values() if key + suffix in kept)


def key_of(path: str) -> str:
    """The key of a document: its path; `/news/eu/` is `/news/eu/index.html`, the index document of its folder."""
    return f"{path}index.html" if path.endswith("/") else path


def routes(
    rows: Sequence[PublishedDocument], redirects: Mapping[str, str], former: Iterable[tuple[str, str]] = ()
) -> bytes:
    """A JSON object. `paths` lead to `"410"` or to another address.

    `articles` lead from the key of an article that was moved or withdrawn (the second step of its path) to its page or
    to `"410"`: the slug of a withdrawn article appears nowhere.
    """
    paths, pages = fates_of(rows, redirects, former)
    moved = {row.path.split("/")[2] for row in rows if row.status != LIVE and row.path.startswith(ARTICLES)}
    articles = {key: fate for key, fate in pages.items() if key in moved}
    return msgspec.json.encode({"paths": paths, "articles": articles}, order="deterministic")
