"""The one process that publishes: holds the lease, keeps the schedule, and ends when it is told to or left alone."""

import logging
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Timer
from types import FrameType

from sqlalchemy.exc import SQLAlchemyError

from feedsvc.app import now
from feedsvc.config import Config, load
from feedsvc.formats import FORMATS
from feedsvc.model import Problem, Report
from feedsvc.publisher import Publisher
from feedsvc.publishing import make_publisher
from feedsvc.scheduler import Scheduler, Timing
from feedsvc.store import editions, ledger
from feedsvc.store.database import Store, StoreError, prepare_store
from feedsvc.store.lease import TERM, Lease, LeaseLost, acquire, new_holder, release, renew

log = logging.getLogger(__name__)

PATIENCE = 6.0
"""Seconds for which a publication under way may go on when the process is told to end; then it is undone."""
_GLANCE = 0.5


def run(config: Path, parent: int) -> None:
    """Publish until SIGTERM, or until `parent` (a process id) is gone. The target of a process of its own."""
    settings = load(config, frozenset(FORMATS))
    stop = Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    store, problems = _prepare(settings, stop, parent)
    while store is not None and not _over(stop, parent):
        try:
            with store.write() as connection:
                lease = acquire(connection, new_holder(), now())
                ledger.replace_problems(connection, "the store", problems)
        except LeaseLost:
            stop.wait(1)
        except SQLAlchemyError as error:
            log.error("the store cannot be written: %s", error)
            stop.wait(2)
        else:
            _Term(settings, store, lease, stop, parent).serve()


def _prepare(settings: Config, stop: Event, parent: int) -> tuple[Store | None, tuple[Problem, ...]]:
    """Waits for a state folder that can be used: what was published is served meanwhile."""
    while not _over(stop, parent):
        try:
            return prepare_store(settings.state.path)
        except (StoreError, SQLAlchemyError) as error:
            log.error("%s", error)
            stop.wait(5)
    return None, ()


def _over(stop: Event, parent: int) -> bool:
    return stop.is_set() or os.getppid() != parent


class _Term:
    """As long as one lease is held."""

    def __init__(self, settings: Config, store: Store, lease: Lease, stop: Event, parent: int) -> None:
        self._store = store
        self._lease = lease
        self._stop = stop
        self._parent = parent
        self._lost = Event()
        self._publisher: Publisher = make_publisher(settings, store)
        self._known: frozenset[Problem] = frozenset()
        self._accept_removals = False
        self._watched = settings.articles.path if settings.schedule.watch else None
        timings = {Timing(settings.schedule.every, settings.schedule.cron)}
        own = [(each.every, each.cron) for each in settings.sections] + [(feed.every, "") for feed in settings.feeds]
        timings |= {Timing(every or settings.schedule.every, cron) for every, cron in own if every or cron}
        self._scheduler = Scheduler(self._publish, timings, self._pulse, TERM / 3, self._planned)

    def serve(self) -> None:
        self._scheduler.start(self._watched)
        while not _over(self._stop, self._parent) and not self._lost.is_set():
            self._stop.wait(_GLANCE)
        # A publication that is not done by then is undone by SQLite, as after kill -9.
        deadline = Timer(PATIENCE, os._exit, (0,))
        deadline.daemon = True
        deadline.start()
        self._scheduler.stop()
        self._release()
        deadline.cancel()

    def _publish(self) -> Report | None:
        """Publish once; no trouble of one publication may end the schedule."""
        try:
            accepted, self._accept_removals = self._accept_removals, False
            started = now()
            report = self._publisher.publish(self._lease, now, accept_removals=accepted)
        except LeaseLost as loss:
            log.warning("the lease is lost: %s", loss)
            self._lost.set()
        except Exception:
            log.exception("the regeneration failed; what was published stays, and it is tried again")
        else:
            self._tell(report, now() - started)
            return report
        return None

    def _tell(self, report: Report, took: timedelta) -> None:
        with self._store.read() as connection:
            problems = frozenset(ledger.all_problems(connection))
        for problem in sorted(problems - self._known):
            log.warning("%s", problem)
        self._known = problems
        if report.documents:
            line = "edition %d: %d documents changed, %d files read, %d articles gone, %.2f s"
            log.info(line, report.edition, report.documents, report.read, report.gone, took.total_seconds())

    def _pulse(self) -> None:
        """Renew the lease, and see whether an operator asked for a publication."""
        try:
            with self._store.write() as connection:
                renew(connection, self._lease, now())
                wanted = editions.recall(connection, "wanted")
                if wanted is not None:
                    editions.forget(connection, "wanted")
        except LeaseLost:
            self._lost.set()
        except SQLAlchemyError as error:
            log.warning("the lease could not be renewed: %s", error)
        else:
            if wanted is not None:
                self._accept_removals = bool(wanted["accept_removals"])
                self._scheduler.soon(timedelta())

    def _planned(self, when: datetime | None) -> None:
        with self._store.write() as connection:
            editions.remember(connection, "next", when)

    def _release(self) -> None:
        try:
            with self._store.write() as connection:
                release(connection, self._lease, now())
        except (LeaseLost, SQLAlchemyError) as error:
            log.debug("the lease was not given back: %s", error)


Target = Callable[[Path, int], None]


def main(config: Path, parent: int, level: int) -> None:
    """What the parent process starts."""
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    logging.getLogger("watchfiles").setLevel(logging.WARNING)
    run(config, parent)
