"""Takes the lease that one process at a time holds to publish, and runs operators' changes between publications."""

import time
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from feedsvc.config import Config
from feedsvc.service.settings import now
from feedsvc.service.stores import prepare_ledger
from feedsvc.store import publications, requests
from feedsvc.store.errors import StoreBusy
from feedsvc.store.lease import Lease, LeaseLost, acquire, new_holder, release
from feedsvc.store.problems import replace_problems
from feedsvc.store.requests import PublishRequest
from feedsvc.store.transaction import Transaction

T = TypeVar("T")
BUSY = 600.0
"""Seconds to wait for another process that publishes or writes to the store."""
PAUSE = 0.1
"""Seconds between two attempts."""
STORE = "the store"
"""The origin under which problems are stored that were found when the store was opened."""


class Busy(NamedTuple):
    """The result if another process publishes or writes to the store."""

    reason: str


def claim(transaction: Transaction, holder: str = "") -> Lease | Busy:
    """The lease for `holder`; Busy if another process holds it. If `holder` is empty, a new name is made."""
    try:
        return acquire(transaction, holder or new_holder(), now())
    except LeaseLost as held:
        return Busy(str(held))


def retry_while_busy(attempt: Callable[[], T | Busy], wait: float) -> T | Busy:
    """The result of `attempt`, which is repeated while it is Busy or raises StoreBusy; Busy after `wait` seconds."""
    deadline = time.monotonic() + wait
    while True:
        try:
            result = attempt()
        except StoreBusy as error:
            result = Busy(str(error))
        if not isinstance(result, Busy) or time.monotonic() > deadline:
            return result
        time.sleep(PAUSE)


def exclusive(settings: Config, work: Callable[[Transaction, Lease | Busy], T]) -> T:
    """The result of `work`, done in one transaction before or after a publication, never during one.

    `work` gets the lease, or Busy if a publisher is running; that publisher is then asked to publish the changes.
    Raises StoreError if the store cannot be used, or if another process is busy for longer than BUSY seconds.
    """
    store, problems = _ready(retry_while_busy(lambda: prepare_ledger(settings), BUSY))

    def work_once() -> T:
        with store.write() as transaction:
            publications.allow_pauses(transaction)
            if problems:
                replace_problems(transaction, STORE, problems)
            claimed = claim(transaction)
            result = work(transaction, claimed)
            _hand_back(transaction, claimed)
            return result

    try:
        return _ready(retry_while_busy(work_once, BUSY))
    finally:
        store.close()


def _hand_back(transaction: Transaction, claimed: Lease | Busy) -> None:
    """Releases the lease or, if `claimed` is Busy, asks the publisher that holds it to publish."""
    if isinstance(claimed, Lease):
        release(transaction, claimed)
    else:
        requests.ask(transaction, PublishRequest(token=new_holder()))


def _ready(result: T | Busy) -> T:
    """`result`. Raises StoreBusy if it is Busy."""
    if isinstance(result, Busy):
        raise StoreBusy(result.reason)
    return result
