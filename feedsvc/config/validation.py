"""Validates a document against the types of the tables: every value is read, and every error is found."""

import os.path
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec
from msgspec import NODEFAULT, Meta, convert

from feedsvc.config.errors import BadValue, Issue, display, suggestion
from feedsvc.config.lines import join
from feedsvc.config.tables import Table
from feedsvc.config.value_types import STORE_SCHEME, ArticlesPlace, Destination, FormatName
from feedsvc.model.format import Format
from feedsvc.model.registry import require_private_file


class Validator:
    """Builds tables from a document's values. A bad value becomes an issue, and is replaced by its default or an empty
    string."""

    def __init__(self, folder: Path, formats: Mapping[str, Format]) -> None:
        """Relative paths are resolved against `folder`. If `formats` is empty, any name of a format is accepted."""
        self.folder = folder
        self.formats = dict(formats)
        """By name."""
        self.files: set[str] = set()
        """The absolute paths of the newsroom's own files that are used as formats."""
        self.issues: list[Issue] = []

    def table(self, kind: Any, value: object, key: str) -> Any:
        """The table of the type `kind` from `value`, which is found at `key`."""
        if not isinstance(value, dict):
            self._refuse(key, value, "write a table")
            return _make(kind, {})
        fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
        self._check_names(value.keys(), fields.keys(), key)
        given = {}
        for name, field in fields.items():
            if name in value or isinstance(field.type, type):  # a missing table is read as an empty one
                given[field.name] = self._value(field.type, value.get(name, {}), join(key, name))
            elif isinstance(field.default, Path):
                given[field.name] = self.folder / field.default
            elif field.type == ArticlesPlace:
                given[field.name] = str(self.folder / field.default)
            elif field.required:
                self.issues.append(Issue(join(key, name), "missing", f"add it: {_meta(field.type).description}"))
        return _make(kind, given)

    def _check_names(self, names: Iterable[str], known: Iterable[str], key: str) -> None:
        for name in names:
            if name not in known:
                remedy = suggestion(name, known) or (f"known keys: {', '.join(known)}" if known else "remove it")
                self.issues.append(Issue(join(key, name), "unknown key", remedy))
        if {"every", "cron"} <= set(names) & set(known):
            self.issues.append(Issue(join(key, "cron"), "both every and cron are set", "keep one of them"))

    def _value(self, kind: Any, value: object, key: str) -> Any:
        kind = get_args(kind)[0] if get_origin(kind) in (Union, UnionType) else kind  # `X | None`: TOML has no null
        if get_origin(kind) is tuple:
            return self._list(get_args(kind)[0], value, key)
        return (self.table if isinstance(kind, type) else self._scalar)(kind, value, key)

    def _list(self, kind: Any, value: object, key: str) -> Any:
        if not isinstance(value, list):
            if isinstance(kind, type):
                found = "a single table" if isinstance(value, dict) else "no table"  # it may contain a secret
                return self._add(Issue(key, f"found {found}", f"write [[{key}]]"))
            if _is_secret(kind):
                return self._refuse_secret(key, "write a list, each in quotes")
            return self._refuse(key, value, f"write a list: [{display(value)}]")
        items, names = [], Counter[str]()
        for number, item in enumerate(value):
            item_key = f"{key}[{number}]"
            read = self._value(kind, item, item_key)
            items.append("" if read is NODEFAULT else read)
            field, name = _name_of(items[-1])
            if name and names[name]:
                found = "is there" if _is_secret(kind) else f"found {display(name)}"
                self._add(Issue(join(item_key, field) if field else item_key, f"{found} twice", "keep one of them"))
            names[name] += 1
        return tuple(items)

    def _scalar(self, kind: Any, value: object, key: str) -> Any:
        meta = _meta(kind)
        extra = meta.extra or {}
        read = extra.get("read")
        try:
            result = convert(read(convert(value, str)) if read else value, kind)
            if kind == FormatName:
                return self._format(result, key)
            if kind == Destination:
                return result if result.startswith(STORE_SCHEME) else os.path.normpath(self.folder / result)
            if kind == ArticlesPlace:
                return result if result.startswith(STORE_SCHEME) else str(self.folder / result)
        except ValueError as error:
            remedy = getattr(error, "remedy", "") or f"write {meta.description}"
            if not extra.get("secret"):
                return self._refuse(key, value, remedy)
            return self._refuse_secret(key, remedy)
        return self.folder / result if isinstance(result, Path) else result

    def _format(self, name: str, key: str) -> str:
        """`name`, or the absolute path of the newsroom's own file. Raises BadValue if there is no such format."""
        are_known = bool(self.formats)
        if name.endswith(".py"):
            name = str(self.folder / name)
            if are_known:
                try:
                    require_private_file(Path(name))
                except ValueError as error:
                    raise BadValue(f"{error}") from None
                self.files.add(name)
        elif are_known and name not in self.formats:
            fit = [each for each, form in self.formats.items() if form.filename or key.startswith("feeds")]
            raise BadValue(suggestion(name, fit) or f"known formats: {', '.join(sorted(fit))}")
        return name

    def _add(self, issue: Issue) -> Any:
        """Adds an issue. Returns NODEFAULT, by which `_make` leaves the value out."""
        self.issues.append(issue)
        return NODEFAULT

    def _refuse(self, key: str, value: object, remedy: str) -> Any:
        """Adds an issue for `value`. Returns NODEFAULT, as `_add` does."""
        return self._add(Issue(key, f"found {display(value)}", remedy))

    def _refuse_secret(self, key: str, remedy: str) -> Any:
        """Adds an issue for a value that may be a secret. Returns NODEFAULT, as `_add` does."""
        return self._add(Issue(key, "found something else, which is not shown here, as it may be a secret", remedy))


def _make(kind: Any, given: dict[str, Any]) -> Any:
    """A `kind` with the values `given`, by field name; each missing required field gets an empty string."""
    empty = {field.name: "" for field in msgspec.structs.fields(kind) if field.required}
    return kind(**empty | {name: value for name, value in given.items() if value is not NODEFAULT})


def _meta(kind: Any) -> Meta:
    meta: Meta = kind.__metadata__[0]
    return meta


def _is_secret(kind: Any) -> bool:
    """True if a value of the type `kind` may be a secret; for a table, if its name (the first field) may."""
    named = msgspec.structs.fields(kind)[0].type if isinstance(kind, type) else kind
    return bool((_meta(named).extra or {}).get("secret"))


def _name_of(item: str | Table) -> tuple[str, str]:
    """`(field, name)` of an item whose name must be unique in its list; the field of a string is empty."""
    if isinstance(item, str):
        return "", item
    first = msgspec.structs.fields(item)[0]
    return first.encode_name, getattr(item, first.name)
