"""The state of the hosts that push sends to: their consecutive failures, and the ends of the pauses after them.

Instants are milliseconds since 1970.
"""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import delete, func, select, update

from feedsvc.store.bulk import Bulk
from feedsvc.store.dialect import insert
from feedsvc.store.push_schema import push_hosts, push_paces
from feedsvc.store.transaction import Transaction


class HostState(NamedTuple):
    """A host that has failed and not succeeded since."""

    host: str
    failures: int
    until: int
    """The instant before which nothing is sent there."""
    since: int
    """The instant of the first of these failures."""
    reason: str


_new = insert(push_hosts)
_PUT = Bulk(
    _new.on_conflict_do_update(
        index_elements=["host"],
        set_={
            "failures": _new.excluded.failures,
            "until": _new.excluded.until,
            "since": _new.excluded.since,
            "reason": _new.excluded.reason,
        },
    )
)


def states(transaction: Transaction, hosts: Iterable[str]) -> dict[str, HostState]:
    """The states of those of `hosts` that have failed, by host."""
    query = select(push_hosts).where(push_hosts.c.host.in_(list(hosts)))
    return {row.host: HostState(*row) for row in transaction.execute(query)}


def put(transaction: Transaction, changed: Iterable[HostState]) -> None:
    """Stores the states of hosts; one without failures is removed."""
    found = list(changed)
    _PUT.execute(transaction, [state for state in found if state.failures])
    if well := [state.host for state in found if not state.failures]:
        transaction.execute(delete(push_hosts).where(push_hosts.c.host.in_(well)))


def failing(transaction: Transaction, least: int) -> list[HostState]:
    """The hosts that have failed at least `least` times in a row, in the order of their names."""
    query = select(push_hosts).where(push_hosts.c.failures >= least).order_by(push_hosts.c.host)
    return [HostState(*row) for row in transaction.execute(query)]


def count_failing(transaction: Transaction, least: int) -> int:
    """The number of hosts that have failed at least `least` times in a row."""
    query = select(func.count()).select_from(push_hosts).where(push_hosts.c.failures >= least)
    return int(transaction.scalar(query) or 0)


def forget(transaction: Transaction, host: str) -> None:
    """Forgets the failures of `host`."""
    transaction.execute(delete(push_hosts).where(push_hosts.c.host == host))


def forget_old(transaction: Transaction, before: int) -> None:
    """Forgets the hosts whose pauses ended before `before`, and to which nothing was sent since."""
    transaction.execute(delete(push_hosts).where(push_hosts.c.until < before))


class Pace(NamedTuple):
    """The pace at which verifications are sent to a host."""

    next: int = 0
    """The instant from which the next one may be sent."""
    failures: int = 0
    """Verifications that have failed since the last success."""


def pace(transaction: Transaction, host: str) -> Pace:
    """The pace of verifications for `host`, a name without a port."""
    row = transaction.execute(select(push_paces.c.next, push_paces.c.failures).where(push_paces.c.host == host)).first()
    return Pace(*row) if row else Pace()


def put_pace(transaction: Transaction, host: str, pace: Pace) -> None:
    """Stores the pace of verifications for `host`."""
    statement = insert(push_paces).values(host=host, **pace._asdict())
    transaction.execute(statement.on_conflict_do_update(index_elements=["host"], set_=pace._asdict()))


def forget_paces(transaction: Transaction, before: int) -> None:
    """Forgets the hosts whose pauses between verifications ended before `before`."""
    transaction.execute(delete(push_paces).where(push_paces.c.next < before))


def shift(transaction: Transaction, by: int) -> None:
    """Moves all instants by `by` milliseconds, after the clock was set."""
    transaction.execute(update(push_hosts).values(until=push_hosts.c.until + by, since=push_hosts.c.since + by))
    transaction.execute(update(push_paces).values(next=push_paces.c.next + by))
