"""What front matter and sidecars say of an article, under the names of Hugo, Jekyll and Pelican.

A value that cannot be read costs a warning, and is left out; but where the question is whether the article may be
published, when, and as which, the whole file is held back: better late than too early or twice.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from operator import itemgetter
from typing import Any

from msgspec.structs import replace

from feedsvc.model import Copy, Problem, Status
from feedsvc.ports import Reading, Rules, Source, Unreadable
from feedsvc.readers import _dates, _media, _values
from feedsvc.readers._decoding import decode
from feedsvc.readers._frontmatter import parse_toml

_KEYS = {
    "title": ("title",),
    # Hugo has both: `date` is when it was written, and `publishDate` when it may be seen.
    "published": ("publishdate", "published", "date"),
    "updated": ("updated", "lastmod", "modified"),
    "summary": ("summary", "description"),
    "sections": ("section", "sections", "category", "categories"),
    "tags": ("tags", "keywords"),
    "authors": ("author", "authors"),
    "slug": ("slug",),
    "url": ("url", "permalink", "link"),
    "id": ("id", "guid"),
    "language": ("lang", "language"),
    "image": ("image",),
    "caption": ("caption",),
    "credit": ("credit",),
    "media": ("media",),
    "status": ("status",),
    "draft": ("draft",),
    "embargo": ("embargo",),
    "expires": ("expires", "expirydate"),
    "alternates": ("alternates",),
    "correction": ("correction",),
}
"""Every field with its keys in lower case; if a file fills several of them, the first counts."""

_FIELDS = {key: (name, rank) for name, keys in _KEYS.items() for rank, key in enumerate(keys)}
_LAST = max(map(len, _KEYS.values()))
"""Added to the rank of a key that is there and empty: it counts only where no other one says anything."""
_RANK = itemgetter(0)
_KNOWN = frozenset(key for keys in _KEYS.values() for key in keys) | {"extra"}
_TEXTS = ("title", "summary", "slug", "id", "language", "caption", "credit", "correction")
_DATES = ("published", "updated", "embargo", "expires")
_HOLDING = frozenset(("embargo", "expires", "status", "draft"))
"""These hold an article back even when they are there and empty."""
_DECISIVE = _HOLDING | {"published", "id"}
_EMPTY: tuple[object, ...] = ("", [], {})
_REMEDIES = dict.fromkeys(_DATES, _dates.REMEDY)
_REMEDY = "correct it, or take it out"

_Converters = Mapping[str, Callable[[object], object]]
_Said = Mapping[str, tuple[str, object]]
_Warn = Callable[[str], None]


def complete(copy: Copy, source: Source, rules: Rules, front: Mapping[str, object] | None = None) -> Reading:
    """`copy` with what its front matter, then its sidecar, then the picture beside it add or change.

    Raises Unreadable, naming the key, for a date, identity or release that cannot be read, and for a broken sidecar.
    """
    front, sidecar = front or {}, _sidecar(source)
    problems: list[Problem] = []

    def warn(reason: str) -> None:
        problems.append(Problem(place=source.path, reason=reason, remedy=_REMEDY, warning=True))

    beside = {name: (f"{source.stem}.toml: {key}", value) for name, (key, value) in _by_field(sidecar).items()}
    said = _by_field(front) | beside
    fields = _converted(said, _converters(source.folder, rules.timezone, warn), warn)
    fields["extra"] = copy.extra | _extra(front) | _extra(sidecar)
    return Reading(_media.with_lead(_assembled(copy, fields), source.picture), tuple(problems))


def _sidecar(source: Source) -> dict[str, object]:
    if source.sidecar is None:
        return {}
    try:
        return parse_toml(decode(source.sidecar))
    except Unreadable as error:
        raise Unreadable(f"its sidecar {source.stem}.toml {error.reason}", error.remedy) from error


def _by_field(values: Mapping[str, object]) -> dict[str, tuple[str, object]]:
    """Each field that is there, with its key as the file writes it, and its value."""
    if not values:
        return {}
    found: dict[str, list[tuple[int, tuple[str, object]]]] = {}
    for key, each in _by_key(values).items():
        if key in _FIELDS:
            name, rank = _FIELDS[key]
            found.setdefault(name, []).append((rank + _LAST * (each[1] in _EMPTY), each))
    return {name: min(ranked, key=_RANK)[1] for name, ranked in found.items()}


def _by_key(values: Mapping[str, object]) -> dict[str, tuple[str, object]]:
    by_key = {key.lower(): (key, value) for key, value in values.items()}
    if len(by_key) < len(values):
        raise Unreadable("has one key twice, in capital and in small letters", "keep one of them")
    for key in by_key.keys() - _KNOWN:
        if key.startswith("embargo"):
            raise Unreadable(f"{by_key[key][0]}: is no known key, and may hold the article back", "call it embargo")
    # With Jekyll, `published` can also say whether the article is.
    if by_key.get("published", ("", ""))[1] in ("true", "false"):
        key, value = by_key.pop("published")
        if value == "false":
            by_key["draft"] = (key, "true")
    return by_key


def _extra(values: Mapping[str, object]) -> dict[str, object]:
    unknown = {key: value for key, value in values.items() if key.lower() not in _KNOWN}
    extra = values.get("extra")
    return unknown | extra if isinstance(extra, dict) else unknown


def _converted(said: _Said, converters: _Converters, warn: _Warn) -> dict[str, Any]:
    fields = {}
    for name, (key, value) in said.items():
        if value in _EMPTY and name not in _HOLDING:
            continue
        try:
            fields[name] = converters[name](value)
        except ValueError as error:
            if name in _DECISIVE:
                raise Unreadable(f"{key}: {error}", _REMEDIES.get(name, _REMEDY)) from error
            warn(f"{key}: {error}")
    return fields


def _converters(folder: str, timezone: str, warn: _Warn) -> _Converters:
    def instant(value: object) -> datetime:
        return _dates.parse(_values.text(value), timezone)

    def late(value: object) -> datetime:
        return _dates.parse(_values.text(value), timezone, late=True)

    return {
        **dict.fromkeys(_TEXTS, _values.text),
        **dict.fromkeys(_DATES, instant),
        "embargo": late,
        "sections": _values.sections,
        "tags": _values.words,
        "authors": partial(_values.people, warn=warn),
        "url": _values.web_address,
        "image": partial(_media.picture, folder=folder, warn=warn),
        "media": partial(_media.media, folder=folder, warn=warn),
        "status": _values.status,
        "draft": _values.truth,
        "alternates": _values.hosts,
    }


def _assembled(copy: Copy, fields: dict[str, Any]) -> Copy:
    if fields.pop("draft", False) and fields.get("status", copy.status) is Status.USABLE:
        fields["status"] = Status.DRAFT
    if image := fields.pop("image", None):
        fields.setdefault("caption", image.description or copy.caption)
        fields.setdefault("credit", image.credit or copy.credit)
        others = fields.get("media", copy.media)
        fields["media"] = (image, *(medium for medium in others if medium.url != image.url))
    return replace(copy, **fields)
