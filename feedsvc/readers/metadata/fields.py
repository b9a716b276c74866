"""Reads front matter and sidecars, with the keys of Hugo, Jekyll, Pelican and Eleventy.

An unreadable value is left out with a warning. But if it decides whether, when or under which id the article is
published, the whole file is held back: better late than too early or twice.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from feedsvc.model.article import ArticleCopy, Status
from feedsvc.model.cleaning import cleaned
from feedsvc.model.problem import Problem
from feedsvc.model.reader import ReaderOptions, Reading, Source, Unreadable
from feedsvc.readers import _dates
from feedsvc.readers._decoding import decode
from feedsvc.readers.metadata import field_values, file_names, former_paths, media_fields
from feedsvc.readers.metadata.front_matter import parse_toml
from feedsvc.readers.metadata.keys import EMPTY, understood

_LINES = ("title", "summary", "caption", "credit", "correction")
_NAMES = ("slug", "id", "language")
_DATES = ("published", "updated", "embargo", "expires")
_STRICT = ("draft", "headless", "excluded")
_LOOSE = ("hidden", "private", "unlisted", "unpublished")
"""Flags that count only if they are `true`, since people also use these words for other things."""
_WITHHOLDING = frozenset((*_STRICT, *_LOOSE, "build", "visibility"))
"""The fields each of which alone makes the article a draft."""
_HOLDING = frozenset(("embargo", "expires", "status", *_STRICT))
"""The fields that hold an article back even if they are empty."""
_DECISIVE = _HOLDING | {"published", "id", "build", "visibility"}
_PLACING = _DECISIVE | _WITHHOLDING | {"sections", "url"}
_ADDRESSES = frozenset(("url", "aliases", "redirects"))
_PICTURES = frozenset(("image", "images", "cover"))
_NOTHING: tuple[object, ...] = ("", [], {})
_REMEDIES = dict.fromkeys(_DATES, _dates.REMEDY)
_REMEDY = "correct it, or take it out"

_Said = dict[str, tuple[int, str, object]]
"""By field: the rank of its key, the key as the file writes it, and its value."""


class _Where(NamedTuple):
    """The context of a value: its file's folder, the zone of dates that name none, and the receiver of warnings."""

    folder: str
    timezone: str
    warn: Callable[[str], None]


def complete(
    told: Mapping[str, Any],
    source: Source,
    rules: ReaderOptions,
    front: Mapping[str, object] | None = None,
    own: Mapping[str, object] | None = None,
) -> Reading:
    """The copy with the fields that its reader was `told`, overridden first by its `front` matter, then by the front
    matter of its `own` above that, then by its sidecar; and with the picture beside it.

    Raises Unreadable, naming the key, for an unreadable date, id or release, and for a broken sidecar.
    """
    problems: list[Problem] = []

    def warn(reason: str) -> None:
        problems.append(Problem(place=source.path, reason=reason, remedy=_REMEDY, warning=True))

    said, extra = _said(source, front or {}, own)
    fields = _converted(said, _Where(source.folder, rules.timezone, warn))
    copy = cleaned(ArticleCopy(**_assembled(told, fields, source, rules), extra=extra))
    return Reading(media_fields.with_lead(copy, source.picture), tuple(problems))


def origins(
    source: Source,
    front: Mapping[str, object],
    own: Mapping[str, object] | None = None,
    *,
    called: str = "front matter",
) -> dict[str, str]:
    """The key that fills each field, with its place. `front` and `own` are as in `complete`; the place of `front` is
    `called` so."""
    said, _ = _said(source, front, own)
    above = _sorted_out(own or {})[0].keys()
    beside = f"{source.stem}.toml: "
    found = {}
    for name, (rank, key, _) in said.items():
        if rank < EMPTY:
            place = "front matter" if name in above else called
            found[name] = key if key.startswith(beside) else f"{place}: {key}"
    if withholding := next((found[name] for name in _WITHHOLDING if name in found), ""):
        found.setdefault("status", withholding)
    if file_names.day(source.path):
        found.setdefault("published", "the file's name")
    return found


def placing(source: Source, rules: ReaderOptions, front: Mapping[str, object]) -> ArticleCopy:
    """A copy with those fields of front matter and sidecar that place the article in feeds. Raises Unreadable."""
    said, _ = _said(source, front, None)
    told = {name: said[name] for name in _PLACING if name in said}
    fields = _converted(told, _Where(source.folder, rules.timezone, _unheard))
    return cleaned(ArticleCopy(**_assembled({}, fields, source, rules)))


def _unheard(_reason: str) -> None:
    """Ignores a warning: it is given when the whole file is read."""


