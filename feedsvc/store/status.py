"""The state of the service for operators, as the command line and the web read it from the store."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from feedsvc.model import clock, codec
from feedsvc.model.base import Value
from feedsvc.model.problem import Problem
from feedsvc.model.report import Report
from feedsvc.model.status_lists import IgnoredFiles, WaitingArticle
from feedsvc.store import destinations, documents, history, item_counts, lease, purges, sections, state
from feedsvc.store.ledger_figures import count_open, ledger_figures
from feedsvc.store.problems import all_problems, count_problems
from feedsvc.store.state_disk import disk_problems
from feedsvc.store.transaction import Transaction

LATE = timedelta(minutes=15)
SOON = timedelta(seconds=10)
"""The least time before a regeneration counts as overdue: a publisher that hangs is replaced within this time."""


class FeedStatus(Struct, frozen=True, gc=False):
    """A live feed and its number of items."""

    path: str
    items: int


class DestinationStatus(Struct, frozen=True, gc=False):
    """A destination of `[[publish]]`, and the Edition that it has since `at`; 0 before the first."""

    to: str
    edition: int
    at: datetime


class PurgeStatus(Struct, frozen=True, gc=False):
    """A cache of `[[purge]]`, and the Edition up to which it was purged at the instant `at`."""

    name: str
    edition: int
    at: datetime


class Counts(NamedTuple):
    """The figures for monitoring, which polls them every few seconds: they are counted, without making lists."""

    edition: int
    articles: int
    sections: int
    feeds: int
    problems: int
    """Problems that hold something back; `warnings` do not."""
    warnings: int
    last: datetime | None
    publisher: str


class Status(Value, frozen=True, kw_only=True):
    """The state of the service. `next` is None if there is no schedule; `publisher` is `host:pid:…` of the holder of
    the lease."""

    edition: int
    articles: int
    sections: dict[str, str]
    """Path to title."""
    feeds: tuple[FeedStatus, ...]
    last: datetime | None
    next: datetime | None
    publisher: str
    trouble: str
    """The reason why the served documents may be out of date; empty if there is none."""
    problems: tuple[Problem, ...]
    serves_only: bool = False
    """True if this node leaves publishing to another one."""
    destinations: tuple[DestinationStatus, ...] = ()
    purges: tuple[PurgeStatus, ...] = ()
    rollback: history.ActiveRollback | None = None
    """The rollback in force; None if there is none."""
    waiting: tuple[WaitingArticle, ...] = ()
    """Drafts and articles with a future date, the soonest first."""
    ignored: tuple[IgnoredFiles, ...] = ()
    """Files that are neither articles nor media."""
    replication: str = ""
    """The loss that a failover of the database may cause; empty for none."""


def count(transaction: Transaction, now: datetime) -> Counts:
    """The figures at `now`."""
    report = last_report(transaction)
    problems, warnings = count_problems(transaction)
    return Counts(
        edition=state.current_edition(transaction),
        articles=ledger_figures(transaction, now).articles,
        sections=sections.count(transaction),
        feeds=item_counts.count(transaction),
        problems=problems,
        warnings=warnings,
        last=report.finished if report else None,
        publisher=lease.probable_holder(transaction, now),
    )


def read_status(transaction: Transaction, now: datetime, interval: int) -> Status:
    """The state of the service at `now`; `interval` is as for `overdue`."""
    report = last_report(transaction)
    publisher = lease.probable_holder(transaction, now)
    coming, figures = state.NEXT_REGENERATION.get(transaction), ledger_figures(transaction, now)
    return Status(
        edition=state.current_edition(transaction),
        articles=figures.articles,
        sections={path: entry.title for path, entry in sections.everything(transaction).items()},
        feeds=tuple(FeedStatus(*each) for each in item_counts.published(transaction)),
        last=report.finished if report else None,
        next=coming if publisher else None,
        publisher=publisher,
        trouble=overdue(transaction, now, interval),
        problems=all_problems(transaction),
        destinations=tuple(
            DestinationStatus(to, each.edition, each.at) for to, each in destinations.everything(transaction).items()
        ),
        purges=tuple(PurgeStatus(name, each.edition, each.at) for name, each in purges.everything(transaction).items()),
        rollback=figures.rollback,
        waiting=figures.waiting,
        replication=figures.replication,
    )


def with_disk(found: Status, folder: Path) -> Status:
    """`found` with the problem of the disk of `folder`, the state folder, if it has one."""
    is_written = found.serves_only or bool(found.publisher and not found.trouble)
    problems = disk_problems(folder, is_written=is_written)
    return replace(found, problems=(*found.problems, *problems)) if problems else found


def read_public_status(transaction: Transaction, now: datetime, interval: int) -> Status:
    """The state of the service for the public: only data that readers can see anyway.

    Hidden articles, their problems, and feeds that need a token do not affect it.
    """
    locked = state.TOKENS.get(transaction).keys()
    return Status(
        edition=documents.newest_but(transaction, locked),
        articles=count_open(transaction, now),
        sections={path: entry.title for path, entry in sections.everything(transaction).items()},
        feeds=tuple(FeedStatus(*each) for each in item_counts.published(transaction) if each[0] not in locked),
        last=None,
        next=None,
        publisher="running" if lease.probable_holder(transaction, now) else "",
        trouble=overdue(transaction, now, interval),
        problems=(),
    )


def last_report(transaction: Transaction) -> Report | None:
    """The report of the last regeneration; None before the first."""
    return state.LAST_REPORT.get(transaction)


def clock_problem(transaction: Transaction, now: datetime) -> str:
    """The reason why a clock that shows `now` cannot be right; empty if it can."""
    found = clock.problems(state.clock_record(transaction), codec.seconds(now))
    return f"{clock.PLACE}: {found[0].reason}" if found else ""


def overdue(transaction: Transaction, now: datetime, interval: int) -> str:
    """The reason why the served documents may be out of date at `now`; empty if there is none.

    `interval` is the number of seconds between two regenerations, 0 if there is none: three intervals may pass. A
    regeneration that was planned for one instant (an interval of hours, a crontab line) may be late by LATE, and so may
    a renewal of the lease by the publisher.
    """
    if trouble := state.DATABASE_TROUBLE.get(transaction):
        return trouble
    report = last_report(transaction)
    if report is None or state.current_edition(transaction) == 0:
        return "nothing has been published yet"
    age = now - report.finished
    if interval and age > max(timedelta(seconds=3 * interval), SOON):
        return f"the last regeneration was {int(age.total_seconds())} s ago, more than three intervals of {interval} s"
    due = state.NEXT_REGENERATION.get(transaction) or now
    if report.finished < due < now - LATE:
        return f"the regeneration that was due at {due.isoformat()} is late"
    sign = lease.last_sign(transaction)
    if sign is not None and sign < now - LATE:
        return f"the publisher has not been heard of since {sign.isoformat()}"
    return ""
