"""What front matter and sidecars say of an article, under the names of Hugo, Jekyll and Pelican.

A value that cannot be read costs a warning, and is left out; but where the question is whether the article may be
published, when, and as which, the whole file is held back: better late than too early or twice.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from feedsvc.model.article import ArticleCopy, Status
from feedsvc.model.cleaning import cleaned
from feedsvc.model.problem import Problem
from feedsvc.model.reader import ReaderOptions, Reading, Source, Unreadable
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
_EMPTY = max(map(len, _KEYS.values()))
"""Added to the rank of a key that is there and empty: it counts only where no other one says anything."""
_TEXTS = ("title", "summary", "slug", "id", "language", "caption", "credit", "correction")
_DATES = ("published", "updated", "embargo", "expires")
_HOLDING = frozenset(("embargo", "expires", "status", "draft"))
"""These hold an article back even when they are there and empty."""
_DECISIVE = _HOLDING | {"published", "id"}
_PLACING = _DECISIVE | {"sections"}
_NOTHING: tuple[object, ...] = ("", [], {})
_REMEDIES = dict.fromkeys(_DATES, _dates.REMEDY)
_REMEDY = "correct it, or take it out"

_Said = dict[str, tuple[int, str, object]]
"""By field: the rank of its key, the key as the file writes it, and its value."""


class _Where(NamedTuple):
    """What a value is seen from: the folder of its file, the zone of dates that name none, and who hears of doubts."""

    folder: str
    timezone: str
    warn: Callable[[str], None]


def complete(
    told: Mapping[str, Any], source: Source, rules: ReaderOptions, front: Mapping[str, object] | None = None
) -> Reading:
    """The Copy of what its reader was `told`, by field, with what its front matter, then its sidecar, then the picture
    beside it add or change.

    Raises Unreadable, naming the key, for a date, identity or release that cannot be read, and for a broken sidecar.
    """
    problems: list[Problem] = []

    def warn(reason: str) -> None:
        problems.append(Problem(place=source.path, reason=reason, remedy=_REMEDY, warning=True))

    said, extra = _said(source, front or {})
    fields = _converted(said, _Where(source.folder, rules.timezone, warn))
    copy = cleaned(ArticleCopy(**_assembled(told, fields), extra=extra))
    return Reading(_media.with_lead(copy, source.picture), tuple(problems))


def placing(source: Source, rules: ReaderOptions, front: Mapping[str, object]) -> ArticleCopy:
    """The Copy of what front matter and sidecar say of where the article stands, and since when. Raises Unreadable."""
    said, _ = _said(source, front)
    told = {name: said[name] for name in _PLACING if name in said}
    fields = _converted(told, _Where(source.folder, rules.timezone, _unheard))
    return cleaned(ArticleCopy(**_assembled({}, fields)))


def _unheard(_reason: str) -> None:
    """Who only glances at a file does not complain of it."""


def _said(source: Source, front: Mapping[str, object]) -> tuple[_Said, dict[str, object]]:
    """By the front matter, then by the sidecar, of each field, and what belongs to no field."""
    said, extra = _sorted_out(front)
    if source.sidecar is None:
        return said, extra
    beside, more = _sorted_out(_sidecar(source))
    said |= {name: (rank, f"{source.stem}.toml: {key}", value) for name, (rank, key, value) in beside.items()}
    return said, extra | more


def _sidecar(source: Source) -> dict[str, object]:
    try:
        return parse_toml(decode(source.sidecar or b""))
    except Unreadable as error:
        raise Unreadable(f"its sidecar {source.stem}.toml {error.reason}", error.remedy) from error


def _sorted_out(values: Mapping[str, object]) -> tuple[_Said, dict[str, object]]:
    """What is said of each field that is there, and what belongs to no field."""
    if not values:
        return {}, {}
    keys, others = _understood(tuple(values))
    said: _Said = {}
    withheld = ""
    for key, name, rank in keys:
        value = values[key]
        if name == "published" and value in ("true", "false") and key.lower() == "published":
            withheld = key if value == "false" else ""  # with Jekyll, it can also say whether the article is
            continue
        if not value and value in _NOTHING:
            rank += _EMPTY
        if name not in said or rank < said[name][0]:
            said[name] = rank, key, value
    if withheld:
        said["draft"] = 0, withheld, "true"
    extra = {key: values[key] for key in others}
    if isinstance(more := values.get("extra"), dict):
        extra |= more
    return said, extra


@lru_cache(64)  # an article's keys are those of most articles of its newsroom
def _understood(keys: tuple[str, ...]) -> tuple[tuple[tuple[str, str, int], ...], tuple[str, ...]]:
    """The keys that there are for fields, each with its field and its rank, and the keys that there are for none."""
    by_key = {key.lower(): key for key in keys}
    if len(by_key) < len(keys):
        raise Unreadable("has one key twice, in capital and in small letters", "keep one of them")
    others = [key for key in by_key if key not in _FIELDS and key != "extra"]
    if odd := next((by_key[key] for key in others if key.startswith("embargo")), None):
        raise Unreadable(f"{odd}: is no known key, and may hold the article back", "call it embargo")
    known = tuple((written, *_FIELDS[key]) for key, written in by_key.items() if key in _FIELDS)
    return known, tuple(map(by_key.__getitem__, others))


def _converted(said: _Said, where: _Where) -> dict[str, Any]:
    fields = {}
    for name, (rank, key, value) in said.items():
        if rank >= _EMPTY and name not in _HOLDING:
            continue
        try:
            fields[name] = _PLAIN[name](value) if name in _PLAIN else _PLACED[name](value, where)
        except ValueError as error:
            if name in _DECISIVE:
                raise Unreadable(f"{key}: {error}", _REMEDIES.get(name, _REMEDY)) from error
            where.warn(f"{key}: {error}")
    return fields


def _instant(value: object, where: _Where) -> datetime:
    return _dates.parse(_values.text(value), where.timezone)


_PLAIN: Mapping[str, Callable[[object], object]] = {
    **dict.fromkeys(_TEXTS, _values.text),
    "language": _values.language,
    "sections": _values.sections,
    "tags": _values.words,
    "url": _values.web_address,
    "status": _values.status,
    "draft": _values.truth,
    "alternates": _values.hosts,
}
_PLACED: Mapping[str, Callable[[object, _Where], object]] = {
    **dict.fromkeys(_DATES, _instant),
    "embargo": lambda value, where: _dates.parse(_values.text(value), where.timezone, late=True),
    "authors": lambda value, where: _values.people(value, where.warn),
    "image": lambda value, where: _media.picture(value, where.folder, where.warn),
    "media": lambda value, where: _media.media(value, where.folder, where.warn),
}
"""What a value means, by field; of some it depends on where it is said."""


def _assembled(told: Mapping[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    if fields.pop("draft", False) and fields.get("status", Status.USABLE) is Status.USABLE:
        fields["status"] = Status.DRAFT
    if image := fields.pop("image", None):
        fields.setdefault("caption", image.description or told.get("caption", ""))
        fields.setdefault("credit", image.credit or told.get("credit", ""))
        fields["media"] = (image, *(medium for medium in fields.get("media", ()) if medium.url != image.url))
    return {"title": "", **told, **fields}
