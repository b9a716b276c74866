"""Requests publications when they are due: by the timetable, and once at given instants. The only importer of
APScheduler.

APScheduler only reports that a publication is due; `PublishingLoop` publishes. So a publication that takes longer than
its interval is followed by the next one, and none is dropped for being late.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from feedsvc.service.follow_ups import FollowUp
from feedsvc.service.scan_request import Scan, ScanRequest
from feedsvc.service.timetable import Timetable

_REGULAR = "regular"


class Scheduler:
    """Calls `request` at each instant of `timetable`, and at those given to `schedule`, from `start` to `stop`."""

    def __init__(self, timetable: Timetable, request: Callable[[ScanRequest], None]) -> None:
        self._timetable = timetable
        self._request = request
        self._lock = Lock()
        self._is_stopped = False
        self._jobs = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(1)},
            # These jobs take no time; a limit on their instances could only cause one to be dropped.
            job_defaults={"coalesce": True, "max_instances": 1000, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Starts the timetable. Its first instant is about one interval away."""
        self._jobs.start()
        self.restart_timetable()

    def stop(self) -> None:
        """Stops: from now on nothing is requested, and no jobs are added."""
        with self._lock:
            self._is_stopped = True
        self._jobs.pause()
        self._jobs.remove_all_jobs()  # waits for APScheduler's thread, which would fail if shut down during a job
        self._jobs.shutdown()

    def restart_timetable(self) -> None:
        """Restarts the interval, and wakes APScheduler, whose wait may be wrong after the clock was set."""
        trigger = make_trigger(self._timetable, datetime.now(UTC))
        self._add(_REGULAR, Scan.FULL, trigger)
        self._jobs.wakeup()

    def schedule(self, follow_up: FollowUp) -> None:
        """Requests a publication at the instant of `follow_up`."""
        self._add(follow_up.name, follow_up.scan, DateTrigger(follow_up.when))

    def _add(self, name: str, scan: ScanRequest, trigger: BaseTrigger) -> None:
        """Adds a job, replacing one of the same name. Does nothing once `stop` was called: a late caller, such as the
        clock watcher, must not add jobs while APScheduler shuts down."""
        with self._lock:
            if not self._is_stopped:
                self._jobs.add_job(self._request, trigger, args=[scan], id=name, replace_existing=True)

    def next_regular(self) -> datetime | None:
        """The next instant of the timetable; None if there is none."""
        job = self._jobs.get_job(_REGULAR)
        when: datetime | None = job.next_run_time if job else None
        return when


def make_trigger(timetable: Timetable, now: datetime) -> BaseTrigger:
    """The trigger for the instants of `timetable` from `now` on. Schedules that are due at the same instant fire once,
    and an interval restarts at the last instant of any schedule (OrTrigger)."""
    first = now + timedelta(seconds=timetable.every - timetable.lead)
    intervals = [IntervalTrigger(seconds=timetable.every, start_date=first, timezone=UTC)] if timetable.every else []
    return OrTrigger([*intervals, *(CronTrigger.from_crontab(line, timezone=UTC) for line in timetable.crons)])
