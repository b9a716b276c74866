"""How the service is, for operators: read from the store, by the command line and by the web."""

from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from feedsvc.model.base import Value
from feedsvc.model.problem import Problem
from feedsvc.model.report import Report
from feedsvc.store import history, item_counts, lease, ledger, notes, sections
from feedsvc.store.problems import all_problems, count_problems

LATE = timedelta(minutes=15)
SOON = timedelta(seconds=10)
"""However short the intervals are: in which a publisher that hangs is noticed and replaced."""


class FeedStatus(NamedTuple):
    path: str
    items: int


class Counts(NamedTuple):
    """How much there is, which a machine asks for every few seconds: counted, and not listed."""

    edition: int
    articles: int
    sections: int
    feeds: int
    problems: int
    """Those that hold something back; `warnings` do not."""
    warnings: int
    last: datetime | None
    publisher: str


class Status(Value, frozen=True, kw_only=True):
    """`next` is None where nobody publishes on a schedule; `publisher` is `host:pid:…` of who holds the lease."""

    edition: int
    articles: int
    sections: dict[str, str]
    """Path to title."""
    feeds: tuple[FeedStatus, ...]
    last: datetime | None
    next: datetime | None
    publisher: str
    trouble: str
    """Why the service is not ready, or empty."""
    problems: tuple[Problem, ...]
    rollback: history.ActiveRollback | None = None
    """To which Edition articles were rolled back, if any still are."""


def count(connection: Connection, now: datetime) -> Counts:
    report = last_report(connection)
    problems, warnings = count_problems(connection)
    return Counts(
        edition=notes.current(connection),
        articles=ledger.count_with_file(connection),
        sections=sections.count(connection),
        feeds=item_counts.count(connection),
        problems=problems,
        warnings=warnings,
        last=report.finished if report else None,
        publisher=lease.probable_holder(connection, now),
    )


def read_status(connection: Connection, now: datetime, interval: int) -> Status:
    """`interval` is as for `overdue`."""
    report = last_report(connection)
    publisher = lease.probable_holder(connection, now)
    coming = notes.get(connection, "next")
    return Status(
        edition=notes.current(connection),
        articles=ledger.count_with_file(connection),
        sections={path: entry.title for path, entry in sections.everything(connection).items()},
        feeds=tuple(FeedStatus(*each) for each in item_counts.published(connection)),
        last=report.finished if report else None,
        next=datetime.fromisoformat(coming) if coming and publisher else None,
        publisher=publisher,
        trouble=overdue(connection, now, interval),
        problems=all_problems(connection),
        rollback=history.standing(connection),
    )


def redacted(found: Status) -> Status:
    """As strangers may see it. Problems quote files that are no article yet, or not to be seen yet."""
    serious = sum(not problem.warning for problem in found.problems)
    count = f"{serious} problems and {len(found.problems) - serious} warnings"
    remedy = "to see them, ask on the machine itself, or run `feedsvc status`"
    told = (Problem(place="the newsroom", reason=count, remedy=remedy, warning=not serious),) if found.problems else ()
    return replace(found, problems=told, publisher="running" if found.publisher else "")


def last_report(connection: Connection) -> Report | None:
    report = notes.get(connection, "report")
    return msgspec.convert(report, Report) if report else None


def overdue(connection: Connection, now: datetime, interval: int) -> str:
    """Why the service is not ready to be trusted with readers at `now`; empty if it is.

    `interval` are the seconds between two regenerations; three of them may pass. What was planned for a certain instant
    (an interval of hours, a crontab line; then `interval` is 0) may be LATE; so may a sign of who publishes.
    """
    report = last_report(connection)
    if report is None or notes.current(connection) == 0:
        return "nothing has been published yet"
    age = now - report.finished
    if interval and age > max(timedelta(seconds=3 * interval), SOON):
        return f"the last regeneration was {int(age.total_seconds())} s ago, more than three intervals of {interval} s"
    coming = notes.get(connection, "next")
    due = datetime.fromisoformat(coming) if coming else now
    if report.finished < due < now - LATE:
        return f"the regeneration that was due at {due.isoformat()} is late"
    sign = lease.last_sign(connection)
    if sign is not None and sign < now - LATE:
        return f"the publisher has not been heard of since {sign.isoformat()}"
    return ""
