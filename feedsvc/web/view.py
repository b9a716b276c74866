"""A serving process's view of the current Edition: a table for each address."""

from contextlib import suppress
from threading import Lock
from typing import NamedTuple

from cachetools import LRUCache

from feedsvc.model.former_paths import same_path
from feedsvc.model.stages import StageTimes, with_time
from feedsvc.model.urls import OLDER
from feedsvc.store import document_index, documents, former_paths, pending, state
from feedsvc.store.documents import GONE, LIVE, NOT_FOUND
from feedsvc.store.errors import StoreError
from feedsvc.store.sqlite.store import Store
from feedsvc.store.transaction import Transaction
from feedsvc.web.disk_turns import Disks, DiskTurns
from feedsvc.web.table import Held, Table, hold
from feedsvc.web.topics import TopicLinks

MOVED, TO_COME = 301, 503


class Edition(NamedTuple):
    """All documents that are held ready. It never changes, and is replaced as a whole. Number 0 is that of an empty
    one."""

    number: int
    tables: tuple[Table, ...]
    """One for each address."""
    gone: frozenset[str]
    locked: dict[str, str]
    """The hash of the token that opens a document; by path as WSGI has it."""
    apart: tuple[Table, ...]
    """Like `tables`, of what is locked."""
    awaited: frozenset[str] = frozenset()
    """The paths of feeds that are still to come."""
    whole: bool = True
    """True if all of an archive that was new is there."""
    closed: float = 0.0
    """The instant at which it was closed, seconds; 0 if that is not known."""


SHELVED, ARCHIVE, OLDER_STORIES = ("/articles/", "/media/"), "/archive-", f"/{OLDER}"
"""The beginnings of paths that are looked up in the store when they are asked for, and the marks of those that are
archives, or older stories: there may be a million of them."""
LOOKED_UP = 2_000
"""Documents off the shelf whose headers stay in memory."""


class View:
    """The current Edition for `addresses` addresses. At most `cache` bytes of bodies stay in memory. `links` are those
    of topics, for each address; empty without hubs."""

    def __init__(self, store: Store, addresses: int, cache: int, links: tuple[TopicLinks, ...] = ()) -> None:
        self._store = store
        self._links = links or (None,) * addresses
        self._addresses = addresses
        self._bodies: LRUCache[str, bytes] = LRUCache(cache, getsizeof=len)
        self._shelved = _shelf()
        self._shelf = Lock()
        self._turn = Lock()
        self.disks = Disks(DiskTurns(), DiskTurns())
        """The turns of requests that need more than what is in memory."""
        self.edition = self._nothing()
        self.served = StageTimes()
        """The seconds from the closing of each Edition until it was served here."""

    def follow(self, *, afresh: bool = False) -> bool:
        """Takes over what was published since the last call, and returns True if there was anything.

        `afresh` means that the store is another one. A store in which nothing was published yet changes nothing.
        """
        with self._turn:
            with self._store.read() as transaction:
                number = state.current_edition(transaction)
                if number == 0 or (number == self.edition.number and not afresh):
                    return False
                before = self.edition if number > self.edition.number and not afresh else self._nothing()
                edition = self._after(before, transaction, number)
            self.edition = edition  # only now is it known that all of it belongs together
            self._shelved = _shelf()
        return True

    def note_served(self, now: float) -> None:
        """Takes note that the current Edition, which has just been followed, is served since `now`, seconds."""
        if self.edition.closed:
            self.served = with_time(self.served, now - self.edition.closed)

    def has_moved_on(self, edition: Edition) -> bool:
        """True if the store has another Edition by now."""
        try:
            with self.disks.state.turn():
                self.follow()
        except StoreError:
            return False
        return self.edition is not edition

    def body(self, held: Held, etag: str) -> bytes | None:
        """The bytes with the tag `etag`; None if the document has changed meanwhile, or the store cannot be read."""
        with self._shelf:
            body = self._bodies.get(etag)
        if body is None:
            try:
                with self.disks.state.turn(), self._store.read() as transaction:
                    body = documents.body(transaction, etag, held.number)
            except StoreError:
                return None
            if body is None:
                return None
            if len(body) <= self._bodies.maxsize:
                with self._shelf:
                    self._bodies[etag] = body
        return body

    def suspect_damage(self) -> None:
        """Has the store checked, since a document of the current Edition cannot be had."""
        with suppress(StoreError), self.disks.state.turn():
            self._store.suspect()

    def changed(self, path: str) -> int | None:
        """When the document at `path` changed last (seconds); None if this process does not hold it."""
        edition, raw = self.edition, wsgi_path(path)
        held = edition.tables[0].find(raw) or edition.apart[0].find(raw)
        return held.modified if held else None

    def find(self, address: int, path: str) -> Held | None:
        """The document at `path`; None if there is none. Raises StoreError if it has to be looked up and the store
        cannot be read."""
        held = self.edition.tables[address].find(path)
        return held or (self._look_up(address, path) if is_shelved(path) else None)

    def _look_up(self, address: int, path: str) -> Held | None:
        shelf = self._shelved  # another one by the time that a newer Edition is followed
        with self._shelf:
            found = shelf.get((address, path))
        if found is None and (plain := plain_path(path)):
            with self.disks.state.turn(), self._store.read() as transaction:
                row = document_index.look_up(transaction, plain, address)
            found = hold(row.record) if row and row.status == LIVE else None
            if found is not None:
                with self._shelf:
                    shelf[address, path] = found
        return found

    def fate(self, path: str) -> tuple[int, str]:
        """The status and target of a path at which there is no document: 301 and the new place, 410, or 404; 503 for
        a page that is still to be rendered."""
        if path in self.edition.gone:
            return GONE, ""
        if path in self.edition.awaited:
            return TO_COME, ""
        plain = plain_path(path)
        try:
            with self._store.read() as transaction:
                found = _shelved_fate(transaction, plain) if is_shelved(plain) else _NOWHERE
                return found if found != _NOWHERE else _former_fate(transaction, plain)
        except StoreError:
            if is_shelved(plain):
                raise
            return _NOWHERE  # as far as is known: old addresses are few

    @property
    def cached(self) -> int:
        """The number of bytes of bodies in memory."""
        return int(self._bodies.currsize)

    def _nothing(self) -> Edition:
        empty = tuple(Table({}) for _ in range(self._addresses))
        return Edition(0, empty, frozenset(), {}, empty)

    def _after(self, before: Edition, transaction: Transaction, number: int) -> Edition:
        held = [{**table.records, **apart.records} for table, apart in zip(before.tables, before.apart, strict=True)]
        gone = set(before.gone)
        for row in document_index.newer(transaction, before.number):
            if row.address >= self._addresses:
                continue
            path = wsgi_path(row.path)
            held[row.address].pop(path, None)
            gone.discard(path)
            if row.status == LIVE:
                held[row.address][path] = row.record
            elif row.status == GONE:
                gone.add(path)
        locked = {wsgi_path(path): hashed for path, hashed in state.TOKENS.get(transaction).items()}
        apart = tuple(Table({path: each.pop(path) for path in locked.keys() & each.keys()}) for each in held)
        tables = tuple(map(Table, held, before.tables, self._links))
        to_come = state.POSTPONED_FEEDS.get(transaction)
        awaited = frozenset(map(wsgi_path, to_come or ()))
        closed = state.EDITION_CLOSED.get(transaction)
        return Edition(number, tables, frozenset(gone), locked, apart, awaited, to_come is None, closed)


