"""The contents of one feed in one of the Editions that are kept."""

from typing import NamedTuple

import msgspec
from sqlalchemy import bindparam, select

from feedsvc.store.edition_schema import feed_contents
from feedsvc.store.history import Items
from feedsvc.store.transaction import Transaction


class EditionContents(NamedTuple):
    """The contents of a feed, unchanged since the Edition `since`: the key and the update time of each article."""

    since: int
    items: Items


_STANDING = (
    select(feed_contents.c.edition, feed_contents.c.entries)
    .where(feed_contents.c.feed == bindparam("feed"), feed_contents.c.edition <= bindparam("edition"))
    .order_by(feed_contents.c.edition.desc())
    .limit(1)
)


def edition_contents(transaction: Transaction, feed: str, edition: int) -> EditionContents | None:
    """The contents of the feed at path `feed` in `edition`; None if they are not kept."""
    row = transaction.execute(_STANDING, {"feed": feed, "edition": edition}).first()
    return EditionContents(row.edition, msgspec.json.decode(row.entries, type=Items)) if row else None
