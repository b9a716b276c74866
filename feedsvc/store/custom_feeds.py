"""The custom feeds as they were last published: the articles and the documents of each."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import bindparam, select

from feedsvc.store.dialect import insert
from feedsvc.store.edition_schema import custom_feeds
from feedsvc.store.transaction import Transaction


class CustomFeedState(Struct, frozen=True):
    """One custom feed: articles by their numbers, documents by their paths."""

    judged: tuple[int, ...] = ()
    """The articles that the feed selects, whether its partner accepts them or not."""
    accepted: tuple[int, ...] = ()
    """The articles among them that are in the feed."""
    documents: tuple[str, ...] = ()
    """The parts of the feed, the first of them at its own path."""


_GET = select(custom_feeds.c.state).where(custom_feeds.c.path == bindparam("wanted"))
_decoder = msgspec.json.Decoder(CustomFeedState)


def get(transaction: Transaction, path: str) -> CustomFeedState:
    """The state of the feed at `path`; empty if it was never published."""
    encoded = transaction.scalar(_GET, {"wanted": path})
    return CustomFeedState() if encoded is None else _decoder.decode(encoded)


def put(
    transaction: Transaction, path: str, judged: Sequence[int], accepted: Sequence[int], documents: Sequence[str]
) -> None:
    """Sets the state of the feed at `path`."""
    encoded = msgspec.json.encode(CustomFeedState(tuple(judged), tuple(accepted), tuple(documents)))
    statement = insert(custom_feeds).values(path=path, state=encoded)
    transaction.execute(statement.on_conflict_do_update(index_elements=["path"], set_={"state": encoded}))
