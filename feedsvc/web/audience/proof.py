"""Proves what partners fetched: which articles were in the bytes sent, and which of them are new to the partner."""

import zlib
from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import NamedTuple

import brotli
import msgspec

from feedsvc.model import codec
from feedsvc.model.audience import Kind
from feedsvc.store import ledger, revisions
from feedsvc.store.audience.deliveries import Delivery, Fetch, Holding, Partner
from feedsvc.store.history import edition_contents
from feedsvc.store.transaction import Transaction
from feedsvc.web.audience.agents import client_of
from feedsvc.web.audience.counter import Fetched
from feedsvc.web.downloads import TOO_OFTEN
from feedsvc.web.negotiate import codings
from feedsvc.web.view import plain_path

_PEOPLE = (Kind.READER, Kind.BROWSER)
"""Kinds of programs that are not partners; their fetches of public feeds are not recorded."""
_TOKEN = 8
"""Digits of a token's hash that identify it: the first ones of the hash in config.toml."""
Decoder = Callable[[bytes], bytes]
_DECODERS: dict[str, Decoder] = {
    "gzip": lambda body: zlib.decompress(body, wbits=31),
    "br": brotli.decompress,
    "identity": bytes,
}


class Proof(NamedTuple):
    """A fetch, the deliveries in it, and what the partner holds since."""

    fetch: Fetch
    deliveries: tuple[Delivery, ...]
    holding: Holding


def fetch_of(note: Fetched) -> Fetch | None:
    """The fetch of `note`, with its contents still unknown; None if it delivered nothing, or is not a partner's."""
    if note.method != "GET" or note.body == TOO_OFTEN:
        return None
    client = client_of(note.agent)
    token = note.edition.locked.get(note.path, "")[:_TOKEN]
    if not token and client.kind in _PEOPLE:
        return None
    partner = Partner(plain_path(note.path), token, client.name)
    status, length = (304, 0) if note.body is None else (200, len(note.body))
    return Fetch(partner, 0, int(note.at), note.edition.number, status, length)


def body_of(note: Fetched, stored: Callable[[], bytes | None]) -> bytes | None:
    """The decoded document that the partner received now, or already has (a 304); None if it is no longer available.
    `stored` reads it from the store."""
    if note.body is None:
        return stored()
    order = codings(note.codings)
    best = note.held.variants.get(order[0]) or note.held.best(order)
    coding = next(name for name, variant in note.held.variants.items() if variant is best)
    try:
        return _DECODERS[coding](note.body)
    except (zlib.error, brotli.error):  # it was sent uncoded, with a token in its links
        return note.body


def prove(
    transaction: Transaction, fetch: Fetch, feed: str, before: Holding, document: Callable[[], bytes | None]
) -> Proof:
    """The proof of `fetch`, of a document of the feed at `feed`. `before` is what the partner held until then.
    `document` returns the bytes, or None if they are not available: then no delivery is recorded."""
    standing = edition_contents(transaction, feed, fetch.edition)
    if standing is None:
        return Proof(fetch, (), before)
    fetch, items = fetch._replace(contents=standing.since), dict(standing.items)
    fresh = {key: updated for key, updated in items.items() if before.get(key) != updated}
    body = document() if fresh else b""
    if body is None:
        return Proof(fetch, (), before)
    brought = {
        key: number
        for key, updated in fresh.items()
        if (number := _revision_in(transaction, body, key, updated)) is not None
    }
    holding = {key: each for key, each in items.items() if key in brought or before.get(key) == each}
    found = (*_brought(fetch, items, brought), *_left(fetch, before, items))
    return Proof(fetch, tuple(found), holding)


def _brought(fetch: Fetch, items: Mapping[str, int], numbers: Mapping[str, int]) -> Iterator[Delivery]:
    for key, number in numbers.items():
        yield Delivery(key, fetch.partner, items[key], fetch.at, number, fetch.edition, fetch.status)


def _left(fetch: Fetch, before: Holding, items: Mapping[str, int]) -> Iterator[Delivery]:
    for key in before.keys() - items.keys():
        yield Delivery(key, fetch.partner, 0, fetch.at, 0, fetch.edition, fetch.status)


def _revision_in(transaction: Transaction, body: bytes, key: str, updated: int) -> int | None:
    """The revision of the article `key` that was current at `updated`; None if the article is not in `body`, as when
    `body` is one part of the feed, or there was no room for all."""
    entry = ledger.find(transaction, key=key)
    if entry is None:
        return None
    names = (entry.key, entry.id, entry.copy.url, entry.copy.title)
    if not any(is_in(body, name) for name in names if name):
        return None
    made = codec.instant(updated)
    return max((each.number for each in revisions.of(transaction, entry.number) if each.changed_at <= made), default=1)


def is_in(body: bytes, name: str) -> bool:
    """True if `name` is in a document, plain, XML-escaped or JSON-escaped."""
    forms = (name.encode(), escape(name, quote=False).encode(), msgspec.json.encode(name)[1:-1])
    return any(form in body for form in forms)
