"""Compares the machine's clock with the dates already published: it may be behind, or may have been ahead.

A clock that is behind the newest published date must neither take articles away nor date changes earlier; once a clock
that was ahead is corrected, no date may stay in the future. Pure functions; instants are whole seconds since 1970.
"""

from datetime import UTC, datetime
from typing import NamedTuple

from msgspec import Struct

from feedsvc.model.problem import Problem

EARLIEST = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())
"""An earlier clock is wrong; nor does the time of a file alone date an article earlier."""
LEAP = 36 * 3600
"""Seconds between two publications from which on the clock may have been set ahead. The service may also have been
stopped for so long."""
SHORT_STAY = 30 * 86400
"""Seconds after a leap within which another leap counts as part of it."""
TOLERANCE = 60
"""Seconds by which a clock may be behind without a problem: NTP corrects clocks in such steps."""

PLACE = "the clock"
REMEDY = "set the clock of this machine, and have it kept by NTP"


class Leap(Struct, frozen=True):
    """Two publications with a long time between them."""

    before: int
    after: int


class ClockRecord(Struct, frozen=True):
    """The newest instant of a publication, and the last leap of the clock, if there was one."""

    newest: int = 0
    leap: Leap | None = None


class ClockReading(NamedTuple):
    """The clock at one moment. `told` is the earliest date that may be published as new from then on: `now`, or the
    instant of the newest publication if that is later."""

    now: int
    told: int


def was_ahead(record: ClockRecord, now: int) -> bool:
    """True if the clock was ahead at the last publication and `now` is right, since it lies in the span that a leap
    skipped."""
    return record.leap is not None and record.leap.before <= now < record.leap.after <= record.newest


def read(record: ClockRecord, now: int) -> ClockReading:
    """The reading of a clock that shows `now`. If the clock was ahead, `told` is `now`."""
    return ClockReading(now, now if was_ahead(record, now) else max(now, record.newest))


def advance(record: ClockRecord, now: int) -> ClockRecord:
    """The record after a publication at `now`."""
    if was_ahead(record, now):
        return ClockRecord(now)
    if now <= record.newest:
        return record
    if not record.newest or now - record.newest < LEAP:
        return ClockRecord(now, record.leap)
    same = record.leap is not None and record.newest - record.leap.after < SHORT_STAY
    before = record.leap.before if record.leap is not None and same else record.newest
    return ClockRecord(now, Leap(before, now))


def problems(record: ClockRecord, now: int) -> tuple[Problem, ...]:
    """The problem of a clock that shows `now` and cannot be right; empty if it can."""
    said = _shown(now)
    if now < EARLIEST:
        return (Problem(place=PLACE, reason=f"it says {said}, which is wrong", remedy=REMEDY),)
    if now + TOLERANCE < read(record, now).told:
        newest = _shown(record.newest)
        reason = f"it says {said}, and is behind what was published until {newest}; what readers have seen stays"
        return (Problem(place=PLACE, reason=reason, remedy=REMEDY),)
    return ()


def _shown(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
