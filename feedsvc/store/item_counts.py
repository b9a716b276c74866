"""The published feeds, and the number of items of each."""

from collections.abc import Mapping

from sqlalchemy import func, select

from feedsvc.store.bulk import Bulk
from feedsvc.store.dialect import ALL, insert
from feedsvc.store.documents import LIVE
from feedsvc.store.edition_schema import documents, item_counts
from feedsvc.store.transaction import Transaction

_add = insert(item_counts)
_PUT = Bulk(_add.on_conflict_do_update(index_elements=["path"], set_={"item_count": _add.excluded.item_count}))
_LIVE = select(item_counts.c.path, item_counts.c.item_count).join(
    documents, (documents.c.path == item_counts.c.path) & (documents.c.address == 0) & (documents.c.status == LIVE)
)


def put(transaction: Transaction, items: Mapping[str, int]) -> None:
    """Sets the number of items of feeds, by the paths of their documents."""
    _PUT.execute(transaction, items.items())


def published(transaction: Transaction, most: int = ALL) -> list[tuple[str, int]]:
    """The path and the number of items of at most `most` live feeds, in the order of their paths."""
    return [tuple(row) for row in transaction.execute(_LIVE.order_by(item_counts.c.path).limit(most))]


def count(transaction: Transaction) -> int:
    """The number of live feeds."""
    return int(transaction.execute(select(func.count()).select_from(_LIVE.subquery())).scalar_one())
