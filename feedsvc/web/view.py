"""The current Edition as a serving process sees it: a table for each address."""

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
    """All documents that are held in memory. Immutable: replaced as a whole. Number 0 means empty."""

    number: int
    tables: tuple[Table, ...]
    """One table for each address."""
    gone: frozenset[str]
    locked: dict[str, str]
    """The hash of the token that opens each locked document, by WSGI path."""
    apart: tuple[Table, ...]
    """The tables of locked documents, one for each address."""
    awaited: frozenset[str] = frozenset()
    """The paths of feeds that are still to be published."""
    whole: bool = True
    """False while parts of a new archive are still to be published."""
    closed: float = 0.0
    """The instant at which the Edition was closed, in seconds; 0 if unknown."""


SHELVED, ARCHIVE, OLDER_STORIES = ("/articles/", "/media/"), "/archive-", f"/{OLDER}"
"""Marks of paths that are looked up in the store on request, since there may be a million of them: prefixes, and the
parts of paths of archives and of older stories."""
LOOKED_UP = 2_000
"""Maximum documents looked up in the store whose headers stay in memory."""


class View:
    """The current Edition for `addresses` addresses. At most `cache` bytes of bodies stay in memory. `links` are the
    topic links of each address; empty if there are no hubs."""

    def __init__(self, store: Store, addresses: int, cache: int, links: tuple[TopicLinks, ...] = ()) -> None:
        self._store = store
        self._links = links or (None,) * addresses
        self._addresses = addresses
        self._bodies: LRUCache[str, bytes] = LRUCache(cache, getsizeof=len)
        self._shelved = _shelf()
        self._shelf = Lock()
        self._turn = Lock()
        self.disks = Disks(DiskTurns(), DiskTurns())
        """The disk turns of requests that need more than memory."""
        self.edition = self._nothing()
        self.served = StageTimes()
        """Histogram of the seconds from the closing of each Edition until this process served it."""

    def follow(self, *, afresh: bool = False) -> bool:
        """Loads the changes since the last call. Returns True if there was a new Edition.

        `afresh` means that the store was replaced: everything is loaded again. A store without an Edition changes
        nothing.
        """
        with self._turn:
            with self._store.read() as transaction:
                number = state.current_edition(transaction)
                if number == 0 or (number == self.edition.number and not afresh):
                    return False
                before = self.edition if number > self.edition.number and not afresh else self._nothing()
                edition = self._after(before, transaction, number)
            self.edition = edition  # only now is it complete and consistent
            self._shelved = _shelf()
        return True

    def note_served(self, now: float) -> None:
        """Records that the current Edition, which has just been followed, is served since `now` (seconds)."""
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
        """The bytes with the ETag `etag`; None if the document has changed meanwhile, or the store cannot be read."""
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
        """Has the store checked, since a document of the current Edition is not available."""
        with suppress(StoreError), self.disks.state.turn():
            self._store.suspect()

    def changed(self, path: str) -> int | None:
        """The time of the last change of the document at `path` (seconds); None if this process does not hold it."""
        edition, raw = self.edition, wsgi_path(path)
        held = edition.tables[0].find(raw) or edition.apart[0].find(raw)
        return held.modified if held else None

    def find(self, address: int, path: str) -> Held | None:
        """The document at `path`; None if there is none. Raises StoreError if it must be looked up and the store cannot
        be read."""
        held = self.edition.tables[address].find(path)
        return held or (self._look_up(address, path) if is_shelved(path) else None)

    def _look_up(self, address: int, path: str) -> Held | None:
        shelf = self._shelved  # following a newer Edition replaces `self._shelved`
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
        """The status and target of a path without a document: 301 and the new place, 410, 404, or 503 for a page that
        is still to be rendered."""
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
            return _NOWHERE  # a guess, since the store cannot be read: few paths are former addresses

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
    """The fate of a path that is looked up in the store."""
    if key := article_key(path):
        return _article_fate(transaction, key)
    status = documents.below(transaction, path).get(path)
    are_older_pending = OLDER_STORIES in path and state.OLDER_FROM.get(transaction) is not None
    if status is None and (are_older_pending or pending.may_be_queued(transaction, "")):
        return TO_COME, ""
    return (GONE, "") if status == GONE else _NOWHERE


def _article_fate(transaction: Transaction, key: str) -> _Fate:
    """The fate of a path that contains the key of the article `key`, but is not the path of its page."""
    known = documents.below(transaction, f"/articles/{key}/")
    if not known and pending.may_be_queued(transaction, key):
        return TO_COME, ""
    live = next((page for page, status in known.items() if status == LIVE), "")
    return (MOVED, wsgi_path(live)) if live else (GONE if GONE in known.values() else NOT_FOUND, "")


def _former_fate(transaction: Transaction, path: str) -> _Fate:
    """The fate of a path at which articles were found before: of several, the one that can be read."""
    fates = [_article_fate(transaction, key) for key in former_paths.keys(transaction, same_path(path))]
    return min(fates, key=lambda fate: _ORDER.index(fate[0]), default=_NOWHERE)


_ORDER = (MOVED, TO_COME, GONE, NOT_FOUND)


def is_shelved(path: str) -> bool:
    return path.startswith(SHELVED) or ARCHIVE in path or OLDER_STORIES in path


def wsgi_path(path: str) -> str:
    return path.encode().decode("latin-1")


def plain_path(path: str) -> str:
    """The decoded path; empty for bytes that are not UTF-8, which no published path has."""
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
