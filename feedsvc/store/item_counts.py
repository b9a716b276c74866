"""The feeds that are published, and how many items each has."""

from collections.abc import Mapping

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.sqlite import insert

from feedsvc.store.bulk import Bulk
from feedsvc.store.documents import LIVE
from feedsvc.store.schema import documents, feeds

_add = insert(feeds)
_PUT = Bulk(_add.on_conflict_do_update(index_elements=["path"], set_={"length": _add.excluded.length}))
_LIVE = select(feeds.c.path, feeds.c.length).join(
    documents, (documents.c.path == feeds.c.path) & (documents.c.address == 0) & (documents.c.status == LIVE)
)


def put(connection: Connection, items: Mapping[str, int]) -> None:
    """How many items the feeds have, by the path of their documents."""
    _PUT.execute(connection, items.items())


def published(connection: Connection, most: int = -1) -> list[tuple[str, int]]:
    """Path and items of those that are published now, in the order of their paths, at `most` so many."""
    return [tuple(row) for row in connection.execute(_LIVE.order_by(feeds.c.path).limit(most))]


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(_LIVE.subquery())).scalar_one()
