"""When to publish: on the schedule, when a file changed, and when an article opens or closes.

The only importer of APScheduler and of the file watcher. One publication at a time; none is lost for being late.
However many schedules there are, there is one timetable: each publication serves them all.
APScheduler and the watcher only say that one is due; one thread publishes, and what becomes due while it does, it
finds when it is done. So a publication that takes longer than its interval is followed by the next, not by none.
"""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Lock, Thread
from typing import NamedTuple

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger
from watchfiles import Change, watch

from feedsvc.model.report import Report
from feedsvc.service.watchdog import Watchdog

log = logging.getLogger(__name__)

SOON = 0.42
"""Seconds until a file that was still being written is looked at again: a little more than it has to rest."""
RETRY, RARELY = 1.0, 60.0
"""Seconds until a publication that failed is tried again: twice as many each time, up to so many."""
_GLANCE_MS = 1000
STEP, TICK = 0.3, 0.4
"""Seconds by which a clock that is put right jumps at least, and between two looks whether it did."""


Hints = frozenset[str] | None


class Timetable(NamedTuple):
    """When a publication is due at the latest: `every` so many seconds after the one that was due before (0 for never),
    and at each instant of the `crons`, crontab lines in UTC. The first comes `lead` seconds sooner."""

    every: int
    crons: tuple[str, ...] = ()
    lead: float = 0.0

    def trigger(self, now: datetime) -> BaseTrigger:
        """What is due at the same instant is due once; an interval begins at whatever was due last (OrTrigger)."""
        first = now + timedelta(seconds=self.every - self.lead)
        intervals = [IntervalTrigger(seconds=self.every, start_date=first, timezone=UTC)] if self.every else []
        return OrTrigger([*intervals, *(CronTrigger.from_crontab(line, timezone=UTC) for line in self.crons)])


