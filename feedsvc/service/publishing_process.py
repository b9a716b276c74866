"""The one process that publishes. It waits for the store and for the lease, and publishes as long as it has both."""

import gc
import logging
from contextlib import suppress
from threading import Event

from feedsvc.config import Config
from feedsvc.service.exclusive import STORE, Busy, claim
from feedsvc.service.lease_keeper import handed_back_on_error
from feedsvc.service.process_main import begin, work_in_thread
from feedsvc.service.publisher_session import make_session
from feedsvc.service.publishing_here import noted
from feedsvc.service.session_end import End
from feedsvc.service.settings import now
from feedsvc.service.state_folder import StateFolder
from feedsvc.service.stores import open_ledger, prepare_ledger
from feedsvc.store import destinations, purges
from feedsvc.store.errors import StoreDamaged, StoreError
from feedsvc.store.lease import held_by
from feedsvc.store.port import Store
from feedsvc.store.problems import replace_problems

log = logging.getLogger(__name__)

PATIENCE = 6.0
"""Seconds for which this process, when asked to end, waits for a publication; after that the publication is undone, as
after a kill -9."""
WAIT = 1.0
"""Seconds between two attempts while another process publishes or the store cannot be used."""


def main() -> None:
    """The program that the supervisor starts. Its argument is the descriptor of the settings."""
    work_in_thread(run, begin("apscheduler", "watchfiles"), PATIENCE)


def run(settings: Config, stop: Event) -> None:
    """Runs one session after the other until `stop` is set. An obstacle is logged if it differs from the last one."""
    before, folder = None, StateFolder(settings.state.path)
    while not stop.is_set():
        obstacle = _run_session(settings, folder, stop)
        if obstacle is not None and obstacle != before:
            log.log(*obstacle)
        if obstacle is not None:
            stop.wait(WAIT)
        before = obstacle


def _run_session(settings: Config, folder: StateFolder, stop: Event) -> tuple[int, str] | None:
    """Runs a session to its end, and returns None. If no session can begin, returns the level and the text of a log
    line."""
    try:
        busy = _other_publisher(settings) or _publish(settings, folder, stop)
    except StoreError as error:
        return logging.ERROR, f"cannot publish: {error}"
    return (logging.INFO, f"waiting: {busy.reason}") if busy else None


def _other_publisher(settings: Config) -> Busy | None:
    """Busy if another process publishes to the same store, otherwise None. This check is cheaper than preparing the
    store.

    Also None if the store cannot be read: `prepare_ledger` then rebuilds it, or reports what is wrong.
    """
    with suppress(StoreError, TypeError, ValueError):
        store = open_ledger(settings)
        try:
            with store.read() as transaction:
                holder = held_by(transaction, now())
        finally:
            store.close()
        if holder:
            return Busy(f"{holder} publishes")
    return None


def _publish(settings: Config, folder: StateFolder, stop: Event) -> Busy | None:
    """Publishes until the session ends, and returns None; Busy if another process holds the lease."""
    folder.check()
    store, problems = prepare_ledger(settings)
    with suppress(OSError):
        folder.note()
    end = End.STOPPED
    try:
        with store.write_lease() as transaction:
            lease = claim(transaction)
        if isinstance(lease, Busy):
            return lease
        with handed_back_on_error(store, lease), store.write() as transaction:
            replace_problems(transaction, STORE, problems)
            destinations.keep_only(transaction, [table.to for table in settings.publish])
            purges.keep_only(transaction, [table.name for table in settings.purge], now())
        session = make_session(settings, store, lease)
        gc.freeze()  # the objects of the program itself need not be searched for garbage again and again
        with noted(settings, lease):
            end = session.run(stop)
        if end in (End.DAMAGED, End.FAILED):
            stop.wait(WAIT)
    except StoreDamaged:
        end = End.DAMAGED
        raise
    finally:
        _close(store, end)
    return None


def _close(store: Store, end: End) -> None:
    if end is End.DAMAGED:
        store.close_as_damaged()
    else:
        store.close_for_good()
