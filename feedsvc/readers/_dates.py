"""Dates as newsrooms write them: ISO 8601, RFC 822, front matter, and the date lines of pages for people.

Strict, since a wrong instant is worse than none: a date has a year of four digits, a month and a day, and nothing is
filled in from today. Names of months are English whatever the machine's locale. The name of the weekday is not
checked: it says nothing that the date does not, and pages print it in another zone than the rest often enough.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from dateutil.parser import parser, parserinfo

from feedsvc.text import even

REMEDY = "write it as 2026-03-09 07:30, or with its zone as 2026-03-09T07:30:00+01:00"

# Hours east of UTC. The names of RFC 5322 section 4.3, then those that the tz database gives to one offset only;
# IST (India, Ireland, Israel) and its like are refused.
_HOURS = {"Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5}
_HOURS |= {"MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10}
_HOURS |= {"WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3}
_HOURS |= {"WAT": 1, "CAT": 2, "SAST": 2, "EAT": 3, "PKT": 5, "HKT": 8, "JST": 9, "KST": 9}

_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt ]\d\d:?\d\d.*)?|\d{8}(?:[Tt ]\d{4}.*)?", re.ASCII)
_HUMAN = re.compile(r"[A-Za-z0-9 ,.:/'-]+")
_CLOCK = re.compile(
    r"""(?<![\d.]) (?P<clock> \d{1,2} (?: (?: :\d\d ){1,2} (?:\.\d{1,9})? (?:\s?[ap]\.?m\b\.?)? | \s?[ap]\.?m\b\.? ) )
    (?![\d:]) (?: \s? (?: (?-i: UTC|GMT )? \s? (?P<sign>[+-]) (?P<hours>\d\d?) :? (?P<minutes>\d\d)? (?!\d)
                        | (?P<name> (?-i: [A-Z]{1,5} ) )\b ) )?
    (?: \s? \( [A-Z\ ]+ \) )?  # RFC 5322 lets a comment name the zone once more""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
_RULES_AND_DOTS = str.maketrans(dict.fromkeys("|–—·•", " "))
_LONGEST = 100
_MIDNIGHT = datetime(2000, 1, 1)  # noqa: DTZ001  what dateutil fills in; only its time of day is ever used


def parse(text: str, timezone: str) -> datetime:
    """The instant that `text` names, in UTC; without a zone it is in `timezone` (an IANA name), without a time 00:00.

    Raises ValueError for anything but one whole and unambiguous date.
    """
    line = even(text).translate(_RULES_AND_DOTS)
    try:
        moment = datetime.fromisoformat(line) if _ISO.fullmatch(line) else _human(line)
        return _placed(moment, ZoneInfo(timezone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{even(text)[:_LONGEST]!r} is not one whole date") from error


def _placed(moment: datetime, zone: tzinfo) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _human(line: str) -> datetime:
    """A date in words or in a form near ISO 8601; naive if it names no zone."""
    clocks = [*_CLOCK.finditer(line[:_LONGEST])]
    day = _CLOCK.sub(" ", line)
    if len(line) > _LONGEST or len(clocks) > 1 or not _HUMAN.fullmatch(day) or len(_parts(day)) != 3:
        raise ValueError("not a date")
    if not clocks:
        return _read(day)
    return _read(f"{day} {clocks[0]['clock']}").replace(tzinfo=_zone(clocks[0]))


def _parts(day: str) -> list[str]:
    """The numbers and names of months: three of them make a whole date, and leave dateutil nothing to fill in."""
    words = re.findall(r"[A-Za-z]+|\d+", day)
    return [word for word in words if word.isdigit() or _PARSER.info.month(word) is not None]


def _read(text: str) -> datetime:
    # 03/04/2026 is in March for some and in April for others: whoever can be read both ways is refused.
    orders = (False,) if re.match(r" *\d{4}\b", text) else (False, True)
    readings = {_PARSER.parse(text, default=_MIDNIGHT, dayfirst=dayfirst) for dayfirst in orders}
    if len(readings) > 1:
        raise ValueError("day and month could be exchanged")
    return readings.pop()


def _zone(clock: re.Match[str]) -> tzinfo | None:
    if clock["sign"]:
        offset = timedelta(hours=int(clock["hours"]), minutes=int(clock["minutes"] or 0))
        return timezone(offset if clock["sign"] == "+" else -offset)
    if clock["name"]:
        if clock["name"] not in _HOURS:
            raise ValueError("an unknown or ambiguous zone")
        return timezone(timedelta(hours=_HOURS[clock["name"]]))
    return None


class _Years(parserinfo):
    """dateutil's English words, without its guess of the century from today's date."""

    def convertyear(self, year: int, century_specified: bool = False) -> int:
        if not century_specified:
            raise ValueError("a year of two digits")
        return year


_PARSER = parser(_Years())
