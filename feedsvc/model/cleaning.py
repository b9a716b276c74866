"""Cleans articles when they are read; afterwards they can be stored, and published in any format.

The code that makes an ArticleCopy from a file calls `cleaned` once. All later code relies on that and cleans nothing.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar

from msgspec.structs import replace

from feedsvc.model.addr_spec import addr_spec
from feedsvc.model.article import ArticleCopy, Media, Person
from feedsvc.model.language import language_tag
from feedsvc.model.media_types import clean as clean_type
from feedsvc.model.text import clean_lines, is_clean_line, one_line, xml_safe

T = TypeVar("T", bound=ArticleCopy)
V = TypeVar("V")


def cleaned(copy: T) -> T:
    """`copy` with legal text, even spaces and UTC dates; without empty sections, empty or repeated tags and hosts, and
    repeated media and authors.

    Raises ValueError for a date that has no time zone, or lies outside the calendar in UTC.
    """
    return replace(copy, **_cleaned_fields(copy, _COPY))


def cleaned_person(person: Person) -> Person:
    """`person` with legal text and even spaces; an invalid e-mail address becomes empty."""
    return replace(person, **_cleaned_fields(person, _PERSON))


def cleaned_media(media: Media) -> Media:
    """`media` with legal text and even spaces."""
    return replace(media, **_cleaned_fields(media, _MEDIA))


def utc_second(value: datetime) -> datetime:
    """`value` in UTC, in whole seconds, which is the resolution of RSS (RFC 822 dates).

    Raises ValueError for a naive datetime, and for one that lies outside the calendar in UTC.
    """
    if value.tzinfo is UTC and not value.microsecond:
        return value
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no time zone")
    try:
        return value.astimezone(UTC).replace(microsecond=0)
    except OverflowError as error:
        raise ValueError(f"{value.isoformat()} is outside the years 1 to 9999 in UTC") from error


def clean_json(value: Any) -> Any:
    """`value` with legal text at every depth, lists for tuples, and strings for keys."""
    match value:
        case str():
            return xml_safe(value)
        case dict():
            return {xml_safe(str(key)): clean_json(item) for key, item in value.items()}
        case list() | tuple():
            return [clean_json(item) for item in value]
    return value


def non_empty_lines(values: Iterable[str]) -> tuple[str, ...]:
    """Each of `values` as one clean line; values without text are dropped."""
    return tuple(filter(None, map(one_line, values)))


def _cleaned_fields(value: object, cleaners: dict[str, Callable[[Any], object]]) -> dict[str, Any]:
    """The clean values of the fields in `cleaners` that are not empty."""
    return {name: clean(said) for name, clean in cleaners.items() if (said := getattr(value, name))}


def _paragraphs(text: str) -> str:
    return text if is_clean_line(text) else clean_lines(text).strip()


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(non_empty_lines(values)))


def _first_of_each(values: Iterable[V], name: Callable[[V], str]) -> tuple[V, ...]:
    """`values` without those whose `name` an earlier value has; values without a name are all kept."""
    first: dict[str, V] = {}
    for number, value in enumerate(values):
        first.setdefault(name(value) or f" {number}", value)
    return tuple(first.values())


_chain = lru_cache(256)(non_empty_lines)  # the same few chains are in all articles of a newsroom
_PERSON: dict[str, Callable[[Any], object]] = {"name": one_line, "email": addr_spec, "url": one_line}
_MEDIA: dict[str, Callable[[Any], object]] = {
    "type": lambda said: clean_type(said) or one_line(said),
    **dict.fromkeys(("url", "title", "credit", "copyright", "thumbnail", "captions"), one_line),
    "description": _paragraphs,
}
_COPY: dict[str, Callable[[Any], object]] = {
    **dict.fromkeys(("title", "id", "url", "slug", "credit"), one_line),
    "language": language_tag,
    **dict.fromkeys(("summary", "caption", "correction"), _paragraphs),
    **dict.fromkeys(("tags", "alternates", "aliases"), _distinct),
    **dict.fromkeys(("published", "updated", "embargo", "expires"), utc_second),
    "body": xml_safe,
    "extra": clean_json,
    "sections": lambda chains: tuple(filter(None, map(_chain, chains))),
    "authors": lambda persons: _first_of_each(map(cleaned_person, persons), lambda person: person.name.casefold()),
    "media": lambda media: _first_of_each(map(cleaned_media, media), lambda medium: medium.url),
}
"""The functions that clean the fields of a value, by the name of the field."""
