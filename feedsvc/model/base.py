"""What the nouns have in common: a value that is frozen, and cleaned when it is made."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import force_setattr

from feedsvc.model.text import clean_lines, is_clean_line, one_line, xml_safe


def utc_second(value: datetime) -> datetime:
    """`value` in UTC, whole seconds. Raises ValueError for a naive datetime, and at either end of the calendar."""
    if value.tzinfo is UTC and not value.microsecond:
        return value
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no time zone")
    try:
        return value.astimezone(UTC).replace(microsecond=0)
    except OverflowError as error:
        raise ValueError(f"{value.isoformat()} is not in any year of UTC's") from error


def clean_json(value: Any) -> Any:
    """`value` as deep as it goes: a lone surrogate anywhere in it could be neither stored nor published."""
    match value:
        case str():
            return xml_safe(value)
        case dict():
            return {xml_safe(str(key)): clean_json(item) for key, item in value.items()}
        case list() | tuple():
            return [clean_json(item) for item in value]
    return value


def non_empty_lines(values: Iterable[str]) -> tuple[str, ...]:
    """Those that say anything."""
    return tuple(filter(None, map(one_line, values)))


class Value(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A frozen value; a subclass names the fields that are lines of text, and those that are paragraphs.

    None is ever part of a cycle, so the collector of cycles need not look at it: there are thousands of them.
    """

    def _clean(self, *, lines: tuple[str, ...] = (), texts: tuple[str, ...] = ()) -> None:
        for name in lines:
            if (text := getattr(self, name)) and not is_clean_line(text):
                force_setattr(self, name, one_line(text))
        for name in texts:
            if (text := getattr(self, name)) and not is_clean_line(text):
                force_setattr(self, name, clean_lines(text).strip())
