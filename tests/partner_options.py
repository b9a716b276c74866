"""The tables of docs/partners.md, made of the formats themselves: every option with its default and its meaning."""

import ast
import importlib
import inspect
from typing import Annotated, get_args, get_origin, get_type_hints

import msgspec

from feedsvc.formats import FORMATS
from feedsvc.model.format import Format


def tables() -> str:
    """One section for each format that has options, by name."""
    return "\n\n".join(_table(FORMATS[name]) for name in sorted(FORMATS) if _fields(FORMATS[name]))


def _fields(form: Format) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(form.profile.options)


def _table(form: Format) -> str:
    said = _docstrings(form.profile.options)
    kinds = get_type_hints(form.profile.options, include_extras=True)
    rows = [
        f"| `{field.name}` | {_default(field)} | {said[field.name]} | {_kind(kinds[field.name])} |"
        for field in _fields(form)
    ]
    return "\n".join(
        (f"### `{form.name}`", "", "| option | default | what it says | value |", "|---|---|---|---|", *rows)
    )


def _docstrings(options: type) -> dict[str, str]:
    """The docstring of each field. Fails for a field without one."""
    module = ast.parse(inspect.getsource(importlib.import_module(options.__module__)))
    [found] = [node for node in module.body if isinstance(node, ast.ClassDef) and node.name == options.__name__]
    said = {}
    for node, below in zip(found.body, found.body[1:], strict=False):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            match below:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    said[node.target.id] = " ".join(text.split())
    return said


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "needed"
    return f"`{msgspec.json.encode(field.default).decode()}`" if field.default not in ("", ()) else "none"


def _kind(hint: object) -> str:
    """The values that config.toml may have there."""
    if get_origin(hint) is tuple:
        return f"a list, each {_kind(get_args(hint)[0])}"
    assert get_origin(hint) is Annotated
    [meta] = [each for each in get_args(hint) if isinstance(each, msgspec.Meta)]
    return str(meta.description)
