"""Subscribers of feeds, day by day: what services report, and how many readers poll themselves."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, select

from feedsvc.model.distinct import estimate
from feedsvc.store.audience.schema import keys, readers, registers, reports
from feedsvc.store.bulk import Bulk
from feedsvc.store.dialect import insert
from feedsvc.store.transaction import Transaction

KEPT = 90
"""Days for which figures are kept."""


class Report(NamedTuple):
    """The word of a service on one day, of one feed. `source` tells several addresses of the feed apart."""

    day: int
    feed: str
    service: str
    source: int
    at: int
    number: int


class Register(NamedTuple):
    """A register of the readers of one feed by one program, with the rank that it has at least."""

    day: int
    feed: str
    client: str
    register: int
    rank: int


class DailyReaders(NamedTuple):
    """The number of different readers of one feed, by one program, on one day."""

    day: int
    feed: str
    client: str
    number: int


_report = insert(reports)
_REPORT = Bulk(
    _report.on_conflict_do_update(
        index_elements=["day", "feed", "service", "source"],
        set_={"at": _report.excluded.at, "number": _report.excluded.number},
        where=reports.c.at <= _report.excluded.at,
    )
)
_register = insert(registers)
_REGISTER = Bulk(
    _register.on_conflict_do_update(
        index_elements=["day", "feed", "client", "register"],
        set_={"rank": _register.excluded.rank},
        where=registers.c.rank < _register.excluded.rank,
    )
)
_reader = insert(readers)
_READER = Bulk(
    _reader.on_conflict_do_update(
        index_elements=["day", "feed", "client"],
        set_={"number": _reader.excluded.number},
        where=readers.c.number < _reader.excluded.number,
    )
)
_KEY = insert(keys).on_conflict_do_nothing()


def key_of_day(transaction: Transaction, day: int, fresh: bytes) -> bytes:
    """The key of `day`, by which readers are hashed; `fresh` becomes it if there is none."""
    transaction.execute(_KEY, {"day": day, "key": fresh})
    found: bytes = transaction.scalar(select(keys.c.key).where(keys.c.day == bindparam("wanted")), {"wanted": day})
    return found


def add(transaction: Transaction, told: Iterable[Report], filled: Iterable[Register]) -> None:
    """Adds what services said and the registers that readers filled. To add the same again changes nothing."""
    _REPORT.execute(transaction, told)
    _REGISTER.execute(transaction, filled)


def close_days(transaction: Transaction, before: int) -> None:
    """Keeps of the days before `before` the numbers of readers alone: their registers and keys are deleted. What is
    older than KEPT days goes too."""
    if transaction.scalar(select(func.min(registers.c.day))) is not None:
        _READER.execute(transaction, _estimates(transaction, first=0, until=before - 1))
    for table in (registers, keys):
        transaction.execute(delete(table).where(table.c.day < before))
    for table in (readers, reports):
        transaction.execute(delete(table).where(table.c.day < before - KEPT))


def daily_readers(transaction: Transaction, first: int, last: int, feed: str = "") -> list[DailyReaders]:
    """The readers of the days from `first` to `last`, of `feed` alone if it is not empty."""
    found = {each[:3]: each for each in _closed(transaction, first, last, feed)}
    for each in _estimates(transaction, first, last, feed):
        known = found.get(each[:3])
        if known is None or known.number < each.number:
            found[each[:3]] = each
    return list(found.values())


def reported(transaction: Transaction, first: int, last: int, feed: str = "") -> list[Report]:
    """The words of services on the days from `first` to `last`, of `feed` alone if it is not empty."""
    query = select(reports).where(reports.c.day.between(first, last))
    query = query.where(reports.c.feed == feed) if feed else query
    return [Report(*row) for row in transaction.execute(query)]


def _closed(transaction: Transaction, first: int, last: int, feed: str) -> list[DailyReaders]:
    query = select(readers).where(readers.c.day.between(first, last))
    query = query.where(readers.c.feed == feed) if feed else query
    return [DailyReaders(*row) for row in transaction.execute(query)]


def _estimates(transaction: Transaction, first: int, until: int, feed: str = "") -> list[DailyReaders]:
    """The estimates of the days that have registers."""
    group = registers.c.day, registers.c.feed, registers.c.client
    query = select(*group, registers.c.rank, func.count()).where(registers.c.day.between(first, until))
    query = query.where(registers.c.feed == feed) if feed else query
    ranks: dict[tuple[int, str, str], dict[int, int]] = {}
    for day, path, client, rank, number in transaction.execute(query.group_by(*group, registers.c.rank)):
        ranks.setdefault((day, path, client), {})[rank] = number
    return [DailyReaders(*where, estimate(each)) for where, each in ranks.items()]
