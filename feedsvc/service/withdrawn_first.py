"""Purges withdrawn documents from the caches in front of a bucket before anything else is sent to the bucket."""

import logging
import time

from msgspec.structs import replace

from feedsvc.config import Config
from feedsvc.service.purge_operations import purge_once
from feedsvc.service.settings import now
from feedsvc.service.stores import open_ledger
from feedsvc.store import destinations, purges
from feedsvc.store.errors import StoreError
from feedsvc.store.port import Store

log = logging.getLogger(__name__)

PATIENCE = 5.0
"""The longest time in seconds for which a cache that has not purged them yet delays everything else."""
_POLL = 0.05


def purge_withdrawn(settings: Config, bucket: str, edition: int) -> None:
    """Records that `bucket` no longer has anything that is withdrawn in `edition`, and waits until its caches have
    purged it.

    If no purge process is running, the caches are purged here. After PATIENCE seconds, or if the store cannot be used,
    the outbox takes care of the rest.
    """
    tables = tuple(table for table in settings.purge if table.behind == bucket)
    if not tables:
        return
    try:
        store = open_ledger(settings)
        try:
            with store.write() as transaction:
                destinations.put_withdrawn(transaction, bucket, edition, now())
            if not purge_once(replace(settings, purge=tables)):
                _wait(store, [table.name for table in tables], edition)
        finally:
            store.close()
    except StoreError as error:
        log.debug("what %s has no more could not be told to its caches first: %s", bucket, error)


def _wait(store: Store, names: list[str], edition: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and not _are_purged(store, names, edition):
        time.sleep(_POLL)


def _are_purged(store: Store, names: list[str], edition: int) -> bool:
    with store.read() as transaction:
        known = purges.everything(transaction)
    return all(name not in known or known[name].withdrawn >= edition for name in names)
