"""Lines of cron, as APScheduler's CronTrigger takes them."""

import re
from itertools import pairwise

HOUR, DAY = 60, 24 * 60
"""Minutes."""
_FIELDS: tuple[tuple[int, int, tuple[str, ...]], ...] = (  # lowest, highest, names in place of numbers
    (0, 59, ()),
    (0, 23, ()),
    (1, 31, ("last",)),
    (1, 12, ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
    (0, 6, ("mon", "tue", "wed", "thu", "fri", "sat", "sun")),
)


def cron(text: str) -> str:
    """`text` in lower case and even spaces. Raises ValueError for what is no line of cron."""
    fields = text.lower().split()
    if len(fields) != len(_FIELDS):
        raise ValueError(text)
    for field, (low, high, names) in zip(fields, _FIELDS, strict=True):
        if not all(_part(part, low, high, names) for part in field.split(",")):
            raise ValueError(text)
    return " ".join(fields)


def pace(line: str) -> int:
    """Seconds between two instants of `line`, as `cron` gives it, where they are closest by its minutes and hours.

    An hour at most: who keeps something for longer can miss an instant by nearly as much.
    """
    minutes, hours = (_numbers(field, *_FIELDS[place][:2]) for place, field in enumerate(line.split()[:2]))
    instants = sorted(HOUR * hour + minute for hour in hours for minute in minutes)
    return 60 * min(HOUR, *(later - instant for instant, later in pairwise([*instants, instants[0] + DAY])))


def _numbers(field: str, low: int, high: int) -> set[int]:
    """What a field without names stands for."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = f"{low}-{high}".partition("-") if span == "*" else span.partition("-")
        end = int(last) if last else high if step else int(first)
        found.update(range(int(first), end + 1, int(step or 1)))
    return found


def _part(part: str, low: int, high: int, names: tuple[str, ...]) -> bool:
    """Whether CronTrigger takes `part`: names without steps, and no step wider than its range."""
    if match := re.fullmatch(r"([a-z]+)(?:-([a-z]+))?", part):
        first, last = match[1], match[2] or match[1]
        return first in names and last in names[names.index(first) :]
    match = re.fullmatch(r"(?:\*|([0-9]{1,2})(?:-([0-9]{1,2}))?)(?:/([0-9]{1,2}))?", part)
    if not match:
        return False
    start = int(match[1] or low)
    end = int(match[2] or high)
    return low <= start <= end <= high and (match[3] is None or 1 <= int(match[3]) <= end - start)