def _said(
    source: Source, front: Mapping[str, object], own: Mapping[str, object] | None
) -> tuple[_Said, dict[str, object]]:
    """The value of each field, and the values of no field: from the front matter, the one above it, and the sidecar;
    later ones override."""
    said, extra = _sorted_out(front)
    if own:
        above, more = _sorted_out(own)
        said |= above
        extra |= more
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
    """The values by the fields that they fill, and the values that fill none."""
    if not values:
        return {}, {}
    keys, others = understood(tuple(values))
    said: _Said = {}
    withheld = ""
    for key, name, rank, may_switch in keys:
        value = values[key]
        if may_switch and field_values.is_truth(value):
            withheld = withheld if field_values.truth(value) else key
            continue
        if not value and value in _NOTHING:
            rank += EMPTY
        if name not in said or rank < said[name][0]:
            said[name] = rank, key, value
    if withheld:
        said["draft"] = 0, withheld, "true"
    extra = {key: values[key] for key in others}
    if isinstance(more := values.get("extra"), dict):
        extra |= more
    return said, extra


def _converted(said: _Said, where: _Where) -> dict[str, Any]:
    fields = {}
    for name, (rank, key, value) in said.items():
        if rank >= EMPTY and name not in _HOLDING:
            continue
        try:
            fields[name] = _PLAIN[name](value) if name in _PLAIN else _PLACED[name](value, where)
        except ValueError as error:
            if name in _DECISIVE:
                raise Unreadable(f"{key}: {error}", _REMEDIES.get(name, _REMEDY)) from error
            where.warn(f"{key}: {error}")
    return fields


def _instant(value: object, where: _Where) -> datetime:
    return _dates.parse(field_values.text(value), where.timezone)


_PLAIN: Mapping[str, Callable[[object], object]] = {
    **dict.fromkeys(_LINES, field_values.line),
    **dict.fromkeys(_NAMES, field_values.text),
    **dict.fromkeys(_STRICT, field_values.truth),
    **dict.fromkeys(_LOOSE, field_values.is_true),
    "build": field_values.is_kept_from_lists,
    "visibility": field_values.is_kept_from_readers,
    "language": field_values.language,
    "sections": field_values.sections,
    "tags": field_values.words,
    "url": field_values.web_address,
    "status": field_values.status,
    "alternates": field_values.hosts,
}
_PLACED: Mapping[str, Callable[[object, _Where], object]] = {
    **dict.fromkeys(_DATES, _instant),
    "embargo": lambda value, where: _dates.parse(field_values.text(value), where.timezone, late=True),
    "authors": lambda value, where: field_values.people(value, where.warn),
    "image": lambda value, where: media_fields.picture(value, where.folder, where.warn),
    "images": lambda value, where: media_fields.pictures(value, where.folder, where.warn),
    "cover": lambda value, where: media_fields.cover(value, where.folder, where.warn),
    "media": lambda value, where: media_fields.media(value, where.folder, where.warn),
    "aliases": lambda value, where: former_paths.former_paths("aliases", value, where.folder, where.warn),
    "redirects": lambda value, where: former_paths.former_paths("redirect_from", value, "", where.warn),
}
"""The converters of values, by field; those of `_PLACED` depend on the value's context."""


def _assembled(told: Mapping[str, Any], fields: dict[str, Any], source: Source, rules: ReaderOptions) -> dict[str, Any]:
    if not _WITHHOLDING.isdisjoint(fields):
        flags = [fields.pop(name) for name in _WITHHOLDING.intersection(fields)]
        if any(flags) and fields.get("status", Status.USABLE) is Status.USABLE:
            fields["status"] = Status.DRAFT
    if not _ADDRESSES.isdisjoint(fields):
        former_paths.gather(fields)
    if not _PICTURES.isdisjoint(fields):
        _lead(told, fields)
    if not ("published" in fields or told.get("published")) and (day := file_names.day(source.path)):
        fields["published"] = _dates.parse(day, rules.timezone)
    if not (fields.get("language") or told.get("language")) and (tag := file_names.language(source.path)):
        fields["language"] = tag
    return {"title": "", **told, **fields}


def _lead(told: Mapping[str, Any], fields: dict[str, Any]) -> None:
    """Puts the pictures of `image` and `images`, or else the cover, before all other media; the first one gives the
    caption and the credit."""
    cover = fields.pop("cover", None)
    named = (*filter(None, (fields.pop("image", None),)), *fields.pop("images", ()))
    pictures = named or tuple(filter(None, (cover,)))
    if not pictures:
        return
    fields.setdefault("caption", pictures[0].description or told.get("caption", ""))
    fields.setdefault("credit", pictures[0].credit or told.get("credit", ""))
    media = (*pictures, *fields.get("media", ()))
    fields["media"] = tuple({medium.url: medium for medium in reversed(media)}.values())[::-1]