class Scheduler:
    """Calls `publish` by the `timetable`, and sooner where there is reason.

    `publish` is told the paths below the watched folder at which something changed, and nowhere else; None if it has to
    look for itself. `go_on` prints some of the pages that a publication left, while nothing else is due. Both return
    None where they failed. `planned` is told the next regular instant after each publication.
    """

    def __init__(
        self,
        publish: Callable[[Hints], Report | None],
        go_on: Callable[[], Report | None],
        timetable: Timetable,
        planned: Callable[[datetime | None], None],
    ) -> None:
        self._publish = publish
        self._go_on = go_on
        self._waiting = False
        self._planned = planned
        self._stop = Event()
        self._due = Event()
        self._hints: Hints = frozenset()
        self._turn = Lock()
        self._failures = 0
        self.progress = Watchdog()
        """Of the publication under way."""
        self._threads = [Thread(target=self._work, name="publishing"), Thread(target=self._keep_time, name="clock")]
        self._timetable = timetable
        # Should the clock be put back, or APScheduler's thread die, this still goes on.
        self._longest = 2.0 * timetable.every or None
        self._clock = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(1)},
            # These jobs take no time; a limit to their instances could only lose one of them.
            job_defaults={"coalesce": True, "max_instances": 1000, "misfire_grace_time": None},
        )
        self._regular = self._clock.add_job(self.request, timetable.trigger(datetime.now(UTC)), id="regular")

    def start(self, watched: Path | None) -> None:
        """Publish now, and from now on; also when something changes below `watched`."""
        self.request()
        self._clock.start()
        if watched is not None:
            self._threads.append(Thread(target=self._watch, args=(watched,), name="watcher"))
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """No new publication begins; the one under way is waited for."""
        self._stop.set()
        self._due.set()
        self._clock.shutdown()
        for thread in self._threads:
            thread.join()

    def request(self, hints: Hints = None) -> None:
        """Publish, as soon as the publication that is under way is done; `hints` are as `publish` gets them."""
        with self._turn:
            self._hints = None if hints is None or self._hints is None else self._hints | hints
        self._due.set()

    def _known(self) -> None:
        """Publish what is due though no file changed, and what was still being written."""
        self.request(frozenset())

    def _told(self) -> Hints:
        with self._turn:
            hints, self._hints = self._hints, frozenset()
        return hints

    def _work(self) -> None:
        while True:
            due = self._due.wait(0 if self._waiting else self._longest)
            self._due.clear()
            if self._stop.is_set():
                return
            with self.progress:
                if self._waiting and not due:
                    self._heed_report(self._go_on())
                else:
                    self._publish_once(self._told() if due else None)

    def _publish_once(self, hints: Hints) -> None:
        report = self._publish(hints)
        self._heed_report(report)
        if report is None:
            return
        if report.backlog_remaining:
            self.request()
        if report.unsettled:
            self._at("unsettled", datetime.now(UTC) + timedelta(seconds=SOON), self._known)
        if report.next_change_at is not None:
            self._at("turn", report.next_change_at, self._known)
        self._planned(self._regular.next_run_time)

    def _heed_report(self, report: Report | None) -> None:
        """What failed is tried again, later each time; pages that still wait follow at once."""
        self._waiting = report is not None and report.pending_pages > 0
        if report is not None:
            self._failures = 0
            return
        self._at("again", datetime.now(UTC) + timedelta(seconds=min(RETRY * 2**self._failures, RARELY)), self.request)
        self._failures = min(self._failures + 1, 10)

    def _keep_time(self) -> None:
        """APScheduler sleeps until its next job by a clock that nobody can put forward, a virtual machine's host least
        of all; so it is woken when the one on the wall jumps, and what is due by that is published at once."""
        before = _drift()
        while not self._stop.wait(TICK):
            after = _drift()
            if abs(after - before) > STEP:
                log.info("the clock was put %s by %.1f s", "forward" if after > before else "back", abs(after - before))
                self._regular.reschedule(self._timetable.trigger(datetime.now(UTC)))
                self._clock.wakeup()
                self.request()
            before = after

    def _at(self, name: str, when: datetime, due: Callable[[], None]) -> None:
        """At `when` a publication is `due`; another time under the same `name` takes the place of this one."""
        self._clock.add_job(due, DateTrigger(when), id=name, replace_existing=True)

    # --- the folder ---------------------------------------------------------------------------------------------------

    def _watch(self, root: Path) -> None:
        """Events are hints: where they do not come (network disks), or the watcher fails, the schedule finds it all."""
        while not self._stop.is_set():
            try:
                self._heed(root)
            except (OSError, RuntimeError, UnicodeError) as error:
                if root.exists():
                    log.warning("changes below %s are not seen at once, only on the schedule: %s", root, error)
                    self._stop.wait(30)
            self._stop.wait(1)

    def _heed(self, root: Path) -> None:
        """Until the folder is another one: one that is moved away, or mounted over, tells nothing any more."""
        identity = _identity(root)
        begun = False
        for changes in watch(
            root,
            watch_filter=_visible(root),
            debounce=200,
            step=25,
            stop_event=self._stop,
            rust_timeout=_GLANCE_MS,
            yield_on_timeout=True,
            raise_interrupt=False,
        ):
            if not begun:  # something may have changed just before the watch stood
                self.request()
            elif changes:
                self.request(_below(root, changes))
            begun = True
            if _identity(root) != identity:
                return


def _below(root: Path, changes: Iterable[tuple[Change, str]]) -> Hints:
    """The paths below `root`; None where one of them is elsewhere, or is no text."""
    base = f"{root}/"
    paths = frozenset(path.removeprefix(base) for _, path in changes if path.startswith(base) and _is_text(path))
    return paths if len(paths) == len({path for _, path in changes}) else None


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _drift() -> float:
    """How far the clock on the wall is from the one that only runs."""
    return time.time() - time.monotonic()


def _identity(root: Path) -> tuple[int, int] | None:
    try:
        status = root.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _visible(root: Path) -> Callable[[Change, str], bool]:
    """What editors and tools keep to themselves is not worth a look at the folder (the library ignores it too)."""

    def visible(_change: Change, path: str) -> bool:
        place = Path(path)
        parts = place.relative_to(root).parts if place.is_relative_to(root) else ()
        return not any(part.startswith((".", "_")) for part in parts)

    return visible
