"""The words of pages, and the format of dates, by the language of the site or article.

They are in `words.toml`. Other languages get English words, and dates in the order of ISO 8601.
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
"""Subtags of language tags for which the words of the plain language are not suitable."""


class Words(dict[str, Any]):
    """The words by name, also as attributes for templates."""

    @property
    def language(self) -> str:
        """The language tag of the words."""
        return str(self["language"])


def languages() -> tuple[str, ...]:
    """The tags of the languages with words of their own."""
    return tuple(_TABLES)


@lru_cache(256)
def words_of(language: str) -> Words:
    """The words for text in `language`, a BCP 47 tag."""
    found = _table(language)
    return Words(_TABLES[ENGLISH] | (found or {}), language=language if found else ENGLISH)


def _table(language: str) -> dict[str, Any] | None:
    """The table of `language`, completed by that of the language without region; None if there is none."""
    tag = language.lower().replace("_", "-")
    primary, *rest = tag.split("-")
    if primary not in _TABLES or any(part in _OTHER_SCRIPT for part in rest):
        return None
    return _TABLES[primary] | _TABLES.get(tag, {})


@lru_cache(4096)
def moment(instant: datetime, language: str, zone: str) -> str:
    """`instant` in the time zone `zone` and the format of `language`: `28 November 2026, 17:59`.

    Only the date is shown for exactly midnight, which stands for a date without a time. `UTC` is shown, since no
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
    """The months from one instant to another in the time zone `zone`: `August 2026 – November 2026`."""
    months = (each.astimezone(ZoneInfo(zone)) for each in (first, last))
    return " – ".join(dict.fromkeys(month_name(each.year, each.month, language) for each in months))


@lru_cache(1024)
def month_name(year: int, month: int, language: str) -> str:
    """A month in the format of `language`: `November 2026`."""
    table = _table(language)
    if table is None:
        return f"{year:04}-{month:02}"
    names = table.get("month_names", table["months"])
    return _with_digits(table["month"].format(month=names[month - 1], year=year), table)


def has_form(language: str) -> bool:
    """True if there is a date format for `language` itself."""
    return _table(language) is not None


def _time(table: dict[str, Any], local: datetime) -> str:
    shown: str = table["time"].format(
        hour=local.hour, minute=local.minute, twelve=(local.hour - 1) % 12 + 1, half="AM" if local.hour < 12 else "PM"
    )
    return shown


def _with_digits(text: str, table: dict[str, Any] | None) -> str:
    digits = (table or {}).get("digits")
    return text.translate(str.maketrans("0123456789", digits)) if digits else text
