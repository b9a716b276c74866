"""What can be added by one file: each leaf module ends in one named constant, and this collects them."""

import pkgutil
from importlib import import_module
from typing import Protocol, TypeVar


class Named(Protocol):
    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


def collect(package: str, constant: str, kind: type[T]) -> dict[str, T]:
    """The `constant` of each public module of `package`, by its name, in the modules' alphabetical order.

    Raises TypeError for a constant of another kind and ValueError for a name that is taken, both naming the module.
    """
    found: dict[str, T] = {}
    for module in pkgutil.iter_modules(import_module(package).__path__):
        if not module.name.startswith("_"):
            add(found, f"{package}.{module.name}", constant, kind)
    return found


def add(found: dict[str, T], module: str, constant: str, kind: type[T]) -> None:
    """Put the `constant` of `module` into `found`. Raises as `collect` does."""
    value = getattr(import_module(module), constant, None)
    if not isinstance(value, kind):
        raise TypeError(f"{module}: {constant} is {type(value).__name__}, not {kind.__name__}")
    if value.name in found:
        raise ValueError(f"{module}: the name {value.name!r} is taken")
    found[value.name] = value
