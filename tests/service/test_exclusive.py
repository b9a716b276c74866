"""One process at a time publishes; the others wait, for as long as they may, or leave a request."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from feedsvc.config import Config, load
from feedsvc.service import exclusive as module
from feedsvc.service.exclusive import Busy, claim, exclusive, retry_while_busy
from feedsvc.service.settings import now
from feedsvc.store import requests, state
from feedsvc.store.errors import StoreBusy, StoreError
from feedsvc.store.lease import Lease, acquire, held_by
from feedsvc.store.sqlite.database import Store, prepare_store
from feedsvc.store.transaction import Transaction


@pytest.fixture
def settings(tmp_path: Path) -> Config:
    path = tmp_path / "config.toml"
    path.write_text('[site]\ntitle = "Low Mere Gazette"\nurl = "http://a.example"\n')
    return load(path)


@pytest.fixture
def store(settings: Config) -> Iterator[Store]:
    opened, _ = prepare_store(settings.state.path)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE", 0.0)


def attempts(*outcomes: object) -> tuple[Callable[[], object], list[object]]:
    """A function that returns or raises one of `outcomes` after the other, and those that are left."""
    left = list(outcomes)

    def attempt() -> object:
        outcome = left.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return attempt, left


def test_what_is_busy_is_tried_until_it_is_not() -> None:
    attempt, left = attempts(StoreBusy("another program is writing"), Busy("another publishes"), "done", "again")
    assert retry_while_busy(attempt, 60) == "done"
    assert left == ["again"]


def test_what_stays_busy_is_given_up_with_the_last_reason() -> None:
    attempt, left = attempts(Busy("another publishes"), "done")
    assert retry_while_busy(attempt, -1) == Busy("another publishes")
    attempt, _ = attempts(StoreBusy("another program is writing"), "done")
    assert retry_while_busy(attempt, -1) == Busy("another program is writing")
    assert left == ["done"]


def test_any_other_trouble_is_no_reason_to_wait() -> None:
    attempt, left = attempts(StoreError("the disk is full"), "done")
    with pytest.raises(StoreError, match="the disk is full"):
        retry_while_busy(attempt, 60)
    assert left == ["done"]


def test_the_lease_goes_to_one_and_the_other_learns_who_has_it(store: Store) -> None:
    with store.write() as transaction:
        lease = claim(transaction)
        assert isinstance(lease, Lease)
        assert claim(transaction) == Busy(f"{lease.holder} publishes")


def test_where_nobody_publishes_the_work_is_done_under_the_lease_which_is_given_back(
    settings: Config, store: Store
) -> None:
    def work(transaction: Transaction, claimed: Lease | Busy) -> str:
        assert isinstance(claimed, Lease)
        assert held_by(transaction, now()) == claimed.holder
        state.NEXT_EDITION_NOTE.put(transaction, "work")
        return "done"

    assert exclusive(settings, work) == "done"
    with store.read() as transaction:
        assert held_by(transaction, now()) == ""
        assert state.NEXT_EDITION_NOTE.get(transaction) == "work"
        assert requests.wishes(transaction) == ()


def test_beside_a_publisher_the_work_is_done_between_its_publications_and_it_is_asked_for_one(
    settings: Config, store: Store
) -> None:
    with store.write() as transaction:
        acquire(transaction, "elsewhere:1:x", now())
    assert (
        exclusive(settings, lambda _, claimed: isinstance(claimed, Busy) and claimed.reason)
        == "elsewhere:1:x publishes"
    )
    with store.read() as transaction:
        assert len(requests.wishes(transaction)) == 1
        assert held_by(transaction, now()) == "elsewhere:1:x"


def test_work_that_fails_changes_nothing(settings: Config, store: Store) -> None:
    def work(transaction: Transaction, _: Lease | Busy) -> None:
        state.NEXT_EDITION_NOTE.put(transaction, "work")
        raise ValueError("no way")

    with pytest.raises(ValueError, match="no way"):
        exclusive(settings, work)
    with store.read() as transaction:
        assert state.NEXT_EDITION_NOTE.get(transaction) == ""
        assert held_by(transaction, now()) == ""


def test_work_for_which_no_turn_comes_is_given_up(
    settings: Config, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY", -1.0)
    monkeypatch.setattr("feedsvc.store.sqlite.engine.BUSY_MS", 50)
    with store.write() as transaction:
        state.NEXT_EDITION_NOTE.put(transaction, "another")
        with pytest.raises(StoreBusy, match="another program is writing"):
            exclusive(settings, lambda _, claimed: "done")
