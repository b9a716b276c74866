"""The instants at which a publication is due at the latest, according to the configuration."""

from hashlib import blake2b
from typing import NamedTuple

from feedsvc.config import Config
from feedsvc.service.settings import interval


class Timetable(NamedTuple):
    """An interval and crontab lines. Each publication serves all schedules, however many there are."""

    every: int
    """Seconds from one instant to the next; 0 for no interval."""
    crons: tuple[str, ...] = ()
    """Crontab lines, in UTC."""
    lead: float = 0.0
    """Seconds by which the first instant comes earlier than one interval after the start."""

    @property
    def longest(self) -> float | None:
        """Seconds after which a publication is made even if the scheduler requests none; None without an interval."""
        return 2.0 * self.every or None


def timetable_of(settings: Config) -> Timetable:
    """The timetable for the schedules of the site, its sections and its feeds, with as few instants as possible.

    Services that start together on one machine are spread: each begins earlier by up to a tenth of its interval,
    depending on its address. It never begins later, so that feeds are as fresh as they promise.
    """
    every = interval(settings)
    crons = {settings.schedule.cron, *(section.cron for section in settings.sections)} - {""}
    return Timetable(every, tuple(sorted(crons)), every / 10 * _share(settings.site.url))


def _share(name: str) -> float:
    """A number from 0 to 1, always the same for the same `name`."""
    return int.from_bytes(blake2b(name.encode(), digest_size=4).digest(), "big") / 2**32
