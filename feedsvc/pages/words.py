"""The words of pages, and the form of dates, in the language of a site or an article.

They are in `words.toml`. Languages that are not there get English words, and the order of ISO 8601 for dates.
"""

import tomllib
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ENGLISH = "en"
_TABLES: dict[str, dict[str, Any]] = {
    tag.lower(): table
    for tag, table in tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8")).items()
}
_OTHER_SCRIPT = ("hant", "tw", "hk", "mo", "latn", "cyrl", "arab")
"""Subtags of tags that the words of the language alone do not fit."""


class Words(dict[str, Any]):
    """The words by name, and as attributes of templates."""

    @property
    def language(self) -> str:
        """The tag of the language that they are in."""
        return str(self["language"])


def languages() -> tuple[str, ...]:
    """The tags of the languages that have words of their own."""
    return tuple(_TABLES)


@lru_cache(256)
def words_of(language: str) -> Words:
    """The words for text in `language`, a BCP 47 tag."""
    found = _table(language)
    return Words(_TABLES[ENGLISH] | (found or {}), language=language if found else ENGLISH)


def _table(language: str) -> dict[str, Any] | None:
    """The table of `language`, completed by that of the language without its region; None if there is none."""
    tag = language.lower().replace("_", "-")
    primary, *rest = tag.split("-")
    if primary not in _TABLES or any(part in _OTHER_SCRIPT for part in rest):
        return None
    return _TABLES[primary] | _TABLES.get(tag, {})


@lru_cache(4096)
def moment(instant: datetime, language: str, zone: str) -> str:
    """`instant` by the clock of `zone` and in the form of `language`: `28 November 2026, 17:59`.

    Midnight to the second is how a date without a time is kept, so only the date is shown. `UTC` is named, since no
    newsroom lives by it.
    """
    local, table = instant.astimezone(ZoneInfo(zone)), _table(language)
    if table is None:
        date, form, time = f"{local:%Y-%m-%d}", "{date} {time}", f"{local:%H:%M}"
    else:
        month = table["months"][local.month - 1]
        date = table["date"].format(day=local.day, month=month, year=local.year)
        form, time = table["date_time"], _time(table, local)
    is_midnight = (local.hour, local.minute, local.second) == (0, 0, 0)
    shown = date if is_midnight else form.format(date=date, time=f"{time} UTC" if zone == "UTC" else time)
    return _with_digits(shown, table)


def span(first: datetime, last: datetime, language: str, zone: str) -> str:
    """The months from one instant to another by the clock of `zone`: `August 2026 – November 2026`."""
    months = (each.astimezone(ZoneInfo(zone)) for each in (first, last))
    return " – ".join(dict.fromkeys(month_name(each.year, each.month, language) for each in months))


@lru_cache(1024)
def month_name(year: int, month: int, language: str) -> str:
    """A month in the form of `language`: `November 2026`."""
    table = _table(language)
    if table is None:
        return f"{year:04}-{month:02}"
    names = table.get("month_names", table["months"])
    return _with_digits(table["month"].format(month=names[month - 1], year=year), table)


def has_form(language: str) -> bool:
    """True if dates are shown in a form of `language` itself."""
    return _table(language) is not None


def _time(table: dict[str, Any], local: datetime) -> str:
    shown: str = table["time"].format(
        hour=local.hour, minute=local.minute, twelve=(local.hour - 1) % 12 + 1, half="AM" if local.hour < 12 else "PM"
    )
    return shown


def _with_digits(text: str, table: dict[str, Any] | None) -> str:
    digits = (table or {}).get("digits")
    return text.translate(str.maketrans("0123456789", digits)) if digits else text
