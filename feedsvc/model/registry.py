"""What can be added by one file: each leaf module ends in one named constant, and this collects them."""

import pkgutil
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
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


def extend(found: dict[str, T], group: str, constant: str, kind: type[T]) -> None:
    """Add what installed packages offer as entry points of `group`, each a module with a `constant`."""
    for each in sorted(entry_points(group=group)):
        add(found, each.value, constant, kind)


def of_file(path: Path, constant: str, kind: type[T]) -> T:
    """The `constant` of the Python file at `path`. Raises ValueError for what it cannot have it from, saying why."""
    name = f"feedsvc_file_{path.stem}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ValueError(f"{path} is no Python file")
    module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # whatever a stranger's file raises
        raise ValueError(f"{path} cannot be loaded: {error!r}") from error
    value = getattr(module, constant, None)
    if not isinstance(value, kind):
        raise ValueError(f"{path}: {constant} is {type(value).__name__}, not {kind.__name__}")  # noqa: TRY004 - one kind
    return value
