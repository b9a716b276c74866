"""Formats instants in the time zone of the newsroom, for people."""

from datetime import datetime
from zoneinfo import ZoneInfo


def local_time(instant: datetime, zone: str) -> str:
    """`instant` to the minute, with its zone: `2026-11-28 17:59 Europe/Lisbon`."""
    return f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"


def local_iso(instant: datetime, zone: str) -> str:
    """`instant` to the second in ISO 8601, with the offset of `zone`."""
    return instant.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")
