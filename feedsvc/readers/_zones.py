"""Time zones by the abbreviations that people write, such as EST; offsets in figures are read elsewhere."""

from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

# Hours east of UTC. The names of RFC 5322 section 4.3, then those that the tz database gives to one offset only.
# Ambiguous ones such as IST (India, Ireland, Israel) are read only in a newsroom of one of these zones.
_HOURS = {"Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5}
_HOURS |= {"MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10}
_HOURS |= {"WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3}
_HOURS |= {"WAT": 1, "CAT": 2, "SAST": 2, "EAT": 3, "PKT": 5, "HKT": 8, "JST": 9, "KST": 9}
_SEASONS = ((1, 15), (7, 15))
"""Month and day in the middle of winter and of summer."""


def zone(abbreviation: str, own: str, when: datetime) -> tzinfo | None:
    """The zone that `abbreviation` means at `when` in a newsroom of the zone `own` (an IANA name); None if it means
    `own` itself at that time of the year.

    Raises ValueError for an abbreviation that is unknown or ambiguous.
    """
    if when.replace(tzinfo=ZoneInfo(own)).tzname() == abbreviation:
        return None
    offsets = _own_offsets(own, when.year)
    if abbreviation in _without_season(offsets):
        return None
    if abbreviation in _HOURS:
        return timezone(timedelta(hours=_HOURS[abbreviation]))
    if abbreviation in offsets:
        return timezone(offsets[abbreviation])
    raise ValueError("an unknown or ambiguous zone")


def is_zone(abbreviation: str, own: str, year: int) -> bool:
    """True if `zone` may know the abbreviation in a newsroom of the zone `own`."""
    offsets = _own_offsets(own, year)
    return abbreviation in _HOURS or abbreviation in offsets or abbreviation in _without_season(offsets)


@lru_cache(64)
def _own_offsets(own: str, year: int) -> dict[str, timedelta]:
    """The abbreviations of the zone `own` in a year, with their offsets; empty for a zone named in figures
    (`+0330`)."""
    found: dict[str, timedelta] = {}
    for month, day in _SEASONS:
        moment = datetime(year, month, day, tzinfo=ZoneInfo(own))
        name, offset = moment.tzname(), moment.utcoffset()
        if name and name.isalpha() and offset is not None:
            found[name] = offset
    return found


def _without_season(offsets: dict[str, timedelta]) -> frozenset[str]:
    """The abbreviation without a season, such as `ET` for a zone that is `EST` in winter and `EDT` in summer."""
    shorter = [name[:-2] + name[-1] for name in offsets if name[-2:] in ("ST", "DT")]
    return frozenset(shorter[:1]) if len(shorter) == 2 and len(set(shorter)) == 1 else frozenset()
