"""What is done once, at an operator's word: a publication, a check, a look at the status."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tqdm import tqdm

from feedsvc.app import now
from feedsvc.config import Config
from feedsvc.library import Tick
from feedsvc.model import Problem, Report
from feedsvc.publisher import Publisher
from feedsvc.publishing import make_publisher
from feedsvc.status import Status, gather, last_report
from feedsvc.store import editions, ledger
from feedsvc.store.database import Store, open_store, prepare_store
from feedsvc.store.lease import Lease, LeaseLost, acquire, new_holder, release

Outcome = tuple[Report, tuple[Problem, ...]]
ANSWER = 60.0
"""Seconds to wait for a running publisher to do what it was asked."""


def publish_once(settings: Config, *, accept_removals: bool) -> Outcome:
    """One regeneration, by the publisher that is running if there is one.

    Raises StoreError where the state cannot be kept, LeaseLost where a running publisher does not answer.
    """
    store, found = prepare_store(settings.state.path)
    try:
        with store.write() as connection:
            lease = acquire(connection, new_holder(), now())
            ledger.replace_problems(connection, "the store", found)
    except LeaseLost as held:
        return _ask(store, held, accept_removals=accept_removals)
    try:
        report = _publish(make_publisher(settings, store), lease, accept_removals=accept_removals)
        return report, _problems(store)
    finally:
        with store.write() as connection:
            release(connection, lease, now())
        store.close()


def check_once(settings: Config) -> Outcome:
    """Read and render all there is into a store that is thrown away."""
    with TemporaryDirectory(prefix="feedsvc-check-") as folder:
        store, _ = prepare_store(Path(folder))
        with store.write() as connection:
            lease = acquire(connection, new_holder(), now())
        report = _publish(make_publisher(settings, store), lease, accept_removals=True)
        problems = _problems(store)
        store.close()
    return report, problems


def current_status(settings: Config) -> Status:
    """Raises StoreError while nothing was ever published."""
    store = open_store(settings.state.path)
    with store.read() as connection:
        return gather(connection, now())


def _publish(publisher: Publisher, lease: Lease, *, accept_removals: bool) -> Report:
    with _progress() as tick:
        return publisher.publish(lease, now, patient=False, accept_removals=accept_removals, tick=tick)


def _problems(store: Store) -> tuple[Problem, ...]:
    with store.read() as connection:
        return ledger.all_problems(connection)


def _ask(store: Store, held: LeaseLost, *, accept_removals: bool) -> Outcome:
    asked = now()
    with store.write() as connection:
        editions.remember(connection, "wanted", {"accept_removals": accept_removals})
    deadline = time.monotonic() + ANSWER
    while time.monotonic() < deadline:
        time.sleep(0.1)
        report = _since(store, asked)
        if report is not None:
            return report, _problems(store)
    raise LeaseLost(f"{held}, but did not answer within {ANSWER:.0f} s; see its log")


def _since(store: Store, asked: datetime) -> Report | None:
    with store.read() as connection:
        report = last_report(connection)
        waiting = editions.recall(connection, "wanted") is not None
    return report if report is not None and report.finished >= asked and not waiting else None


@contextmanager
def _progress() -> Iterator[Tick]:
    """A bar on a terminal, nothing in a pipe."""
    with tqdm(desc="reading", unit=" files", disable=None, leave=False) as bar:

        def tick(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield tick
