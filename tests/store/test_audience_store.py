"""The figures are kept apart from what is published, and nothing of a person among them."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from feedsvc.store.audience import counts, deliveries
from feedsvc.store.audience.counts import DailyReaders, Register, Report
from feedsvc.store.audience.database import AudienceStore
from feedsvc.store.audience.deliveries import Delivery, Fetch, LastFetch, Partner
from feedsvc.store.errors import StoreDamaged, StoreError
from feedsvc.store.transaction import Transaction

DAY = 20_000
KEY = b"k" * 32
MSN = Partner("/partners/msn.xml", "665a95f7", "MSN")


@pytest.fixture
def store(tmp_path: Path) -> AudienceStore:
    return AudienceStore(tmp_path)


@pytest.fixture
def writing(store: AudienceStore) -> Iterator[Transaction]:
    with store.write() as transaction:
        yield transaction


def registers(day: int = DAY, number: int = 100, feed: str = "/rss.xml") -> list[Register]:
    return [Register(day, feed, "NetNewsWire", register, 1 + register % 3) for register in range(number)]


def test_nothing_is_made_by_reading(store: AudienceStore) -> None:
    with store.read() as transaction:
        assert transaction is None
    assert not store.path.exists()


def test_the_file_is_this_users_alone(store: AudienceStore) -> None:
    before = os.umask(0)
    try:
        with store.write():
            modes = {stat.S_IMODE(path.stat().st_mode) for path in store.path.parent.iterdir()}
    finally:
        os.umask(before)
    assert modes == {0o600}


def test_to_add_the_same_again_changes_nothing(writing: Transaction) -> None:
    told = [Report(DAY, "/rss.xml", "Feedly", 0, 50, 457)]
    counts.add(writing, told, registers())
    once = counts.reported(writing, [DAY], None), counts.daily_readers(writing, [DAY], None)
    counts.add(writing, told, registers())
    assert (counts.reported(writing, [DAY], None), counts.daily_readers(writing, [DAY], None)) == once
    assert once[0] == told
    assert once[1][0][:3] == (DAY, "/rss.xml", "NetNewsWire")


def test_the_last_word_of_a_day_counts_in_whichever_order_it_comes(writing: Transaction) -> None:
    for at, number in ((50, 457), (70, 460), (60, 9)):
        counts.add(writing, [Report(DAY, "/rss.xml", "Feedly", 0, at, number)], [])
    assert [each.number for each in counts.reported(writing, [DAY], ["/rss.xml"])] == [460]


def test_a_register_keeps_its_highest_rank(writing: Transaction) -> None:
    ranks = (3, 7, 5)
    for rank in ranks:
        counts.add(writing, [], [Register(DAY, "/rss.xml", "Reeder", 9, rank)])
    only = counts.daily_readers(writing, [DAY], None)
    writing.run_sql("DELETE FROM registers")
    counts.add(writing, [], [Register(DAY, "/rss.xml", "Reeder", 9, max(ranks))])
    assert counts.daily_readers(writing, [DAY], None) == only


def test_all_processes_have_one_key_a_day(writing: Transaction) -> None:
    assert counts.key_of_day(writing, DAY, KEY) == KEY
    assert counts.key_of_day(writing, DAY, b"another") == KEY
    assert counts.key_of_day(writing, DAY + 1, b"another") == b"another"


def test_of_a_day_that_is_closed_the_number_stays_and_the_key_is_gone(store: AudienceStore) -> None:
    with store.write() as transaction:
        counts.key_of_day(transaction, DAY, KEY)
        counts.add(transaction, [], [*registers(), *registers(feed="/atom.xml", number=30)])
        open_day = counts.daily_readers(transaction, [DAY], None)
    assert KEY in store.path.read_bytes()
    with store.write() as transaction:
        counts.close_days(transaction, DAY + 1)
        assert transaction.run_sql("SELECT count(*) FROM registers").scalar() == 0
        assert sorted(counts.daily_readers(transaction, [DAY], None)) == sorted(open_day)
        assert counts.daily_readers(transaction, [DAY + 1], None) == []
        assert [each.feed for each in counts.daily_readers(transaction, [DAY], ["/atom.xml"])] == ["/atom.xml"]
    assert all(KEY not in path.read_bytes() for path in store.path.parent.iterdir())


def test_a_log_of_a_day_that_is_closed_can_only_raise_its_number(writing: Transaction) -> None:
    counts.add(writing, [], registers(number=200))
    counts.close_days(writing, DAY + 1)
    [before] = counts.daily_readers(writing, [DAY], None)
    for number in (50, 200, 300):
        counts.add(writing, [], registers(number=number))
        counts.close_days(writing, DAY + 1)
    [after] = counts.daily_readers(writing, [DAY], None)
    assert before.number < after.number


def test_what_is_old_is_forgotten(writing: Transaction) -> None:
    old, now = DAY - counts.KEPT - 1, (DAY + 1) * 86_400
    counts.add(writing, [Report(old, "/rss.xml", "Feedly", 0, 1, 5)], registers(old))
    counts.add(writing, [Report(DAY, "/rss.xml", "Feedly", 0, 1, 5)], registers())
    deliveries.add_fetches(writing, [Fetch(MSN, 1, at, 1, 200, 5) for at in (now - deliveries.KEPT - 1, now)])
    deliveries.add_fetches(writing, [Fetch(MSN, 2, now, 2, 200, 5)])
    deliveries.add_deliveries(
        writing, [Delivery("k", MSN, 7, at, 1, 1, 200) for at in (now - deliveries.KEPT - 1, now)]
    )
    counts.close_days(writing, DAY)
    deliveries.forget(writing, now)
    assert [each.day for each in counts.reported(writing, [old, DAY], None)] == [DAY]
    assert [each.day for each in counts.daily_readers(writing, [old, DAY], None)] == [DAY]
    assert [each.at for each in deliveries.of_article(writing, "k")] == [now]
    assert writing.run_sql("SELECT contents FROM fetches").scalars().all() == [2]


def test_the_first_fetch_stays_and_the_last_one_is_known(writing: Transaction) -> None:
    for at, status in ((10, 200), (20, 304), (15, 304)):
        deliveries.add_fetches(writing, [Fetch(MSN, 3, at, 4, status, 99)])
    assert writing.run_sql("SELECT at, status FROM fetches").all() == [(10, 200)]
    assert deliveries.last(writing) == [LastFetch(MSN, 20, 4, 304)]


def test_a_holding_comes_back(writing: Transaction) -> None:
    assert deliveries.held_by(writing, MSN) == {}
    for holding in ({"a": 1}, {"a": 2, "b": 3}):
        deliveries.put_holding(writing, MSN, holding)
        assert deliveries.held_by(writing, MSN) == holding
    assert deliveries.held_by(writing, MSN._replace(token="")) == {}


@pytest.mark.parametrize("junk", [b"no database at all" * 1_000, b"SQLite format 3\0" + b"\xff" * 8_192])
def test_a_damaged_file_is_set_aside_and_counting_begins_anew(store: AudienceStore, junk: bytes) -> None:
    with store.write() as transaction:
        counts.add(transaction, [], registers())
    store.path.write_bytes(junk)
    with pytest.raises(StoreDamaged), store.write():
        pass
    with store.write() as transaction:
        counts.add(transaction, [], registers(number=5))
        assert [each.number for each in counts.daily_readers(transaction, [DAY], None)] == [5]
    assert store.path.with_name("audience.sqlite3.damaged").read_bytes() == junk


def test_a_folder_that_is_gone_is_trouble_and_is_not_made(tmp_path: Path) -> None:
    store = AudienceStore(tmp_path / "gone")
    with pytest.raises(StoreError), store.write():
        pass
    assert not store.path.parent.exists()


def test_two_processes_may_write_in_turns(tmp_path: Path) -> None:
    for number in range(4):
        with AudienceStore(tmp_path).write() as transaction:
            counts.add(transaction, [Report(DAY, "/rss.xml", "Feedly", number % 2, number, number)], [])
    with AudienceStore(tmp_path).read() as reading:
        assert reading is not None
        assert [each.number for each in counts.reported(reading, [DAY], None)] == [2, 3]
        assert counts.daily_readers(reading, [DAY], None) == list[DailyReaders]()
