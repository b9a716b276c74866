"""Parses cron lines in the syntax of APScheduler's CronTrigger."""

import re
from itertools import pairwise

from feedsvc.config.errors import BadValue

_NAMES = ("minute", "hour", "day", "month", "weekday")
_EXAMPLE = 'write minute, hour, day, month and weekday, such as "*/10 6-22 * * *"'
HOUR, DAY = 60, 24 * 60
"""In minutes."""
_FIELDS: tuple[tuple[int, int, tuple[str, ...]], ...] = (  # lowest and highest number, names that can be used instead
    (0, 59, ()),
    (0, 23, ()),
    (1, 31, ("last",)),
    (1, 12, ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
    (0, 6, ("mon", "tue", "wed", "thu", "fri", "sat", "sun")),
)


def parse_cron(text: str) -> str:
    """`text` in lower case, with one space between its fields. Raises ValueError if `text` is not a cron line; BadValue
    names the part that is wrong, if there is one."""
    fields = text.lower().split()
    if len(fields) != len(_FIELDS):
        raise ValueError(text)
    for field, what, (low, high, names) in zip(fields, _NAMES, _FIELDS, strict=True):
        for part in field.split(","):
            if not _is_valid(part, low, high, names):
                raise BadValue(f"the {what} is {part}, and goes from {low} to {high}; {_EXAMPLE}")
    return " ".join(fields)


def shortest_interval(line: str) -> int:
    """The seconds between the two closest instants of `line`, by its minutes and hours alone; at most an hour.

    `line` is a result of `parse_cron`. The upper bound is for caches: a feed that is cached for longer could be late by
    nearly as much.
    """
    minutes, hours = (_numbers(field, *_FIELDS[place][:2]) for place, field in enumerate(line.split()[:2]))
    instants = sorted(HOUR * hour + minute for hour in hours for minute in minutes)
    return 60 * min(HOUR, *(later - instant for instant, later in pairwise([*instants, instants[0] + DAY])))


def _numbers(field: str, low: int, high: int) -> set[int]:
    """The numbers that `field`, which contains no names, selects."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = f"{low}-{high}".partition("-") if span == "*" else span.partition("-")
        end = int(last) if last else high if step else int(first)
        found.update(range(int(first), end + 1, int(step or 1)))
    return found


def _is_valid(part: str, low: int, high: int, names: tuple[str, ...]) -> bool:
    """True if CronTrigger accepts `part` of a field: names only without steps, and no step wider than its range."""
    if match := re.fullmatch(r"([a-z]+)(?:-([a-z]+))?", part):
        first, last = match[1], match[2] or match[1]
        return first in names and last in names[names.index(first) :]
    match = re.fullmatch(r"(?:\*|([0-9]{1,2})(?:-([0-9]{1,2}))?)(?:/([0-9]{1,2}))?", part)
    if not match:
        return False
    start = int(match[1] or low)
    end = int(match[2] or high)
    return low <= start <= end <= high and (match[3] is None or 1 <= int(match[3]) <= end - start)
