"""The one process that publishes: holds the lease, keeps the schedule, and ends when it is told to or left alone."""

import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

from feedsvc.config import Config
from feedsvc.model import progress
from feedsvc.model.problem import Problem
from feedsvc.model.report import Report
from feedsvc.service import watchdog
from feedsvc.service.heartbeat import start_heartbeat
from feedsvc.service.scheduler import Hints, Scheduler, Timetable
from feedsvc.service.settings import interval, now
from feedsvc.service.settings_handover import read_settings
from feedsvc.service.wiring import make_publisher
from feedsvc.store import notes, requests
from feedsvc.store.lease import TERM, Lease, LeaseLost, acquire, held_by, new_holder, release, renew
from feedsvc.store.problems import all_problems, replace_problems
from feedsvc.store.requests import PublishRequest
from feedsvc.store.sqlite.database import Store, StoreError, is_corruption, open_store, prepare_store

log = logging.getLogger(__name__)

PATIENCE = 6.0
"""Seconds for which a publication under way may go on when the process is told to end; then it is undone."""
GLANCE = 0.25
"""Seconds between two looks for wishes."""
_WAIT = 1.0


def main() -> None:
    """What the parent starts: the argument is the descriptor of the settings."""
    start_heartbeat()
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    logging.getLogger("watchfiles").setLevel(logging.WARNING)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    # Not in this thread: while it waits in SQLite for another's lock, Python heeds no signal.
    work = Thread(target=run, args=(read_settings(int(sys.argv[1])), stop), name="term", daemon=True)
    work.start()
    while work.is_alive() and not stop.wait(1):
        pass
    work.join(PATIENCE)
    # A publication that is not done by now is undone by SQLite, as after kill -9.
    os._exit(0 if stop.is_set() else 1)


def run(settings: Config, stop: Event) -> None:
    """Publish until `stop`; while the store cannot be used, or another publishes, wait for that to end."""
    told = ""
    while not stop.is_set():
        try:
            _serve_term(settings, stop)
            told = ""
        except (StoreError, SQLAlchemyError, LeaseLost) as error:
            trouble = f"waiting: {error}" if isinstance(error, LeaseLost) else f"cannot publish: {error}"
            if trouble != told:
                log.log(logging.INFO if isinstance(error, LeaseLost) else logging.ERROR, "%s", trouble)
            told = trouble
            stop.wait(_WAIT)


def _serve_term(settings: Config, stop: Event) -> None:
    """Publish as long as one store lasts and one lease is held."""
    _look_for_another(settings.state.path)
    store, problems = prepare_store(settings.state.path)
    close = store.close_for_good
    try:
        with store.write() as connection:
            lease = acquire(connection, new_holder(), now())
            replace_problems(connection, "the store", problems)
        term = _Term(settings, store, lease, stop)
        gc.freeze()  # what there is now is the program: it need not be searched for garbage again and again
        term.serve()
        if term.damaged:
            close = store.close_as_damaged
            stop.wait(_WAIT)
    finally:
        close()


def _look_for_another(folder: Path) -> None:
    """Raises LeaseLost where another publishes: to wait for it costs less than to check the whole store again.

    A store that cannot be read says nothing of others: whoever prepares it rebuilds it, or tells what is wrong.
    """
    with suppress(StoreError, SQLAlchemyError):
        store = open_store(folder)
        try:
            with store.read() as connection:
                holder = held_by(connection, now())
        finally:
            store.close()
        if holder:
            raise LeaseLost(f"{holder} publishes")


