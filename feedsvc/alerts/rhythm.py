"""Computes the usual rhythm of a newsroom from the dates of its stories, and the instant from which silence is unusual.

A rhythm holds the usual number of stories in each hour of the week, by the newsroom's own clock. Silence is measured in
stories that would usually have come by now, so it does not grow at times when none are usual: at night, or on weekends.
Instants are whole seconds since 1970.
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from itertools import accumulate, pairwise
from math import log
from typing import NamedTuple
from zoneinfo import ZoneInfo

HOUR, DAY = 3_600, 86_400
SPAN = 28 * DAY
"""Seconds of history before an instant from which the rhythm is computed."""
LEAST_SPAN, LEAST_STORIES = 14 * DAY, 20
"""Fewer seconds or stories give no rhythm of their own."""
TOGETHER = 600
"""Seconds within which stories count as one: they are filed in batches."""
_OF_WEEK = 7 * 24
_USUAL, _LONGEST, _CHANCE = 3.0, 1.5, 100.0
"""Silence is unusual if it exceeds three times the 95th percentile of the pauses, 1.5 times the longest pause, and the
pause that occurs by pure chance once in a hundred spans."""


class Rhythm(NamedTuple):
    """The usual number of stories in each hour of the week, from Monday 00:00, and the number of missing stories from
    which silence is unusual."""

    usual: tuple[float, ...]
    unusual: float


def rhythm_of(stories: Sequence[int], before: int, zone: ZoneInfo, shape: "Rhythm | None" = None) -> Rhythm | None:
    """The rhythm of `stories` (sorted instants) in the SPAN seconds before the instant `before`; None if there are
    fewer than LEAST_STORIES.

    If they cover less than LEAST_SPAN, the rhythm has the `shape` of another one, such as that of the whole site; None
    if there is no shape.
    """
    known = _one_by_one(stories[bisect_left(stories, before - SPAN) : bisect_left(stories, before)])
    if len(known) < LEAST_STORIES:
        return None
    start = known[0] // HOUR * HOUR
    hours = [_hour_of_week(instant, zone) for instant in range(start, before, HOUR)]
    if len(hours) * HOUR >= LEAST_SPAN:
        usual = _usual(known, start, hours)
    elif shape is not None and sum(shape.usual[hour] for hour in hours) > 0:
        share = len(known) / sum(shape.usual[hour] for hour in hours)
        usual = tuple(share * each for each in shape.usual)
    else:
        return None
    return Rhythm(usual, _unusual(known, start, [usual[hour] for hour in hours]))


@lru_cache(1_024)
def unusual_from(last: int, rhythm: Rhythm, zone: ZoneInfo, least: int) -> int | None:
    """The instant from which silence since `last` is unusual and at least `least` seconds long; None if that is not
    reached within SPAN because so few stories are usual."""
    missing, instant = 0.0, last
    while instant < last + SPAN:
        end = (instant // HOUR + 1) * HOUR
        usual = rhythm.usual[_hour_of_week(instant // HOUR * HOUR, zone)]
        grown = usual * (end - instant) / HOUR
        if usual and missing + grown >= rhythm.unusual:
            reached = instant + int((rhythm.unusual - missing) / usual * HOUR) + 1
            return max(reached, last + least)
        missing, instant = missing + grown, end
    return None


def missing(last: int, now: int, rhythm: Rhythm, zone: ZoneInfo) -> float:
    """The number of stories that are usual between `last` and `now`."""
    total = 0.0
    for hour in range(last // HOUR * HOUR, now, HOUR):
        part = min(now, hour + HOUR) - max(last, hour)
        total += rhythm.usual[_hour_of_week(hour, zone)] * part / HOUR
    return total


def _one_by_one(stories: Sequence[int]) -> list[int]:
    """The first story of each batch. Stories within TOGETHER seconds after it belong to the batch."""
    found: list[int] = []
    for instant in stories:
        if not found or instant - found[-1] > TOGETHER:
            found.append(instant)
    return found


def _hour_of_week(instant: int, zone: ZoneInfo) -> int:
    """The hour of the week at `instant` in `zone`; 0 is Monday from 00:00 to 01:00."""
    local = datetime.fromtimestamp(instant, zone)
    return local.weekday() * 24 + local.hour


def _usual(known: Sequence[int], start: int, hours: Sequence[int]) -> tuple[float, ...]:
    """The usual number of stories in each hour of the week. Half of each hour's number is spread over the two adjacent
    hours, since no story comes at the same minute every week."""
    found, passed = [0.0] * _OF_WEEK, [0] * _OF_WEEK
    for hour in hours:
        passed[hour] += 1
    for instant in known:
        found[hours[(instant - start) // HOUR]] += 1
    rates = [count / times if times else 0.0 for count, times in zip(found, passed, strict=True)]
    return tuple(rates[hour - 1] / 4 + rates[hour] / 2 + rates[(hour + 1) % _OF_WEEK] / 4 for hour in range(_OF_WEEK))


def _unusual(known: Sequence[int], start: int, usual: Sequence[float]) -> float:
    """The number of missing stories from which silence is unusual, from the pauses between the `known` stories (see
    _USUAL). `usual` has the usual number of stories for each hour from `start`."""
    until = [0.0, *accumulate(usual)]

    def by_then(instant: int) -> float:
        hour, seconds = divmod(instant - start, HOUR)
        return until[hour] + usual[hour] * seconds / HOUR

    pauses = sorted(later - sooner for sooner, later in pairwise(map(by_then, known)))
    return max(_USUAL * pauses[len(pauses) * 19 // 20], _LONGEST * pauses[-1], log(_CHANCE * len(pauses)))
