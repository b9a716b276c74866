"""One pass along the tables' types, which reads every value and finds all that is wrong with each."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec
from msgspec import NODEFAULT, Meta, convert

from feedsvc.config.kinds import FormatName
from feedsvc.config.lines import join
from feedsvc.config.tables import Table
from feedsvc.config.trouble import Refused, Trouble, meant, shown
from feedsvc.model.format import Format
from feedsvc.model.registry import of_file


class Walk:
    """What is bad goes to `troubles` and leaves its default, or an empty string."""

    def __init__(self, folder: Path, formats: Mapping[str, Format]) -> None:
        self.folder = folder
        self.formats = dict(formats)
        self.troubles: list[Trouble] = []

    def table(self, kind: Any, value: object, place: str) -> Any:
        if not isinstance(value, dict):
            self._bad(place, value, "write a table")
            return self._build(kind, {})
        fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
        self._keys(value.keys(), fields.keys(), place)
        given = {}
        for key, field in fields.items():
            if key in value or isinstance(field.type, type):  # a table that is not there is an empty one
                given[field.name] = self._value(field.type, value.get(key, {}), join(place, key))
            elif isinstance(field.default, Path):
                given[field.name] = self.folder / field.default
            elif field.required:
                self.troubles.append(Trouble(join(place, key), "missing", f"add it: {_meta(field.type).description}"))
        return self._build(kind, given)

    def _keys(self, keys: Iterable[str], known: Iterable[str], place: str) -> None:
        for key in keys:
            if key not in known:
                remedy = meant(key, known) or (f"known here: {', '.join(known)}" if known else "take it out")
                self.troubles.append(Trouble(join(place, key), "unknown key", remedy))
        if {"every", "cron"} <= set(keys) & set(known):
            self.troubles.append(Trouble(join(place, "cron"), "both every and cron", "keep one of them"))

    def _build(self, kind: Any, given: dict[str, Any]) -> Any:
        holes = {field.name: "" for field in msgspec.structs.fields(kind) if field.required}
        return kind(**holes | {name: value for name, value in given.items() if value is not NODEFAULT})

    def _value(self, kind: Any, value: object, place: str) -> Any:
        kind = get_args(kind)[0] if get_origin(kind) in (Union, UnionType) else kind  # `X | None`: TOML has no null
        if get_origin(kind) is tuple:
            return self._list(get_args(kind)[0], value, place)
        return (self.table if isinstance(kind, type) else self._leaf)(kind, value, place)

    def _list(self, kind: Any, value: object, place: str) -> Any:
        if not isinstance(value, list):
            remedy = f"write [[{place}]]" if isinstance(kind, type) else f"write a list: [{shown(value)}]"
            return self._bad(place, value, remedy)
        items, names = [], Counter[str]()
        for number, item in enumerate(value):
            spot = f"{place}[{number}]"
            read = self._value(kind, item, spot)
            items.append("" if read is NODEFAULT else read)
            key, name = _named(items[-1])
            if name and names[name]:
                self._bad(join(spot, key) if key else spot, name, "keep one of them", ", which is there twice")
            names[name] += 1
        return tuple(items)

    def _leaf(self, kind: Any, value: object, place: str) -> Any:
        meta = _meta(kind)
        extra = meta.extra or {}
        read = extra.get("read")
        try:
            result = convert(read(convert(value, str)) if read else value, kind)
            if kind == FormatName:
                return self._format(result, place)
        except ValueError as error:
            remedy = getattr(error, "remedy", "") or f"write {meta.description}"
            if not extra.get("secret"):
                return self._bad(place, value, remedy)
            self.troubles.append(Trouble(place, "found something else, which is not shown here", remedy))
            return NODEFAULT
        return self.folder / result if isinstance(result, Path) else result

    def _format(self, name: str, place: str) -> str:
        """`name`, or the path of a file of the newsroom's own, absolute. Raises Refused."""
        known = bool(self.formats)
        if name.endswith(".py"):
            name = str(self.folder / name)
            if known and name not in self.formats:
                try:
                    self.formats[name] = of_file(Path(name), "FORMAT", Format)
                except ValueError as error:
                    raise Refused(f"{error}") from None
        elif known and name not in self.formats:
            fit = [each for each, form in self.formats.items() if form.filename or place.startswith("feeds")]
            raise Refused(meant(name, fit) or f"known: {', '.join(sorted(fit))}")
        return name

    def _bad(self, place: str, value: object, remedy: str, why: str = "") -> Any:
        self.troubles.append(Trouble(place, f"found {shown(value)}{why}", remedy))
        return NODEFAULT


def _meta(kind: Any) -> Meta:
    meta: Meta = kind.__metadata__[0]
    return meta


def _named(item: str | Table) -> tuple[str, str]:
    if isinstance(item, str):
        return "", item
    first = msgspec.structs.fields(item)[0]
    return first.encode_name, getattr(item, first.name)
