"""Silence is unusual where stories would have come, and never in the night or at a weekend."""

import itertools
import random
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from feedsvc.alerts.rhythm import DAY, HOUR, LEAST_STORIES, missing, rhythm_of, unusual_from

LISBON = ZoneInfo("Europe/Lisbon")
MONDAY = int(datetime(2026, 9, 28, tzinfo=LISBON).timestamp())
"""The clock goes back on 25 October, within the weeks that are judged."""


def weekdays(local: datetime) -> float:
    return 2.0 if local.weekday() < 5 and 8 <= local.hour < 18 else 0.0


def every_day(local: datetime) -> float:
    busy = 4.0 if 8 <= local.hour < 19 else 0.5 if 6 <= local.hour < 23 else 0.0
    return busy if local.weekday() < 5 else busy * 0.3


def around_the_clock(local: datetime) -> float:
    return 10.0 if 7 <= local.hour < 22 else 1.0


def stories(usual: Callable[[datetime], float], days: int, chance: random.Random, batch: int = 1) -> list[int]:
    """Stories by chance, as many as are `usual` in an hour; filed in batches within some minutes."""
    found = []
    for hour in range(MONDAY, MONDAY + days * DAY, HOUR):
        rate, passed = usual(datetime.fromtimestamp(hour, LISBON)) / batch, chance.expovariate(1.0)
        while passed < rate:
            begun = hour + int(HOUR * passed / rate)
            found += [begun + chance.randrange(300) for _ in range(batch)]
            passed += chance.expovariate(1.0)
    return sorted(found)


def alarms(found: list[int], since: int) -> list[int]:
    """The stories of `found` after which silence was told before the next one came."""
    told, day, rhythm = [], 0, None
    for last, following in itertools.pairwise(found):
        if last < since:
            continue
        local = datetime.fromtimestamp(last, LISBON)
        begun = int(local.replace(hour=0, minute=0, second=0).timestamp())
        if begun != day:
            day, rhythm = begun, rhythm_of(found, begun, LISBON)
        assert rhythm is not None
        begins = unusual_from(last, rhythm, LISBON, HOUR)
        told += [last] if begins is not None and begins < following else []
    return told


@pytest.mark.parametrize("usual", [weekdays, every_day, around_the_clock])
@pytest.mark.parametrize("batch", [1, 3])
def test_four_weeks_with_nights_and_weekends_give_no_alarm(usual: Callable[[datetime], float], batch: int) -> None:
    for seed in range(3):
        found = stories(usual, 56, random.Random(seed), batch)
        assert alarms(found, MONDAY + 28 * DAY) == []


@pytest.mark.parametrize(("usual", "hours"), [(weekdays, 9), (every_day, 5), (around_the_clock, 5)])
def test_a_newsroom_that_stops_in_the_morning_is_missed_on_the_same_day(
    usual: Callable[[datetime], float], hours: float
) -> None:
    found = stories(usual, 29, random.Random(1))
    nine = MONDAY + 28 * DAY + 10 * HOUR  # Monday 9:00, since the clock went back
    last = max(each for each in found if each < nine)
    rhythm = rhythm_of(found, MONDAY + 28 * DAY + HOUR, LISBON)
    assert rhythm is not None
    begins = unusual_from(last, rhythm, LISBON, HOUR)
    assert begins is not None
    assert last + HOUR <= begins <= last + hours * HOUR
    assert missing(last, begins, rhythm, LISBON) >= rhythm.unusual - 0.01


def test_one_that_stops_on_friday_evening_is_missed_on_monday() -> None:
    found = stories(weekdays, 26, random.Random(2))
    rhythm = rhythm_of(found, MONDAY + 25 * DAY, LISBON)
    assert rhythm is not None
    begins = unusual_from(MONDAY + 25 * DAY + 18 * HOUR, rhythm, LISBON, HOUR)
    assert begins is not None
    local = datetime.fromtimestamp(begins, LISBON)
    assert (local.weekday(), 12 <= local.hour <= 18) == (0, True)


def test_what_is_told_is_never_shorter_than_asked_for() -> None:
    found = stories(around_the_clock, 28, random.Random(3))
    rhythm = rhythm_of(found, MONDAY + 28 * DAY, LISBON)
    assert rhythm is not None
    assert unusual_from(found[-1], rhythm, LISBON, 20 * HOUR) == found[-1] + 20 * HOUR


def test_too_few_stories_or_days_tell_no_rhythm_but_that_of_the_site_may() -> None:
    found = stories(every_day, 28, random.Random(4))
    end = MONDAY + 28 * DAY
    few = [each for each in found if each >= MONDAY + 24 * DAY]
    assert len(few) > 2 * LEAST_STORIES
    assert rhythm_of(found[:LEAST_STORIES], end, LISBON) is None
    assert rhythm_of(few, end, LISBON) is None
    shape = rhythm_of(found, end, LISBON)
    of_few = rhythm_of(few, end, LISBON, shape)
    assert shape is not None
    assert of_few is not None
    night = [hour for hour, usual in enumerate(shape.usual) if not usual]
    assert night
    assert all(of_few.usual[hour] == 0 for hour in night)


def test_silence_is_not_judged_by_stories_that_came_later() -> None:
    found = stories(every_day, 56, random.Random(5))
    day = MONDAY + 35 * DAY
    assert rhythm_of(found, day, LISBON) == rhythm_of([each for each in found if each < day], day, LISBON)


def test_one_story_a_week_is_never_unusual_within_four_weeks() -> None:
    found = [int(datetime(2026, 1, 5, 12, tzinfo=UTC).timestamp()) + week * 7 * DAY for week in range(20)]
    assert rhythm_of(found, found[-1] + DAY, LISBON) is None
