"""Pickles types of options in such a way that they can be read without importing the module that defines them."""

import io
import pickle
from typing import Any

import msgspec
from msgspec import NODEFAULT, Meta, Struct

_MODULES = {"typing", "types", "msgspec", "datetime", "feedsvc"}
_NAMES = {
    ("_operator", "getitem"),
    ("_operator", "or_"),
    *(
        ("builtins", name)
        for name in ("str", "int", "float", "bool", "bytes", "tuple", "list", "dict", "frozenset", "Ellipsis")
    ),
}
_META = ("gt", "ge", "lt", "le", "multiple_of", "pattern", "min_length", "max_length", "tz", "description", "extra")


def dump_struct(kind: type[Struct]) -> bytes:
    """A pickle of the struct type `kind`: the names, types and defaults of its fields. Raises TypeError if `kind` is
    not a struct, and pickle.PicklingError for fields that cannot be pickled."""
    if not (isinstance(kind, type) and issubclass(kind, Struct)):
        raise TypeError("options is no struct")
    target = io.BytesIO()
    _Pickler(target).dump(kind)
    return target.getvalue()


def load_struct(data: bytes) -> type[Struct]:
    """A struct type with the fields in `data`. Raises pickle.UnpicklingError for anything that would import a foreign
    module."""
    kind = _Unpickler(io.BytesIO(data)).load()
    if not (isinstance(kind, type) and issubclass(kind, Struct)):
        raise pickle.UnpicklingError("options is no struct")
    return kind


def make_meta(given: dict[str, Any]) -> Meta:
    """The constraints `given`, by name."""
    return Meta(**given)


def make_struct(name: str, given: list[tuple[str, str, Any, bool, Any]]) -> type[Struct]:
    """A struct type with the fields `given`: for each its name, its name in the configuration, its type, True if it is
    required, and its default if it is not."""
    fields = [(field, kind) if required else (field, kind, default) for field, _, kind, required, default in given]
    return msgspec.defstruct(name, fields, frozen=True, kw_only=True, rename={each[0]: each[1] for each in given})


class _Pickler(pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, Meta):
            given = {name: getattr(value, name) for name in _META}
            return make_meta, ({name: each for name, each in given.items() if each is not None},)
        if isinstance(value, type) and issubclass(value, Struct):
            return make_struct, (value.__name__, [_described(field) for field in msgspec.structs.fields(value)])
        return NotImplemented


def _described(field: msgspec.structs.FieldInfo) -> tuple[str, str, Any, bool, Any]:
    default = field.default_factory() if field.default_factory is not NODEFAULT else field.default
    return field.name, field.encode_name, field.type, field.required, None if field.required else default


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if module.partition(".")[0] in _MODULES or (module, name) in _NAMES:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(
            f"options of the kind {name} cannot be read; use those of feedsvc.formats._options"
        )
