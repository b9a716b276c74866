"""Dates as newsrooms write them: ISO 8601, RFC 822, front matter, and the date lines of pages for people.

Strict, since a wrong instant is worse than none: a date has a year of four digits, a month and a day, and nothing is
filled in from today. Not dateutil's parser, which reads `2021 Monday 10m 29` as a date and GMT+3 as three hours west.
Names of months are English whatever the machine's locale. The name of the weekday is not checked: it says nothing that
the date does not, and pages print it in another zone than the rest often enough.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from feedsvc.model.text import one_line

REMEDY = "write it as 2026-03-09 07:30, or with its zone as 2026-03-09T07:30:00+01:00"

_NAMES = "January February March April May June July August September October November December"
_MONTHS = {
    name[:length]: number for number, name in enumerate(_NAMES.lower().split(), 1) for length in (3, 4, len(name))
}
_FILLERS = re.compile(r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?|st|nd|rd|th|at|on|of")

# Hours east of UTC. The names of RFC 5322 section 4.3, then those that the tz database gives to one offset only;
# IST (India, Ireland, Israel) and its like are refused.
_HOURS = {"Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5}
_HOURS |= {"MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10}
_HOURS |= {"WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3}
_HOURS |= {"WAT": 1, "CAT": 2, "SAST": 2, "EAT": 3, "PKT": 5, "HKT": 8, "JST": 9, "KST": 9}

_ISO = re.compile(
    r"""[12]\d{3} (?: -\d\d-\d\d | \d{4} )
    (?: [T\ ] \d\d:?\d\d (?: :?(?: (?P<leap>60) | \d\d ) (?:\.\d+)? )? (?: Z|[+-]\d\d:?\d\d )? )?""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
_YEAR = re.compile(r"[12]\d{3}", re.ASCII)
_DAY = re.compile(r"[A-Za-z0-9 ,./'-]+")
_CLOCK = re.compile(
    r"""(?: (?<=-\d\d) T )? (?<![\d.-]) (?P<hour>\d\d?)
    (?: :(?P<minute>\d\d) (?: :(?P<second>\d\d) (?:\.\d{1,9})? )? (?:\s?(?P<half>[ap])\.?m\b\.?)?
      | \s?(?P<bare>[ap])\.?m\b\.? )
    (?![\d:]) \s?
    (?: \(? (?-i: UTC|GMT )? \s? (?P<sign>[+-]) (?P<east>\d\d?) :? (?P<more>\d\d)? (?!\d) \)?
        # RFC 5322 lets a comment name the zone once more; Go writes its name, or what it is for want of a name.
        (?: \s? \( [A-Z\ ]+ \)? | \s (?-i: (?!(?:SEP|OC)T) [A-Z]{1,4}T | UTC | MSK | WIB )\b
          | \s (?P=sign) (?P=east) (?:\d\d)? (?!\d) )?
      | \(? (?P<zone> (?-i: [A-Z]{1,5} ) )\b \)? )?""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
_RULES_AND_DOTS = str.maketrans(dict.fromkeys("|–—·•", " "))
_LONGEST = 100
_LEAP = 59
"""What a second that is the 60th is read as: no datetime has a leap second."""


def parse(text: str, timezone: str, *, late: bool = False) -> datetime:
    """The instant that `text` names, in UTC; without a zone it is in `timezone` (an IANA name), without a time 00:00.

    Where clocks are put back, an hour comes twice: the first is meant, or, to be `late`, the second.
    Raises ValueError for anything but one whole and unambiguous date.
    """
    # What is ISO 8601 as it stands is neither made even nor looked at again.
    line = text if (iso := _ISO.fullmatch(text)) else one_line(text).translate(_RULES_AND_DOTS)
    try:
        moment = _iso(iso) if iso or (iso := _ISO.fullmatch(line)) else _human(line)
        if moment.tzinfo:
            return moment.astimezone(UTC)
        placed = moment.replace(tzinfo=ZoneInfo(timezone))
        return max(placed.replace(fold=fold).astimezone(UTC) for fold in ((0, 1) if late else (0,)))
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{line[:_LONGEST]!r} is not one whole date") from error


def _iso(found: re.Match[str]) -> datetime:
    """A date whose Z may be small (RFC 3339, section 5.6)."""
    line = found[0].upper()
    if found["leap"]:
        line = f"{line[: found.start('leap')]}{_LEAP}{line[found.end('leap') :]}"
    return datetime.fromisoformat(line)


def _human(line: str) -> datetime:
    """A date in words or in a form near ISO 8601; naive if it names no zone."""
    if len(line) > _LONGEST:
        raise ValueError("too long")
    clocks = [*_CLOCK.finditer(line)]
    if len(clocks) > 1:
        raise ValueError("two times of day")
    if not clocks:
        return _day(line)
    [clock] = clocks
    return _at(_day(f"{line[: clock.start()]} {line[clock.end() :]}"), clock)


def _day(text: str) -> datetime:
    """The day that a year, a month and a day of the month name; nothing else may stand there."""
    words = [word for word in re.findall(r"[a-z]+|\d+", text.lower()) if not _FILLERS.fullmatch(word)]
    if not _DAY.fullmatch(text) or len(words) != 3:
        raise ValueError("not a year, a month and a day")
    year_first = bool(_YEAR.fullmatch(words[0]))
    year = words.pop(0 if year_first else 2)
    if not _YEAR.fullmatch(year):
        raise ValueError("not a year of four digits")
    first, second = words
    month, day = (first, second) if _month_first(first, second, year_first, "." in text) else (second, first)
    return datetime(int(year), _MONTHS.get(month) or int(month), int(day))  # noqa: DTZ001  its zone comes later


def _month_first(first: str, second: str, year_first: bool, dotted: bool) -> bool:
    if first in _MONTHS or second in _MONTHS:
        return first in _MONTHS
    if year_first or int(second) > 12:
        return True
    # 03/04/2026 is in March for some and in April for others; 03.04.2026 is in April for all who write it so.
    if int(first) <= 12 and first != second and not dotted:
        raise ValueError("day and month could be exchanged")
    return False


def _at(day: datetime, clock: re.Match[str]) -> datetime:
    hour, half = int(clock["hour"]), (clock["half"] or clock["bare"] or "").lower()
    if half:
        if hour > 12:
            raise ValueError("more than twelve hours in half a day")
        hour = hour % 12 + (12 if half == "p" else 0)
    second = _LEAP if clock["second"] == "60" else int(clock["second"] or 0)
    return day.replace(hour=hour, minute=int(clock["minute"] or 0), second=second, tzinfo=_zone(clock))


def _zone(clock: re.Match[str]) -> tzinfo | None:
    if clock["sign"]:
        offset = timedelta(hours=int(clock["east"]), minutes=int(clock["more"] or 0))
        return timezone(offset if clock["sign"] == "+" else -offset)
    if clock["zone"]:
        if clock["zone"] not in _HOURS:
            raise ValueError("an unknown or ambiguous zone")
        return timezone(timedelta(hours=_HOURS[clock["zone"]]))
    return None
