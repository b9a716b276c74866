"""When to publish: on the schedule, when a file changed, and when an article opens or closes.

The only importer of APScheduler and of the file watcher. One publication at a time; none is lost for being late.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger
from watchfiles import watch

from feedsvc.model import Report

log = logging.getLogger(__name__)

SOON = timedelta(seconds=0.45)
"""Until a file that was still being written is looked at again."""


class Timing(NamedTuple):
    """Seconds, or a crontab line in UTC where there is one."""

    every: int
    cron: str = ""

    def trigger(self) -> BaseTrigger:
        if self.cron:
            return CronTrigger.from_crontab(self.cron, timezone=UTC)
        return IntervalTrigger(seconds=self.every, timezone=UTC)


class Scheduler:
    """Calls `publish` by the `timings`, and sooner where there is reason; `pulse` every `beat` seconds beside it.

    `planned` is told the next regular instant after each publication.
    """

    def __init__(
        self,
        publish: Callable[[], Report | None],
        timings: set[Timing],
        pulse: Callable[[], None],
        beat: float,
        planned: Callable[[datetime | None], None],
    ) -> None:
        self._publish = publish
        self._planned = planned
        self._stop = Event()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(1), "pulse": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._regular = [
            self._scheduler.add_job(self._run, timing.trigger(), id=f"regular {timing.every} {timing.cron}")
            for timing in sorted(timings)
        ]
        self._scheduler.add_job(pulse, IntervalTrigger(seconds=beat, timezone=UTC), id="pulse", executor="pulse")

    def start(self, watched: Path | None) -> None:
        """Publish now, and from now on; also when something changes below `watched`."""
        self.soon(timedelta())
        self._scheduler.start()
        if watched is not None:
            Thread(target=self._watch, args=(watched,), name="watcher", daemon=True).start()

    def stop(self) -> None:
        """No new publication begins; the one under way is waited for."""
        self._stop.set()
        self._scheduler.shutdown(wait=True)

    def soon(self, delay: timedelta) -> None:
        """Publish after `delay`, once, however often this is asked for meanwhile."""
        when = datetime.now(UTC) + delay
        self._scheduler.add_job(self._run, DateTrigger(when), id="soon", replace_existing=True)

    def _run(self) -> None:
        report = self._publish()
        if report is None or self._stop.is_set():
            return
        if report.unsettled:
            self.soon(SOON)
        if report.next_turn is not None:
            self._scheduler.add_job(self._run, DateTrigger(report.next_turn), id="turn", replace_existing=True)
        self._planned(min((job.next_run_time for job in self._regular), default=None))

    def _watch(self, root: Path) -> None:
        """Events are hints: where they do not come (network disks), or the watcher fails, the schedule finds it all."""
        while not self._stop.is_set():
            try:
                for _ in watch(
                    root, watch_filter=None, debounce=200, step=25, stop_event=self._stop, raise_interrupt=False
                ):
                    self.soon(timedelta())
            except (OSError, RuntimeError) as error:
                log.warning("changes below %s are not seen at once, only on the schedule: %s", root, error)
                self._stop.wait(30)
