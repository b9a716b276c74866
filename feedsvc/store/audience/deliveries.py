"""The record of partners' fetches: the first of each state of a feed, of each revision of an article, and the last."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec
from sqlalchemy import bindparam, delete, func, select

from feedsvc.store.audience.schema import deliveries, fetches, holdings, last_fetches
from feedsvc.store.bulk import Bulk
from feedsvc.store.dialect import insert
from feedsvc.store.transaction import Transaction

KEPT = 400 * 86_400
"""Seconds for which the record is kept."""
Holding = dict[str, int]
"""The articles of a feed that a partner has: the update time of each, by its key."""
_holdings: msgspec.json.Decoder[Holding] = msgspec.json.Decoder(Holding)


class Partner(NamedTuple):
    """A client that fetches one document of a feed: its program, and the beginning of the hash of its token, empty for
    a public feed."""

    document: str
    token: str
    client: str


class Fetch(NamedTuple):
    """One fetch. `edition` was served; `contents` is the Edition since which the feed had had the same contents, 0 if
    that is not known. `status` is 200, or 304 for a partner that had them already."""

    partner: Partner
    contents: int
    at: int
    edition: int
    status: int
    length: int


class Delivery(NamedTuple):
    """The first fetch of one revision of an article by a partner. `updated` is 0 if the article had left the feed by
    then; `revision` is 0 then, too, and if it is not known."""

    article: str
    partner: Partner
    updated: int
    at: int
    revision: int
    edition: int
    status: int


class LastFetch(NamedTuple):
    """The last fetch by a partner."""

    partner: Partner
    at: int
    edition: int
    status: int


_FETCH = Bulk(insert(fetches).on_conflict_do_nothing())
_DELIVERY = Bulk(insert(deliveries).on_conflict_do_nothing())
_last = insert(last_fetches)
_LAST = Bulk(
    _last.on_conflict_do_update(
        index_elements=["document", "token", "client"],
        set_={"at": _last.excluded.at, "edition": _last.excluded.edition, "status": _last.excluded.status},
        where=last_fetches.c.at <= _last.excluded.at,
    )
)
_held = insert(holdings)
_HOLD = Bulk(
    _held.on_conflict_do_update(
        index_elements=["document", "token", "client"], set_={"articles": _held.excluded.articles}
    )
)


def add_fetches(transaction: Transaction, found: Iterable[Fetch]) -> None:
    """Adds fetches: the first of each state of a feed is kept, and the last of each partner."""
    rows = [(*each.partner, *each[1:]) for each in found]
    _FETCH.execute(transaction, rows)
    _LAST.execute(transaction, ((*row[:3], *row[4:7]) for row in rows))


def held_by(transaction: Transaction, partner: Partner) -> Holding:
    """The articles that the partner had after its last fetch; empty if there was none."""
    found = transaction.scalar(_HELD, partner._asdict())
    return _holdings.decode(found) if found is not None else {}


_HELD = select(holdings.c.articles).where(
    holdings.c.document == bindparam("document"),
    holdings.c.token == bindparam("token"),
    holdings.c.client == bindparam("client"),
)


def put_holding(transaction: Transaction, partner: Partner, holding: Mapping[str, int]) -> None:
    """Sets the articles that the partner has."""
    _HOLD.execute(transaction, [(*partner, msgspec.json.encode(holding))])


def add_deliveries(transaction: Transaction, found: Iterable[Delivery]) -> None:
    """Adds deliveries."""
    _DELIVERY.execute(transaction, ((each.article, *each.partner, *each[2:]) for each in found))


def of_article(transaction: Transaction, key: str) -> list[Delivery]:
    """The deliveries of the article, in chronological order."""
    order = deliveries.c.at, deliveries.c.edition, deliveries.c.document
    query = select(deliveries).where(deliveries.c.article == key).order_by(*order)
    return [Delivery(row[0], Partner(*row[1:4]), *row[4:]) for row in transaction.execute(query)]


def last(transaction: Transaction) -> list[LastFetch]:
    """The last fetch of each partner, in the order of documents, newest first for each."""
    query = select(last_fetches).order_by(last_fetches.c.document, last_fetches.c.at.desc())
    return [LastFetch(Partner(*row[:3]), *row[3:]) for row in transaction.execute(query)]


_REGULAR = (
    select(last_fetches)
    .join(
        fetches,
        (fetches.c.document == last_fetches.c.document)
        & (fetches.c.token == last_fetches.c.token)
        & (fetches.c.client == last_fetches.c.client),
    )
    .where(fetches.c.at > bindparam("since"))
    .group_by(last_fetches.c.document, last_fetches.c.token, last_fetches.c.client)
    .having(
        (func.count() >= bindparam("least")) & (func.max(fetches.c.at) - func.min(fetches.c.at) > bindparam("span"))
    )
    .order_by(last_fetches.c.document, last_fetches.c.client, last_fetches.c.token)
)


def regular(transaction: Transaction, since: int, least: int, span: int) -> list[LastFetch]:
    """The last fetch of each partner that fetches regularly, or did: it fetched at least `least` states of a feed after
    `since`, over more than `span` seconds."""
    given = {"since": since, "least": least, "span": span}
    return [LastFetch(Partner(*row[:3]), *row[3:]) for row in transaction.execute(_REGULAR, given)]


def forget(transaction: Transaction, now: int) -> None:
    """Removes fetches and deliveries that are older than KEPT at `now`, but not the last fetches."""
    transaction.execute(delete(fetches).where(fetches.c.at < now - KEPT))
    transaction.execute(delete(deliveries).where(deliveries.c.at < now - KEPT))
