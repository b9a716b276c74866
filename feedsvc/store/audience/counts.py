"""The subscribers of feeds, day by day: the numbers that services report, and the readers that poll feeds directly."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, Table, bindparam, delete, func, select

from feedsvc.model.distinct import estimate
from feedsvc.store.audience.schema import keys, readers, registers, reports
from feedsvc.store.bulk import Bulk
from feedsvc.store.dialect import insert
from feedsvc.store.transaction import Transaction

KEPT = 90
"""Days for which figures are kept."""


class Report(NamedTuple):
    """The number of subscribers that a service reported for one feed on one day. `source` distinguishes several
    addresses of the feed."""

    day: int
    feed: str
    service: str
    source: int
    at: int
    number: int


class Register(NamedTuple):
    """A register of the readers of one feed with one program, and its rank so far."""

    day: int
    feed: str
    client: str
    register: int
    rank: int


class DailyReaders(NamedTuple):
    """The number of distinct readers of one feed with one program on one day."""

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
    """The key with which readers are hashed on `day`; `fresh` becomes the key if there is none yet."""
    transaction.execute(_KEY, {"day": day, "key": fresh})
    found: bytes = transaction.scalar(select(keys.c.key).where(keys.c.day == bindparam("wanted")), {"wanted": day})
    return found


def add(transaction: Transaction, told: Iterable[Report], filled: Iterable[Register]) -> None:
    """Adds the reports `told` of services and the registers `filled` by readers. Adding the same again changes
    nothing."""
    _REPORT.execute(transaction, told)
    _REGISTER.execute(transaction, filled)


def close_days(transaction: Transaction, before: int) -> None:
    """Replaces the registers of the days before `before` by numbers of readers, and deletes the keys of these days. All
    figures that are KEPT days older than `before` are deleted, too."""
    if transaction.scalar(select(func.min(registers.c.day))) is not None:
        _READER.execute(transaction, _estimates(transaction, (registers.c.day < before,)))
    for table in (registers, keys):
        transaction.execute(delete(table).where(table.c.day < before))
    for table in (readers, reports):
        transaction.execute(delete(table).where(table.c.day < before - KEPT))


def daily_readers(transaction: Transaction, days: Iterable[int], feeds: Iterable[str] | None) -> list[DailyReaders]:
    """The readers of `feeds`, None for all, on each of `days`."""
    days, feeds = tuple(days), None if feeds is None else tuple(feeds)
    query = select(readers).where(*_among(readers, days, feeds))
    found = {(row.day, row.feed, row.client): DailyReaders(*row) for row in transaction.execute(query)}
    for each in _estimates(transaction, _among(registers, days, feeds)):
        known = found.get(each[:3])
        if known is None or known.number < each.number:
            found[each[:3]] = each
    return list(found.values())


def reported(transaction: Transaction, days: Iterable[int], feeds: Iterable[str] | None) -> list[Report]:
    """The reports of services for `feeds`, None for all, on each of `days`."""
    query = select(reports).where(*_among(reports, tuple(days), None if feeds is None else tuple(feeds)))
    return [Report(*row) for row in transaction.execute(query)]


Conditions = tuple[ColumnElement[bool], ...]


def _among(table: Table, days: tuple[int, ...], feeds: tuple[str, ...] | None) -> Conditions:
    """The conditions for `days` and `feeds`, None for all. The primary key of each table serves them: day, then
    feed."""
    on = table.c.day.in_(days)
    return (on,) if feeds is None else (on, table.c.feed.in_(feeds))


def _estimates(transaction: Transaction, where: Conditions) -> list[DailyReaders]:
    """The estimated readers for the registers that `where` selects."""
    group = registers.c.day, registers.c.feed, registers.c.client
    query = select(*group, registers.c.rank, func.count()).where(*where).group_by(*group, registers.c.rank)
    ranks: dict[tuple[int, str, str], dict[int, int]] = {}
    for day, path, client, rank, number in transaction.execute(query):
        ranks.setdefault((day, path, client), {})[rank] = number
    return [DailyReaders(*which, estimate(each)) for which, each in ranks.items()]
