"""The record of alarms, and the arrival dates by which silence is detected. Instants are seconds since 1970."""

import msgspec
from sqlalchemy import bindparam, func, select, text

from feedsvc.model.alerts import AlertRecord
from feedsvc.store.ledger import is_open
from feedsvc.store.notes import Note
from feedsvc.store.push_schema import push_hosts, push_tasks
from feedsvc.store.push_status import FAILS
from feedsvc.store.schema import articles, memberships
from feedsvc.store.transaction import Transaction

RECORD: Note[AlertRecord] = Note("alerts", AlertRecord, AlertRecord())

_OF_SECTION = (
    select(memberships.c.available)
    .join(articles, articles.c.number == memberships.c.article)
    .where(memberships.c.section == bindparam("section"), is_open, memberships.c.available <= bindparam("now"))
)
_SINCE = _OF_SECTION.where(memberships.c.available > bindparam("since")).order_by(memberships.c.available)
_LAST = _OF_SECTION.order_by(memberships.c.available.desc()).limit(1)
_OF_ARTICLES = text(
    "SELECT available FROM articles"
    " WHERE number IN (SELECT CAST(value AS BIGINT) FROM json_each(:numbers)) AND available <= :now ORDER BY available"
)


def arrivals(transaction: Transaction, section: str, since: int, now: int) -> list[int]:
    """The arrival of each open article of `section` (empty for the whole site) after `since` and until `now`, the
    oldest first."""
    return list(transaction.scalars(_SINCE, {"section": section, "since": since, "now": now}))


def last_arrival(transaction: Transaction, section: str, now: int) -> int | None:
    """The arrival of the last open article of `section` until `now`; None if there is none."""
    found: int | None = transaction.scalar(_LAST, {"section": section, "now": now})
    return found


def arrivals_of(transaction: Transaction, numbers: tuple[int, ...], now: int) -> list[int]:
    """The arrivals of the articles with these numbers until `now`, the oldest first."""
    given = {"numbers": msgspec.json.encode(numbers).decode(), "now": now}
    return list(transaction.scalars(_OF_ARTICLES, given))


def backlog_since(transaction: Transaction) -> int | None:
    """The instant since which the oldest notification of a hub or subscriber has been pending; None if there is none.

    Failing subscribers do not count, since they are at fault themselves; failing hubs, which the newsroom chose, do.
    """
    failing = select(push_hosts.c.host).where(push_hosts.c.failures >= FAILS)
    counted = (push_tasks.c.kind == "ping") | push_tasks.c.host.not_in(failing)
    found = transaction.scalar(select(func.min(push_tasks.c.since)).where(push_tasks.c.pending > 0, counted))
    return None if found is None else int(found) // 1_000


_FAILING_HUB = (
    select(push_hosts.c.host)
    .join(push_tasks, push_tasks.c.host == push_hosts.c.host)
    .where(push_tasks.c.kind == "ping", push_hosts.c.failures > 0)
    .limit(1)
)


def hub_fails(transaction: Transaction) -> bool:
    """True if an outside hub has failed since its last success."""
    return transaction.scalar(_FAILING_HUB) is not None
