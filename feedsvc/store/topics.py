"""Topics: the public feeds of the Edition of which hubs and subscribers are notified."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import bindparam, select

from feedsvc.store import documents as bodies_of
from feedsvc.store.documents import LIVE
from feedsvc.store.edition_schema import bodies, documents
from feedsvc.store.transaction import Transaction


class TopicPlace(NamedTuple):
    """The place of a topic: the number of its address (0 is the canonical one), and its path, decoded."""

    address: int
    path: str


class TopicState(NamedTuple):
    """The published state of a topic."""

    edition: int
    """The Edition that last changed it."""
    type: str
    """Its media type, with parameters."""
    body: bytes


_TOPIC = (documents.c.topic) & (documents.c.status == LIVE)
_CHANGED = select(documents.c.address, documents.c.path).where(documents.c.edition == bindparam("edition"), _TOPIC)
_AT = (
    select(documents.c.number, documents.c.edition, documents.c.type, bodies.c.etag)
    .join(bodies, (bodies.c.document == documents.c.number) & (bodies.c.coding == "identity"))
    .where(documents.c.path == bindparam("path"), documents.c.address == bindparam("address"), _TOPIC)
)


def changed_in(transaction: Transaction, edition: int) -> list[TopicPlace]:
    """The topics that `edition` changed, at every address, in the order of address and path."""
    return sorted(TopicPlace(*row) for row in transaction.execute(_CHANGED, {"edition": edition}))


def edition_of(transaction: Transaction, place: TopicPlace) -> int:
    """The Edition that last changed the topic at `place`; 0 if there is no such topic."""
    row = transaction.execute(_AT, place._asdict()).first()
    return row.edition if row else 0


def current(transaction: Transaction, place: TopicPlace) -> TopicState | None:
    """The published topic at `place`; None if there is none."""
    row = transaction.execute(_AT, place._asdict()).first()
    body = bodies_of.body(transaction, row.etag, row.number) if row else None
    return None if row is None or body is None else TopicState(row.edition, row.type, body)


def editions_of(transaction: Transaction, places: Iterable[TopicPlace]) -> dict[TopicPlace, int]:
    """The Edition that last changed each topic, by place; 0 for a place without a topic."""
    return {place: edition_of(transaction, place) for place in places}
