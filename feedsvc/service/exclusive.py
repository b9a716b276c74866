"""What an operator changes by one transaction while the service runs: it comes before or after a publication."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from feedsvc.config import Config
from feedsvc.service.operations import BUSY, PAUSE
from feedsvc.service.settings import now
from feedsvc.store import requests
from feedsvc.store.errors import StoreBusy
from feedsvc.store.lease import acquire, held_by, new_holder, release
from feedsvc.store.problems import replace_problems
from feedsvc.store.requests import PublishRequest
from feedsvc.store.sqlite.database import Store, prepare_store
from feedsvc.store.transaction import Transaction

T = TypeVar("T")


def run_exclusively(settings: Config, work: Callable[[Transaction, bool], T]) -> T:
    """What `work` gives, in one transaction; it is told whether nobody else publishes. Who does is asked to, then."""
    store, found = prepare_store(settings.state.path)
    deadline = time.monotonic() + BUSY
    try:
        while True:
            try:
                with _turn(store) as (transaction, alone):
                    if found:
                        replace_problems(transaction, "the store", found)
                    return work(transaction, alone)
            except StoreBusy:
                if time.monotonic() > deadline:
                    raise
            time.sleep(PAUSE)  # whoever publishes is in the midst of it
    finally:
        store.close()


@contextmanager
def _turn(store: Store) -> Iterator[tuple[Transaction, bool]]:
    with store.write() as transaction:
        if held_by(transaction, now()):
            yield transaction, False
            requests.ask(transaction, PublishRequest(token=new_holder()))
        else:
            lease = acquire(transaction, new_holder(), now())
            yield transaction, True
            release(transaction, lease, now())
