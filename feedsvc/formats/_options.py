"""Options of formats: types of values for config.toml, and the options as a format reads them.

The `description` of a type's `Meta` says what to write instead of an invalid value; it completes "write …".
"""

import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal, TypeVar

from msgspec import Meta, Struct, convert

from feedsvc.model.feed import Feed
from feedsvc.model.text import xml_safe


class Options(Struct, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """The options of one format. A field without a default is required."""


T = TypeVar("T", bound=Options)


def options(given: Feed | dict[str, object], kind: type[T]) -> T:
    """The options of a format in the configuration. Raises msgspec.ValidationError for invalid values."""
    said = given.options if isinstance(given, Feed) else given
    return convert({name: xml_safe(value) if isinstance(value, str) else value for name, value in said.items()}, kind)


def _kind(description: str, **limits: Any) -> Meta:
    return Meta(description=description, **limits)


def one_of(words: Iterable[str]) -> Meta:
    """The constraint that a value is one of `words`, which are listed in alphabetical order."""
    known = sorted(words)
    return _kind(f"one of {', '.join(known)}", pattern=rf"^({'|'.join(map(re.escape, known))})\Z")


_LINK = r"^(https?://[^/\s]|/(?!/))[^\\\s\x00-\x1f\x7f]*\Z"

Text = Annotated[str, _kind("text in quotes")]
Words = Annotated[str, _kind("text in quotes that is not empty", min_length=1)]
Switch = Annotated[bool, _kind("true or false, without quotes")]
Count = Annotated[int, _kind("a whole number from 1 on", ge=1)]
Link = Annotated[str, _kind("an http(s) URL, or a path that starts with one slash", pattern=_LINK)]
Email = Annotated[
    str, _kind('an e-mail address, such as "audio@ledger.example"', pattern=r"^[^\s@]+@[^\s@]+\.[^\s@]+\Z")
]
Guid = Annotated[Literal["permalink", "link", "id"], _kind('"permalink", "link" or "id"')]
Uuid = Annotated[str, _kind("a UUID", pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")]