class _Term:
    """As long as one lease is held."""

    def __init__(self, settings: Config, store: Store, lease: Lease, stop: Event) -> None:
        self._store = store
        self._lease = lease
        self._stop = stop
        self._over = Event()
        self._file = _identity(store.path)
        self._publisher = make_publisher(settings, store)
        self._known: frozenset[Problem] = frozenset()
        self._trouble = ""
        self.damaged = False
        """Whether the store turned out to be: then the next term rebuilds it."""
        self._granting: tuple[PublishRequest, ...] = ()
        self._watched = settings.articles.path if settings.schedule.watch else None
        self._scheduler = Scheduler(self._publish, self._go_on, timetable(settings), self._planned)

    def serve(self) -> None:
        self._scheduler.start(self._watched)
        pulse = Thread(target=self._pulse, name="pulse", daemon=True)
        pulse.start()
        while not self._stop.is_set() and not self._over.wait(GLANCE):
            self._give_up_if_hung()
        self._over.set()
        self._scheduler.stop()
        pulse.join()
        self._release()

    def _give_up_if_hung(self) -> None:
        """End this process at once where a publication waits for what does not come; the parent starts another.

        SQLite undoes what was begun, as after kill -9.
        """
        still = self._scheduler.progress.seconds_without_progress(time.monotonic())
        if still > watchdog.HUNG:
            where = self._scheduler.progress.where()
            log.error("the regeneration has not moved for %.0f s, and is given up; it waits in %s", still, where)
            log.error("look whether the disks of %s and of the articles answer", self._store.path)
            os._exit(1)

    # --- publishing ---------------------------------------------------------------------------------------------------

    def _publish(self, hints: Hints) -> Report | None:
        return self._tried(lambda: self._publish_once(hints))

    def _go_on(self) -> Report | None:
        return self._tried(lambda: self._publisher.publish_backlog(self._lease, now))

    def _publish_once(self, hints: Hints) -> Report:
        started = now()
        self._granting = self._wishes()
        accepted = any(wish.accept_removals for wish in self._granting)
        patient = not self._granting  # who asks means what lies there now, as when nobody else publishes
        told = hints if patient else None
        tick = progress.log_progress(log.info, time.monotonic)
        options = {"patient": patient, "accept_removals": accepted}
        report = self._publisher.publish(self._lease, now, hints=told, tick=tick, **options)
        if not report.backlog_remaining:  # else the next one answers, when all is there
            self._answer(report)
        self._tell(report, now() - started)
        return report

    def _tried(self, publish: Callable[[], Report]) -> Report | None:
        """What `publish` reports; no trouble of one publication may end the schedule."""
        try:
            report = publish()
        except LeaseLost as loss:
            log.warning("the lease is lost: %s", loss)
            self._over.set()
        except Exception as error:  # noqa: BLE001 - whatever it is, what was published stays, and it is tried again
            self._complain(error)
            if is_corruption(error):
                self.damaged = True
                self._over.set()
        else:
            self._trouble = ""
            return report
        return None

    def _complain(self, error: Exception) -> None:
        """Say what is wrong, at length only the first time; also to who asked for this publication."""
        text = f"{type(error).__name__}: {error}"
        details = None if text == self._trouble or isinstance(error, SQLAlchemyError) else error
        log.error("the regeneration failed, and is tried again; what was published stays: %s", text, exc_info=details)
        self._trouble = text
        try:
            self._answer(None, text)
        except SQLAlchemyError as second:
            log.debug("nor can that be answered: %s", second)

    def _tell(self, report: Report, took: timedelta) -> None:
        with self._store.read() as connection:
            problems = frozenset(all_problems(connection))
        for problem in sorted(problems - self._known):
            log.warning("%s", problem)
        self._known = problems
        if report.documents:
            line = "edition %d: %d documents changed, %d files read, %d articles gone, %.2f s"
            log.info(line, report.edition, report.documents, report.read, report.gone, took.total_seconds())
            if report.backlog_remaining:
                log.info("that is what the feeds hold; the rest of the archive follows now")
            elif report.pending_pages:
                log.info("%d pages and archives more follow, little by little", report.pending_pages)

    def _planned(self, when: datetime | None) -> None:
        try:
            with self._store.write() as connection:
                notes.put(connection, "next", when)
        except SQLAlchemyError as error:
            log.warning("the next regeneration could not be noted: %s", error)

    # --- wishes -------------------------------------------------------------------------------------------------------

    def _wishes(self) -> tuple[PublishRequest, ...]:
        with self._store.read() as connection:
            return requests.wishes(connection)

    def _answer(self, report: Report | None, trouble: str = "") -> None:
        granted, self._granting = self._granting, ()
        if granted:
            with self._store.write() as connection:
                requests.answer(connection, granted, report, trouble)

    # --- the lease ----------------------------------------------------------------------------------------------------

    def _pulse(self) -> None:
        """Renew the lease, and see whether an operator asked for a publication."""
        beats = 0
        while not self._over.wait(GLANCE):
            beats += 1
            try:
                self._check_file()
                if set(self._wishes()) - set(self._granting):
                    self._scheduler.request()
                if beats % int(TERM / 3 / GLANCE) == 0:
                    self._renew()
            except LeaseLost as loss:
                log.warning("the lease is lost: %s", loss)
                self._over.set()
            except SQLAlchemyError as error:
                # While we publish ourselves, nobody else can write: then the lease needs no renewal.
                log.debug("the lease could not be renewed: %s", error)

    def _check_file(self) -> None:
        """Whoever deletes the state while it is in use gets a new one; what we hold open, no server sees any more."""
        if _identity(self._store.path) != self._file:
            raise LeaseLost(f"{self._store.path} was taken away; another is made")

    def _renew(self) -> None:
        with self._store.write() as connection:
            renew(connection, self._lease, now())

    def _release(self) -> None:
        try:
            with self._store.write() as connection:
                release(connection, self._lease, now())
        except (LeaseLost, SQLAlchemyError) as error:
            log.debug("the lease was not given back: %s", error)


def timetable(settings: Config) -> Timetable:
    """The schedule, and those that sections and feeds have of their own, in as few instants as can be.

    Of several services that start together on one machine, each comes a little sooner, by up to a tenth of its interval
    and always the same: never later than its readers are promised.
    """
    every = interval(settings)
    crons = {settings.schedule.cron, *(each.cron for each in settings.sections)} - {""}
    return Timetable(every, tuple(sorted(crons)), every / 10 * _share(settings.site.url))


def _share(name: str) -> float:
    """A number from 0 to 1, the same for the same `name`."""
    return int.from_bytes(blake2b(name.encode(), digest_size=4).digest(), "big") / 2**32


def _identity(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0


if __name__ == "__main__":
    main()
