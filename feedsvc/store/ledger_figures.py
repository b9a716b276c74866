"""The figures of the status that only the ledger has: read from the ledger, or from a node's copy of the Edition."""

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
    """The part of the status that only the ledger has. A node's copy of the Edition keeps the figures of the last
    time that they were copied."""

    articles: int
    open: int = 0
    """Articles that readers can see."""
    rollback: history.ActiveRollback | None = None
    waiting: tuple[WaitingArticle, ...] = ()
    push: PushCounts | None = None
    last_story: int | None = None
    """The instant at which the last open article became available."""
    alarms: AlertRecord = AlertRecord()
    replication: str = ""
    """The loss that a failover of the database may cause; empty for none."""


COPIED_FIGURES: Note[LedgerFigures | None] = Note("figures", LedgerFigures | None, None)
"""In a node's copy of the Edition: the figures of the ledger."""


def ledger_figures(transaction: Transaction, now: datetime) -> LedgerFigures:
    """The figures of the ledger; from a node's copy of the Edition, those that were copied."""
    return COPIED_FIGURES.get(transaction) or LedgerFigures(
        articles=ledger.count_with_file(transaction),
        rollback=history.active_rollback(transaction),
        waiting=waiting(transaction, codec.seconds(now)),
        replication=lineage.replication(transaction),
    )


def all_figures(transaction: Transaction, now: datetime) -> LedgerFigures:
    """The figures of the ledger, including those that only a copy of the Edition needs."""
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
    """The instant at which the last open article became available, in seconds since 1970; None if there is none."""
    copied = COPIED_FIGURES.get(transaction)
    return copied.last_story if copied is not None else alerts.last_arrival(transaction, "", codec.seconds(now))


def alarms(transaction: Transaction) -> AlertRecord:
    """The active alarms."""
    copied = COPIED_FIGURES.get(transaction)
    return copied.alarms if copied is not None else alerts.RECORD.get(transaction)


def count_open(transaction: Transaction, now: datetime) -> int:
    copied = COPIED_FIGURES.get(transaction)
    return copied.open if copied is not None else ledger.count_open(transaction, codec.seconds(now))
