"""Operations on the last Editions: listing them, comparing them, and returning to one."""

from datetime import datetime
from typing import NamedTuple

from feedsvc.config import Config
from feedsvc.library import rollback
from feedsvc.library.rollback import Difference, RollbackResult
from feedsvc.model import codec
from feedsvc.service.exclusive import Busy, exclusive
from feedsvc.service.operations import Published, publish_once
from feedsvc.service.queries import open_for_reading
from feedsvc.service.settings import now
from feedsvc.service.stores import open_ledger
from feedsvc.store import history, ledger
from feedsvc.store.errors import NothingStored, StoreError
from feedsvc.store.history import ActiveRollback
from feedsvc.store.lease import Lease
from feedsvc.store.transaction import Transaction


class NothingHeld(Exception):
    """Raised if there is no rollback to end; the message gives the reason."""


class EditionInfo(NamedTuple):
    """An Edition that can be returned to."""

    edition: int
    at: datetime
    documents: int
    """Number of documents that changed with it."""
    note: str
    """Anything unusual about it; empty for an ordinary Edition."""


def list_editions(settings: Config) -> tuple[list[EditionInfo], ActiveRollback | None]:
    """The last Editions, newest first, and the active rollback; None if there is none.

    Raises StoreError if nothing was ever published.
    """
    with open_for_reading(settings) as transaction:
        rows = history.last_editions(transaction)
        editions = [EditionInfo(row.edition, codec.instant(row.at), row.documents, row.note) for row in rows]
        return editions, history.active_rollback(transaction)


def compare_editions(settings: Config, one: int, other: int) -> tuple[list[Difference], dict[str, str]]:
    """The differences in each feed, and the current headlines of the articles in them, by key.

    Raises UnknownEdition, and StoreError if nothing was ever published.
    """
    with open_for_reading(settings) as transaction:
        differences = rollback.compare(transaction, one, other)
        keys = {key for feed in differences for key in (*feed.added, *feed.changed, *feed.removed)}
        return differences, {key: _headline(transaction, key) for key in keys}


def _headline(transaction: Transaction, key: str) -> str:
    """The headline of an article; empty if it is no longer in the ledger."""
    row = ledger.find(transaction, key=key)
    return row.copy.title if row is not None else ""


def roll_back(settings: Config, edition: int) -> tuple[RollbackResult, Published]:
    """Rolls every article back to `edition`, and publishes the result. Raises UnknownEdition, StoreError and
    NotPublished."""
    result = exclusive(
        settings, lambda transaction, _: rollback.roll_back(transaction, settings.articles_folder, edition, now())
    )
    return result, publish_once(settings, accept_removals=False)


def release(settings: Config) -> tuple[int, Published]:
    """Ends a rollback, so that every article follows its file again, and publishes the result.

    Returns the number of articles that were rolled back, and the publication. Raises NothingHeld, StoreError and
    NotPublished.
    """
    _require_store(settings)

    def work(transaction: Transaction, _claimed: Lease | Busy) -> int:
        count = rollback.release(transaction, settings.articles_folder, now())
        if not count:
            raise NothingHeld("no article is held by a rollback: each follows its file")
        return count

    return exclusive(settings, work), publish_once(settings, accept_removals=False)


def _require_store(settings: Config) -> None:
    """Raises NothingHeld if there is no store yet, which would otherwise be made. What is wrong with one is reported by
    whoever opens it for writing."""
    try:
        open_ledger(settings).close()
    except NothingStored:
        raise NothingHeld("no article is held by a rollback: nothing has been published yet") from None
    except StoreError:
        return
