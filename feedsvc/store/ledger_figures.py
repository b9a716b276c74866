"""The figures of the status that only the ledger knows: read from it, or as a copy of the Edition keeps them."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from feedsvc.model import codec
from feedsvc.model.alerts import AlertRecord
from feedsvc.model.status_lists import WaitingArticle
from feedsvc.store import alerts, history, ledger, lineage, push_status
from feedsvc.store.notes import Note
from feedsvc.store.push_status import PushCounts
from feedsvc.store.transaction import Transaction
from feedsvc.store.waiting import waiting


class LedgerFigures(Struct, frozen=True, kw_only=True):
    """The part of the status that only the ledger knows. A node's own copy of the Edition keeps it as it was when it
    was last copied."""

    articles: int
    open: int = 0
    """Articles that readers can see."""
    rollback: history.ActiveRollback | None = None
    waiting: tuple[WaitingArticle, ...] = ()
    push: PushCounts | None = None
    last_story: int | None = None
    """When the last open article came."""
    alarms: AlertRecord = AlertRecord()
    replication: str = ""
    """The loss that a failover of the database may bring; empty for none."""


COPIED_FIGURES: Note[LedgerFigures | None] = Note("figures", LedgerFigures | None, None)
"""In a node's copy of the Edition: the figures of the ledger."""


def ledger_figures(transaction: Transaction, now: datetime) -> LedgerFigures:
    """The figures of the ledger: as they are, or in a copy of the Edition as they were copied."""
    return COPIED_FIGURES.get(transaction) or LedgerFigures(
        articles=ledger.count_with_file(transaction),
        rollback=history.active_rollback(transaction),
        waiting=waiting(transaction, codec.seconds(now)),
        replication=lineage.replication(transaction),
    )


def all_figures(transaction: Transaction, now: datetime) -> LedgerFigures:
    """The figures of the ledger, with those that a copy of the Edition needs besides."""
    return replace(
        ledger_figures(transaction, now),
        open=ledger.count_open(transaction, codec.seconds(now)),
        push=push_status.count(transaction),
        last_story=alerts.last_arrival(transaction, "", codec.seconds(now)),
        alarms=alerts.RECORD.get(transaction),
    )


def count_push(transaction: Transaction) -> PushCounts:
    """The figures of push."""
    copied = COPIED_FIGURES.get(transaction)
    return copied.push if copied is not None and copied.push is not None else push_status.count(transaction)


def last_story(transaction: Transaction, now: datetime) -> int | None:
    """When the last open article came (seconds since 1970); None if there is none."""
    copied = COPIED_FIGURES.get(transaction)
    return copied.last_story if copied is not None else alerts.last_arrival(transaction, "", codec.seconds(now))


def alarms(transaction: Transaction) -> AlertRecord:
    """The alarms that stand."""
    copied = COPIED_FIGURES.get(transaction)
    return copied.alarms if copied is not None else alerts.RECORD.get(transaction)


def count_open(transaction: Transaction, now: datetime) -> int:
    copied = COPIED_FIGURES.get(transaction)
    return copied.open if copied is not None else ledger.count_open(transaction, codec.seconds(now))
