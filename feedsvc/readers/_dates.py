"""Parses dates as newsrooms write them: ISO 8601, RFC 822, front matter, and the date lines of pages.

Parsing is strict, since a wrong instant is worse than none: a date has a year of four digits, a month and a day, and
nothing is filled in from today. Not dateutil's parser, which reads `2021 Monday 10m 29` as a date and GMT+3 as three
hours west; nor dateparser (1.5), which takes 50 to 200 ms for a line that is no date, guesses 03/04/2026 and drops IST.
Names of months are English, whatever the machine's locale, or those of a language in `data/dates.toml`. The name of the
weekday is not checked: it adds nothing to the date, and pages often print it in another zone than the rest. A year of
another calendar (1404, 2569) is refused with an error that says so.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from feedsvc.model.text import one_line
from feedsvc.readers import _foreigndates, _zones

REMEDY = "write it as 2026-03-09 07:30, or with its zone as 2026-03-09T07:30:00+01:00"

_NAMES = "January February March April May June July August September October November December"
_MONTHS = {
    name[:length]: number for number, name in enumerate(_NAMES.lower().split(), 1) for length in (3, 4, len(name))
}
_FILLERS = re.compile(r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?|st|nd|rd|th|at|on|of")

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
_FIRST_YEAR, _BUDDHIST_YEARS = 1600, range(2400, 2700)
"""The first year of newspapers. Iranian and Islamic calendars count fewer years; Thailand's (Buddhist) counts more."""
_LEAP = 59
"""The second as which a 60th one is read: no datetime has a leap second."""


class OtherCalendar(ValueError):
    """Raised for a date whose year is of a calendar that is not supported."""


def parse(text: str, timezone: str, *, late: bool = False) -> datetime:
    """The instant that `text` names, in UTC; without a zone it is in `timezone` (an IANA name), without a time 00:00.

    Where clocks are put back, an hour occurs twice: the first one counts, or, with `late`, the second.
    Raises ValueError for anything but one whole and unambiguous date.
    """
    # Text that is ISO 8601 as it stands needs no normalising and no second match.
    line = text if (iso := _ISO.fullmatch(text)) else one_line(text).translate(_RULES_AND_DOTS)
    try:
        moment = _iso(iso) if iso or (iso := _ISO.fullmatch(line)) else _human(line, timezone)
        if not _FIRST_YEAR <= moment.year < _BUDDHIST_YEARS.start:
            _check_calendar(line, moment.year)
        if moment.tzinfo:
            return moment.astimezone(UTC)
        placed = moment.replace(tzinfo=ZoneInfo(timezone))
        return max(placed.replace(fold=fold).astimezone(UTC) for fold in ((0, 1) if late else (0,)))
    except OtherCalendar:
        raise
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{line[:_LONGEST]!r} is not one whole date") from error


def _check_calendar(line: str, year: int) -> None:
    if year < _FIRST_YEAR or year in _BUDDHIST_YEARS:
        raise OtherCalendar(f"{line[:_LONGEST]!r}: {year} is a year of another calendar than the Gregorian")


def _iso(found: re.Match[str]) -> datetime:
    """The date of an ISO 8601 match, whose T and Z may be in lower case (RFC 3339, section 5.6)."""
    line = found[0].upper()
    if found["leap"]:
        line = f"{line[: found.start('leap')]}{_LEAP}{line[found.end('leap') :]}"
    return datetime.fromisoformat(line)


def _human(line: str, own: str) -> datetime:
    """The date in words or in a form close to ISO 8601, in English or else in another language; naive if it names no
    zone, or the zone `own`."""
    if len(line) > _LONGEST:
        raise ValueError("too long")
    try:
        return _english(line, own)
    except ValueError:
        found = _foreigndates.english(line, lambda name: _zones.is_zone(name, own, 2000))
        return _english(found.text, own, day_first=found.day_first)


def _english(line: str, own: str, *, day_first: bool = False) -> datetime:
    clocks = [*_CLOCK.finditer(line)]
    if len(clocks) > 1:
        raise ValueError("two times of day")
    if not clocks:
        return _day(line, day_first)
    [clock] = clocks
    return _at(_day(f"{line[: clock.start()]} {line[clock.end() :]}", day_first), clock, own)


def _day(text: str, day_first: bool) -> datetime:
    """The day in a text that has a year, a month, a day of the month, and nothing else. Raises ValueError."""
    words = [word for word in re.findall(r"[a-z]+|\d+", text.lower()) if not _FILLERS.fullmatch(word)]
    if not _DAY.fullmatch(text) or len(words) != 3:
        raise ValueError("not a year, a month and a day")
    year_first = bool(_YEAR.fullmatch(words[0]))
    year = words.pop(0 if year_first else 2)
    if not _YEAR.fullmatch(year):
        raise ValueError("not a year of four digits")
    first, second = words
    is_month_first = _month_first(first, second, year_first, day_first or "." in text)
    month, day = (first, second) if is_month_first else (second, first)
    return datetime(int(year), _MONTHS.get(month) or int(month), int(day))  # noqa: DTZ001  its zone comes later


def _month_first(first: str, second: str, year_first: bool, dotted: bool) -> bool:
    if first in _MONTHS or second in _MONTHS:
        return first in _MONTHS
    if year_first or int(second) > 12:
        return True
    # 03/04/2026 is in March for some and in April for others; 03.04.2026 is always in April.
    if int(first) <= 12 and first != second and not dotted:
        raise ValueError("day and month could be exchanged")
    return False


def _at(day: datetime, clock: re.Match[str], own: str) -> datetime:
    hour, half = int(clock["hour"]), (clock["half"] or clock["bare"] or "").lower()
    if half:
        if hour > 12:
            raise ValueError("more than twelve hours in half a day")
        hour = hour % 12 + (12 if half == "p" else 0)
    second = _LEAP if clock["second"] == "60" else int(clock["second"] or 0)
    moment = day.replace(hour=hour, minute=int(clock["minute"] or 0), second=second)
    if clock["sign"]:
        return moment.replace(tzinfo=_offset(clock))
    return moment.replace(tzinfo=_zones.zone(clock["zone"], own, moment)) if clock["zone"] else moment


def _offset(clock: re.Match[str]) -> tzinfo:
    offset = timedelta(hours=int(clock["east"]), minutes=int(clock["more"] or 0))
    return timezone(offset if clock["sign"] == "+" else -offset)
