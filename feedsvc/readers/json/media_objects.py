"""Turns pictures, sound and film of JSON-LD and ninjs into the `image` and `media` of front matter."""

import re
from collections.abc import Iterable
from typing import TypeVar

from feedsvc.model.media_types import clean, guess, says_nothing
from feedsvc.model.reader import Unreadable
from feedsvc.readers.json.nodes import Table, filled, first, several, words

_USUAL = {"image": "image/jpeg", "audio": "audio/mpeg", "video": "video/mp4"}
"""The type of a medium whose address has no suffix, as with image servers, since a feed must name a type."""
_MOST = 500
_T = TypeVar("_T")
_FAMILIES = ("image/", "audio/", "video/", "application/", "text/")
_NUMBER = re.compile(r"(\d+(?:\.\d+)?) ?(?:px|s)?", re.ASCII)
_PERIOD = re.compile(
    r"P(?:(\d{1,6})D)?T?(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6}(?:\.\d{1,9})?)S)?", re.ASCII | re.IGNORECASE
)


def few(media: list[_T]) -> list[_T]:
    """`media` unchanged. Raises Unreadable if there are more than any article has."""
    if len(media) > _MOST:
        raise Unreadable(f"names more than {_MOST} pictures, films and sounds", "publish it in parts")
    return media


def number(value: object) -> str:
    """The number in a value, such as `1280` from 1280, "1280px" or a schema.org QuantitativeValue; empty if none."""
    found = _NUMBER.fullmatch(words(value))
    return found[1] if found else ""


def seconds(value: object) -> str:
    """The seconds of a duration, given as a number of seconds or in ISO 8601 as in `PT1M30S`; empty if it is none."""
    period = _PERIOD.fullmatch(words(value))
    if period is None or not any(period.groups()):
        return number(value)
    days, hours, minutes, rest = (float(part or 0) for part in period.groups())
    return f"{((days * 24 + hours) * 60 + minutes) * 60 + rest:.9g}"


def address(value: object) -> str:
    """A URL or path as it is written, with `&amp;` unescaped; `//host/…` gets the scheme https."""
    text = next((item for item in several(value) if isinstance(item, str)), "").strip().replace("&amp;", "&")
    return f"https:{text}" if text.startswith("//") else text


def known_type(url: str, said: object) -> str:
    """The media type of the file at `url`: the one that is `said`, else that of the suffix; empty if unknown."""
    told = clean(words(said))
    return (
        told
        if told.startswith(_FAMILIES) and not says_nothing(told)
        else guess(url.partition("?")[0].partition("#")[0])
    )


def of_family(table: Table, family: str) -> Table:
    """`table`, which has a `url`, with its media type; the usual one of `family` (image, audio, video) if unknown."""
    known = known_type(address(table["url"]), table.get("type"))
    return filled({**table, "type": known or _USUAL[family]})


def fields(media: Iterable[Table]) -> Table:
    """The media as `image`, which is the first picture, and `media`, the others; each address once."""
    once = {str(medium["url"]): medium for medium in reversed([*media])}
    kept = [*reversed(once.values())]
    lead = next((medium for medium in kept if str(medium["type"]).startswith("image/")), None)
    return filled({"image": lead or "", "media": [medium for medium in kept if medium is not lead]})


def schema_org(value: object, family: str) -> list[Table]:
    """The media given as addresses or MediaObjects. A film or sound counts only if its file is named, not its page."""
    found = [_media_object({"url": item} if isinstance(item, str) else item) for item in few(several(value))]
    return [
        of_family(table, family)
        for table in found
        if table.get("url") and (family == "image" or table.get("type") or known_type(str(table["url"]), ""))
    ]


def _media_object(node: object) -> Table:
    if not isinstance(node, dict):
        return {}
    file = address(first(node, "contentUrl"))
    url = file or address(first(node, "url"))
    caption = node.get("caption")
    track = address(first(caption, "contentUrl", "url")) if isinstance(caption, dict) else ""
    table = {
        "url": url,
        # A contentUrl is always a file; so it gets at least the usual type of its family.
        "type": known_type(url, first(node, "encodingFormat", "fileFormat")) or (file and _of_type(node)),
        "width": number(node.get("width")),
        "height": number(node.get("height")),
        "length": number(node.get("contentSize")),
        "duration": seconds(node.get("duration")),
        "title": words(first(node, "name", "headline")),
        "description": ("" if track else words(caption)) or words(node.get("description")),
        "credit": words(first(node, "creditText", "creator", "author")),
        "copyright": words(first(node, "copyrightNotice", "copyrightHolder")),
        "thumbnail": address(first(node, "thumbnailUrl")) or address(_thumbnail(node)),
        "captions": track,
    }
    return filled(table)


def _thumbnail(node: Table) -> object:
    value = node.get("thumbnail")
    return first(value, "contentUrl", "url") if isinstance(value, dict) else value


def _of_type(node: Table) -> str:
    kind = words(node.get("@type")).lower()
    return next((usual for family, usual in _USUAL.items() if kind.startswith(family)), "")
