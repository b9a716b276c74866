"""What a serving process knows of the current Edition: a table for each address, all headers built ahead."""

from collections.abc import Iterable
from email.utils import formatdate
from itertools import groupby
from threading import Lock
from typing import Any, NamedTuple

from cachetools import LRUCache
from sqlalchemy import Connection, Row

from feedsvc.pages import CSP
from feedsvc.store import editions
from feedsvc.store.database import Store
from feedsvc.store.editions import GONE, LIVE

Headers = list[tuple[str, str]]
STALE = 86_400
"""Seconds for which a cache may go on when the service is down (RFC 5861 section 4)."""


class Variant(NamedTuple):
    """One representation: its ETag, and the headers of the answers 200 and 304."""

    etag: str
    fresh: Headers
    same: Headers


class Held(NamedTuple):
    """One live document, by content coding; `file` below the articles folder where the body is one."""

    number: int
    modified: int
    shared_second: bool
    file: str
    variants: dict[str, Variant]
    tags: tuple[str, ...]


Table = dict[str, Held]
"""By path as WSGI has it: UTF-8 bytes read as Latin-1 (PEP 3333)."""


class View:
    """The Edition as of `number`, for so many `addresses`; at most `cache` bytes of bodies stay in memory."""

    def __init__(self, store: Store, addresses: int, cache: int) -> None:
        self._store = store
        self._addresses = addresses
        self._bodies: LRUCache[str, bytes] = LRUCache(cache, getsizeof=len)
        self._lock = Lock()
        self.number = 0
        self.tables: tuple[Table, ...] = tuple({} for _ in range(addresses))
        self.gone: frozenset[str] = frozenset()

    def follow(self) -> bool:
        """Take over what was published since the last time; whether there was anything."""
        with self._store.read() as connection:
            number = editions.current(connection)
            if number == self.number:
                return False
            self._load(connection, self.number if number > self.number else 0)
        self.number = number
        return True

    def _load(self, connection: Connection, than: int) -> None:
        """Whole dictionaries are swapped: readers see the old Edition or the new one, never half of each."""
        tables = tuple(dict(table) if than else {} for table in self.tables)
        gone = set(self.gone) if than else set()
        for _, rows in groupby(editions.newer(connection, than), key=lambda row: row.number):
            group = list(rows)
            row, path = group[0], wsgi_path(group[0].path)
            if row.address >= self._addresses:
                continue
            tables[row.address].pop(path, None)
            gone.discard(path)
            if row.status == LIVE:
                tables[row.address][path] = _hold(group)
            elif row.status == GONE:
                gone.add(path)
        self.tables, self.gone = tables, frozenset(gone)

    def body(self, held: Held, etag: str) -> bytes | None:
        """The bytes that have `etag`, or None if the document has moved on meanwhile."""
        with self._lock:
            body = self._bodies.get(etag)
        if body is None:
            with self._store.read() as connection:
                body = editions.body(connection, etag, held.number)
            if body is not None and len(body) <= self._bodies.maxsize:
                with self._lock:
                    self._bodies[etag] = body
        return body


def wsgi_path(path: str) -> str:
    return path.encode().decode("latin-1")


def _hold(rows: list[Row[Any]]) -> Held:
    first = rows[0]
    return Held(
        number=first.number,
        modified=first.modified,
        shared_second=first.shared_second,
        file=first.file,
        variants={row.coding: _variant(row) for row in rows},
        tags=tuple(row.etag for row in rows),
    )


def _variant(row: Row[Any]) -> Variant:
    """A 304 has of a 200 what RFC 9110 section 15.4.5 asks for, and what browsers need to see it across origins."""
    cache = f"public, max-age={row.max_age}, stale-while-revalidate={row.max_age}, stale-if-error={STALE}"
    same = [
        ("ETag", row.etag),
        ("Cache-Control", cache),
        ("Vary", "Accept-Encoding"),
        ("Access-Control-Allow-Origin", "*"),
    ]
    coding = [("Content-Encoding", row.coding)] if row.coding != "identity" else []
    policy = [("Content-Security-Policy", CSP)] if row.type.startswith("text/html") else []
    fresh = [
        ("Content-Type", row.type),
        ("Content-Length", str(row.length)),
        ("Last-Modified", formatdate(row.modified, usegmt=True)),
        ("X-Content-Type-Options", "nosniff"),
    ]
    return Variant(row.etag, fresh + same + coding + policy, same)


def paths(table: Iterable[str]) -> list[str]:
    return sorted(path.encode("latin-1").decode() for path in table)