_Fate = tuple[int, str]
_NOWHERE: _Fate = (NOT_FOUND, "")


def _shelved_fate(transaction: Transaction, path: str) -> _Fate:
    """The fate of a path of those that are looked up in the store."""
    if key := article_key(path):
        return _article_fate(transaction, key)
    status = documents.below(transaction, path).get(path)
    are_older_pending = OLDER_STORIES in path and state.OLDER_FROM.get(transaction) is not None
    if status is None and (are_older_pending or pending.may_be_queued(transaction, "")):
        return TO_COME, ""
    return (GONE, "") if status == GONE else _NOWHERE


def _article_fate(transaction: Transaction, key: str) -> _Fate:
    """The fate of a path that names the article `key`, and is not that of its page."""
    known = documents.below(transaction, f"/articles/{key}/")
    if not known and pending.may_be_queued(transaction, key):
        return TO_COME, ""
    live = next((page for page, status in known.items() if status == LIVE), "")
    return (MOVED, wsgi_path(live)) if live else (GONE if GONE in known.values() else NOT_FOUND, "")


def _former_fate(transaction: Transaction, path: str) -> _Fate:
    """The fate of a path at which an article may have been found before: of several, the one that can be read."""
    fates = [_article_fate(transaction, key) for key in former_paths.keys(transaction, same_path(path))]
    return min(fates, key=lambda fate: _ORDER.index(fate[0]), default=_NOWHERE)


_ORDER = (MOVED, TO_COME, GONE, NOT_FOUND)


def is_shelved(path: str) -> bool:
    return path.startswith(SHELVED) or ARCHIVE in path or OLDER_STORIES in path


def wsgi_path(path: str) -> str:
    return path.encode().decode("latin-1")


def plain_path(path: str) -> str:
    """The decoded path; empty for bytes that are not UTF-8, which no path of ours has."""
    try:
        return path.encode("latin-1").decode()
    except UnicodeError:
        return ""


def article_key(path: str) -> str:
    """The KEY of `/articles/KEY/SLUG` and of longer paths; empty for other paths."""
    parts = path.split("/", 3)
    return parts[2] if len(parts) > 2 and parts[1] == "articles" else ""


def _shelf() -> LRUCache[tuple[int, str], Held]:
    return LRUCache(LOOKED_UP)
