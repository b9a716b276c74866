"""Reads the pictures, sound and film that a file names: their addresses and their properties."""

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlsplit

from msgspec.structs import replace

from feedsvc.model.article import ArticleCopy, Media
from feedsvc.model.cleaning import cleaned_media
from feedsvc.model.media_types import clean, guess, says_nothing
from feedsvc.model.urls import SITE
from feedsvc.readers.metadata.field_values import is_web, several, table, text

_Warn = Callable[[str], None]

_ALIASES = {
    "src": "url",
    "path": "url",
    "file": "url",
    "feature": "url",
    "caption": "description",
    "alt": "description",
}
_COVERS = ("image", "src", "url", "path", "file", "teaser", "overlay_image", "img")
"""Keys for the address in a theme's table."""
_PICTURE = re.compile(r"(?:^https?://|\.(?:jpe?g|png|webp|gif|avif|svg)(?:[?#]|$))", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


def media(value: object, folder: str, warn: _Warn) -> tuple[Media, ...]:
    """Every readable medium of a list of tables, paths or URLs; `warn` is called for each of the others."""
    return tuple(_readable(several(value), folder, warn))


def picture(value: object, folder: str, warn: _Warn) -> Media:
    """One picture from a path, a URL or a table."""
    found = _medium(value, folder, warn)
    # Addresses of image servers often have no suffix, but a feed must name a type: most pictures have this one.
    is_told = found.medium == "image" or (found.file and found.type)  # a local file's name gives its type
    return found if is_told else replace(found, type="image/jpeg")


def cover(value: object, folder: str, warn: _Warn) -> Media | None:
    """The picture that a theme's key names by a path, a URL or a table; None for a value with another meaning."""
    if isinstance(value, dict):
        fields = {key.lower(): item for key, item in value.items()}
        address = next((fields[name] for name in _COVERS if isinstance(fields.get(name), str)), "")
        return picture(fields | {"url": address}, folder, warn) if address else None
    return picture(value, folder, warn) if isinstance(value, str) and _PICTURE.search(value) else None


def pictures(value: object, folder: str, warn: _Warn) -> tuple[Media, ...]:
    """Every readable picture of a list; `warn` is called for each of the others."""
    found: list[Media] = []
    for number, item in enumerate(several(value), 1):
        try:
            found.append(picture(item, folder, warn))
        except ValueError as error:
            warn(f"images {number}: {error}")
    return tuple(found)


def _readable(values: list[object], folder: str, warn: _Warn) -> Iterator[Media]:
    for number, value in enumerate(values, 1):
        try:
            yield _medium(value, folder, warn)
        except ValueError as error:
            warn(f"media {number}: {error}")


def _medium(value: object, folder: str, warn: _Warn) -> Media:
    def link(place: str) -> str:
        return at(place, folder).url

    fields = _fields(value)
    converters: dict[str, Callable[[str], object]] = {
        "type": _type,
        **dict.fromkeys(("title", "description", "credit", "copyright"), str),
        **dict.fromkeys(("length", "width", "height"), _whole),
        **dict.fromkeys(("thumbnail", "captions"), link),
        "duration": _number,
    }
    told: dict[str, Any] = {}
    for name in converters.keys() & fields.keys():
        try:
            told[name] = converters[name](text(fields[name]))
        except ValueError as error:
            warn(f"{name}: {error}")
    if says_nothing(told.get("type", "")):
        del told["type"]  # the file's name then gives the type
    return cleaned_media(replace(at(text(fields.get("url", "")).strip(), folder), **told))


def _fields(value: object) -> dict[str, object]:
    """The values given for a medium, by the field names of Media, without empty ones."""
    if isinstance(value, str):
        return {"url": value}
    fields = {key.lower(): item for key, item in table(value).items() if item}
    for alias, name in _ALIASES.items():
        if alias in fields:
            fields.setdefault(name, fields[alias])
    return fields


def _type(value: str) -> str:
    if kind := clean(value):
        return kind
    raise ValueError(f"{value[:80]!r} is not one media type, such as image/png")


def _number(value: str) -> float:
    # float() would read "nan" and "1e9", and int() "1_000".
    if not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,9})?", value.strip()):
        raise ValueError(f"{value[:40]!r} is not a number")
    return float(value)


def _whole(value: str) -> int:
    return int(_number(value))


def at(place: str, folder: str) -> Media:
    """The medium at a URL or at a path relative to `folder`; a path that starts with `/` is relative to the articles
    folder.

    Raises ValueError for a path that is hidden or leaves the articles folder, and for any scheme but http and https.
    """
    if is_web(place):
        return Media(url=place, type=guess(urlsplit(place).path))
    if _SCHEME.match(place):
        raise ValueError(f"{place[:80]!r} is neither a path nor an http or https address")
    return local(_below(place, folder))


def local(path: str) -> Media:
    """The medium at `path` below the articles folder."""
    return Media(url=f"{SITE}/media/{quote(path)}", type=guess(path), file=path)


def _below(place: str, folder: str) -> str:
    place = place.replace("\\", "/")
    path = posixpath.normpath(posixpath.join("" if place.startswith("/") else folder, place.lstrip("/")))
    if posixpath.basename(place) in ("", ".", "..") or any(part.startswith(".") for part in path.split("/")):
        raise ValueError(f"{place[:80]!r} is no path of a file below the articles")
    return path


def with_lead(copy: ArticleCopy, beside: str) -> ArticleCopy:
    """`copy` with the picture beside its file, if it names none itself, and its caption and credit on the lead picture.

    `beside` is the path of that picture below the articles folder, or empty.
    """
    found = copy.media
    if not (found or beside):  # as with most
        return copy
    if beside and not any(medium.medium == "image" for medium in found):
        found = (local(beside), *found)
    lead = next((medium for medium in found if medium.medium == "image"), None)
    if lead is None:
        return copy
    told = replace(lead, description=copy.caption or lead.description, credit=copy.credit or lead.credit)
    rest = tuple(medium for medium in found if medium is not lead)
    return replace(copy, media=(told, *rest), caption="", credit="")
