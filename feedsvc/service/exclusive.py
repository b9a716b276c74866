"""What an operator changes by one transaction while the service runs: it comes before or after a publication."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from feedsvc.config import Config
from feedsvc.service.operations import BUSY, PAUSE, is_busy
from feedsvc.service.settings import now
from feedsvc.store import requests
from feedsvc.store.lease import acquire, held_by, new_holder, release
from feedsvc.store.problems import replace_problems
from feedsvc.store.requests import PublishRequest
from feedsvc.store.sqlite.database import Store, StoreError, prepare_store

T = TypeVar("T")


def run_exclusively(settings: Config, work: Callable[[Connection, bool], T]) -> T:
    """What `work` gives, in one transaction; it is told whether nobody else publishes. Who does is asked to, then."""
    store, found = prepare_store(settings.state.path)
    deadline = time.monotonic() + BUSY
    try:
        while True:
            try:
                with _turn(store) as (connection, alone):
                    if found:
                        replace_problems(connection, "the store", found)
                    return work(connection, alone)
            except SQLAlchemyError as error:
                if not is_busy(error) or time.monotonic() > deadline:
                    raise error if isinstance(error, StoreError) else StoreError(f"{store.path}: {error}") from error
            time.sleep(PAUSE)  # whoever publishes is in the midst of it
    finally:
        store.close()


@contextmanager
def _turn(store: Store) -> Iterator[tuple[Connection, bool]]:
    with store.write() as connection:
        if held_by(connection, now()):
            yield connection, False
            requests.ask(connection, PublishRequest(token=new_holder()))
        else:
            lease = acquire(connection, new_holder(), now())
            yield connection, True
            release(connection, lease, now())
