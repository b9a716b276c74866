"""Reads the state of the service: the store and the disk, at one instant."""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from feedsvc.alerts.rhythm import SPAN, Rhythm, rhythm_of
from feedsvc.alerts.rules import Arrivals, PartnerFetch, Reading
from feedsvc.model import codec
from feedsvc.store import alerts, custom_feeds, lease, status
from feedsvc.store.audience import deliveries
from feedsvc.store.audience.database import AudienceStore
from feedsvc.store.audience.deliveries import LastFetch
from feedsvc.store.errors import StoreError
from feedsvc.store.port import Store
from feedsvc.store.problems import all_problems
from feedsvc.store.state_disk import disk_problems, with_cause
from feedsvc.store.transaction import Transaction

Free = Callable[[Path], int]
"""Returns the percentage of free space on the disk of a folder."""


EVERY = 60
"""Seconds between two queries for the fetches by partners."""
REGULAR, LEAST_STATES, LEAST_SPAN = 14 * 86_400, 5, 2 * 86_400
"""A partner counts as regular if it fetched five states of a feed within two weeks (REGULAR, in seconds), spread over
more than two days. After two weeks without a fetch it is no longer expected."""


class Reader:
    """Makes readings. `titles` maps the paths of the sections and feeds whose silence is judged to their titles;
    `interval` is as for `status.overdue`; `zone` is the newsroom's time zone."""

    def __init__(self, titles: Mapping[str, str], interval: int, zone: str, folder: Path, free: Free) -> None:
        self._titles = titles
        self._interval = interval
        self._zone = ZoneInfo(zone)
        self._folder = folder
        self._free = free
        self._audience = AudienceStore(folder)
        self._partners: tuple[int, tuple[PartnerFetch, ...]] = (0, ())
        """The instant of the last query (seconds), and its result."""
        self._rhythms: dict[str, tuple[int, Rhythm | None]] = {}
        """By section or feed: the beginning of a day (seconds), and the rhythm at that instant."""

    def read(self, store: Store | None, now: datetime, started: datetime) -> Reading:
        """The reading at `now`. `store` is None if there is no store that can be read; `started` is the instant since
        which the machine has been watched."""
        limit = max(timedelta(seconds=3 * self._interval), status.SOON) if self._interval else status.LATE
        empty = Reading(codec.seconds(now), codec.seconds(started), free=self._free(self._folder))
        empty = empty._replace(patience=int(limit.total_seconds()))
        if store is None:
            return empty._replace(unreadable="there is no store that can be read")
        try:
            with store.read() as transaction:
                return self._read(transaction, empty, now)
        except StoreError as error:
            return empty._replace(unreadable=str(error))

    def _read(self, transaction: Transaction, empty: Reading, now: datetime) -> Reading:
        late = status.overdue(transaction, now, self._interval)
        is_written = bool(lease.probable_holder(transaction, now)) and not late
        problems = [each for each in all_problems(transaction) if not each.warning]
        problems += disk_problems(self._folder, is_written=is_written)
        return empty._replace(
            late=with_cause(late, self._folder, is_written=False),
            problems=tuple(map(str, problems)),
            backlog=alerts.backlog_since(transaction),
            is_failing=alerts.hub_fails(transaction),
            partners=self._read_partners(empty.at),
            arrivals={subject: self._arrivals(transaction, subject, empty.at) for subject in self._titles},
        )

    def _read_partners(self, now: int) -> tuple[PartnerFetch, ...]:
        """The partners that fetch regularly, or used to; at most EVERY seconds old. Empty if fetches are not recorded.
        If the figures cannot be read, the previous ones are returned."""
        if not 0 <= now - self._partners[0] < EVERY:
            self._partners = (now, self._partners[1])
            with suppress(StoreError), self._audience.read() as transaction:
                found = deliveries.regular(transaction, now - REGULAR, LEAST_STATES, LEAST_SPAN) if transaction else []
                self._partners = (now, tuple(map(_fetch, found)))
        return self._partners[1]

    def _arrivals(self, transaction: Transaction, subject: str, now: int) -> Arrivals:
        """The arrivals of a section, or of a custom feed if `subject` begins with a slash."""
        title = self._titles[subject]
        if subject.startswith("/"):
            stories = alerts.arrivals_of(transaction, custom_feeds.get(transaction, subject).accepted, now)
            last = stories[-1] if stories else None
        else:
            stories, last = None, alerts.last_arrival(transaction, subject, now)
        if last is None:
            return Arrivals(title)
        return Arrivals(title, last, self._rhythm(transaction, subject, self._day(last), stories))

    def _rhythm(
        self, transaction: Transaction, subject: str, day: int, stories: list[int] | None = None
    ) -> Rhythm | None:
        """The rhythm of `subject` at the beginning of `day`, computed once per day. `stories` are those of `subject` if
        the caller has them; None: they are read from the store."""
        kept = self._rhythms.get(subject)
        if kept is not None and kept[0] == day:
            return kept[1]
        if stories is None:
            stories = alerts.arrivals(transaction, subject, day - SPAN, day)
        shape = self._rhythm(transaction, "", day) if subject else None
        found = rhythm_of(stories, day, self._zone, shape)
        self._rhythms[subject] = (day, found)
        return found

    def _day(self, instant: int) -> int:
        """The beginning of the day of `instant`, by the newsroom's clock."""
        local = datetime.fromtimestamp(instant, self._zone)
        return codec.seconds(local.replace(hour=0, minute=0, second=0, microsecond=0))


def _fetch(found: LastFetch) -> PartnerFetch:
    partner = found.partner
    name = f"{partner.client}, token {partner.token}" if partner.token else partner.client
    return PartnerFetch(partner.document, name, found.at)


def free_percentage(folder: Path) -> int:
    """The percentage of free space or of free inodes on the disk of `folder`, whichever is less; 100 if the folder does
    not exist."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return 100
    shares = [(found.f_bavail, found.f_blocks), (found.f_favail, found.f_files)]
    return min((100 * free // total for free, total in shares if total), default=100)
