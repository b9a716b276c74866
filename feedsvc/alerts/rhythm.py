"""The usual rhythm of a newsroom, from the dates of its stories, and the instant from which silence is unusual.

A rhythm tells how many stories are usual in each hour of the week, by the newsroom's own clock. Silence is measured by
the stories that would have come meanwhile, so it does not grow while nothing is usual: in the night, or at a weekend.
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
"""Seconds before an instant from which its rhythm is learnt."""
LEAST_SPAN, LEAST_STORIES = 14 * DAY, 20
"""Less tells no rhythm: then only silence that is unusual for the whole site is told."""
TOGETHER = 600
"""Seconds within which stories count as one: they are filed in batches."""
_OF_WEEK = 7 * 24
_USUAL, _LONGEST, _CHANCE = 3.0, 1.5, 100.0
"""Unusual is three times what 19 of 20 pauses stay below, half as much again as the longest of them, and never less
than what comes by chance alone once in a hundred spans."""


class Rhythm(NamedTuple):
    """The usual stories in each hour of the week, from Monday 00:00, and the number that has to be missing."""

    usual: tuple[float, ...]
    unusual: float


def rhythm_of(stories: Sequence[int], before: int, zone: ZoneInfo, shape: "Rhythm | None" = None) -> Rhythm | None:
    """The rhythm of `stories`, sorted instants, as it was `before` an instant; None if they are too few to tell.

    Few stories are judged by the `shape` of another rhythm, such as that of the whole site, if there is one.
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
    """The instant from which silence since `last` is unusual, and no shorter than `least` seconds; None if so little is
    usual that it never is within SPAN."""
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
    """The first story of each batch: of those that came within TOGETHER after it."""
    found: list[int] = []
    for instant in stories:
        if not found or instant - found[-1] > TOGETHER:
            found.append(instant)
    return found


def _hour_of_week(instant: int, zone: ZoneInfo) -> int:
    """The hour of the week that it is in `zone`, 0 for Monday from 00:00."""
    local = datetime.fromtimestamp(instant, zone)
    return local.weekday() * 24 + local.hour


def _usual(known: Sequence[int], start: int, hours: Sequence[int]) -> tuple[float, ...]:
    """The usual stories in each hour of the week; a half of each hour's is spread over its neighbours, since no story
    comes at the same minute every week."""
    found, passed = [0.0] * _OF_WEEK, [0] * _OF_WEEK
    for hour in hours:
        passed[hour] += 1
    for instant in known:
        found[hours[(instant - start) // HOUR]] += 1
    rates = [count / times if times else 0.0 for count, times in zip(found, passed, strict=True)]
    return tuple(rates[hour - 1] / 4 + rates[hour] / 2 + rates[(hour + 1) % _OF_WEEK] / 4 for hour in range(_OF_WEEK))


def _unusual(known: Sequence[int], start: int, usual: Sequence[float]) -> float:
    """The number of usual stories that no pause between the `known` ones came near to; `usual` by the hour from
    `start`."""
    until = [0.0, *accumulate(usual)]

    def by_then(instant: int) -> float:
        hour, seconds = divmod(instant - start, HOUR)
        return until[hour] + usual[hour] * seconds / HOUR

    pauses = sorted(later - sooner for sooner, later in pairwise(map(by_then, known)))
    return max(_USUAL * pauses[len(pauses) * 19 // 20], _LONGEST * pauses[-1], log(_CHANCE * len(pauses)))
