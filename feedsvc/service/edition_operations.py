"""What an operator does with the last Editions: list them, compare them, and go back to one."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from feedsvc.config import Config
from feedsvc.library import rollback
from feedsvc.library.rollback import Difference, RollbackResult
from feedsvc.service.exclusive import run_exclusively
from feedsvc.service.operations import Outcome, open_for_reading, publish_once
from feedsvc.service.settings import now
from feedsvc.store import history, ledger
from feedsvc.store.history import ActiveRollback


class EditionInfo(NamedTuple):
    """An Edition that can be gone back to: when it was published, how many documents changed, and why it is odd."""

    edition: int
    at: datetime
    documents: int
    note: str


def list_editions(settings: Config) -> tuple[list[EditionInfo], ActiveRollback | None]:
    """Newest first; and the rollback that holds. Raises StoreError while nothing was ever published."""
    with open_for_reading(settings) as connection:
        rows = history.last(connection)
        kept = [EditionInfo(row.edition, ledger.instant(row.at), row.documents, row.note) for row in rows]
        return kept, history.standing(connection)


def compare_editions(settings: Config, one: int, other: int) -> tuple[list[Difference], dict[str, str]]:
    """What differs, and the headlines, as they are now, of the articles by key. Raises StoreError and NoEdition."""
    with open_for_reading(settings) as connection:
        found = rollback.compare(connection, one, other)
        keys = {key for each in found for key in (*each.added, *each.changed, *each.removed)}
        return found, {key: _headline(connection, key) for key in keys}


def _headline(connection: Connection, key: str) -> str:
    row = ledger.find(connection, key=key)
    return ledger.copy_of(row).title if row is not None else ""


def roll_back(settings: Config, edition: int) -> tuple[RollbackResult, Outcome]:
    """Go back, and publish that. Raises NoEdition, StoreError and NotPublished."""
    rolled = run_exclusively(
        settings, lambda connection, _: rollback.roll_back(connection, settings.articles.path, edition, now())
    )
    return rolled, publish_once(settings, accept_removals=False)


def release(settings: Config) -> tuple[int, Outcome]:
    """Let every article be as its file is again, and publish that. Raises StoreError and NotPublished."""
    count = run_exclusively(settings, lambda connection, _: rollback.release(connection, settings.articles.path, now()))
    return count, publish_once(settings, accept_removals=False)
