"""Plug-ins: modules that each define one named constant, such as a READER or a FORMAT."""

import os
import pkgutil
import stat
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Protocol, TypeVar


class Named(Protocol):
    """Anything with a name."""

    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


def collect(package: str, constant: str, kind: type[T]) -> dict[str, T]:
    """The `constant` of each public module of `package`, by its name, in the alphabetical order of the modules.

    Raises TypeError if a constant is not a `kind`, and ValueError if two have one name; both name the module.
    """
    found: dict[str, T] = {}
    for module in pkgutil.iter_modules(import_module(package).__path__):
        if not (module.ispkg or module.name.startswith("_")):
            add(found, f"{package}.{module.name}", constant, kind)
    return found


def add(found: dict[str, T], module: str, constant: str, kind: type[T]) -> None:
    """Adds the `constant` of `module` to `found`. Raises TypeError and ValueError as `collect` does."""
    value = getattr(import_module(module), constant, None)
    if not isinstance(value, kind):
        raise TypeError(f"{module}: {constant} is {type(value).__name__}, not {kind.__name__}")
    if value.name in found:
        raise ValueError(f"{module}: the name {value.name!r} is taken")
    found[value.name] = value


def load_from_file(path: Path, constant: str, kind: type[T]) -> T:
    """The `constant` of the Python file at `path`. Raises ValueError with the reason if the file does not define it or
    cannot be loaded, or if `require_private_file` refuses it."""
    require_private_file(path)
    name = f"feedsvc_file_{path.stem}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ValueError(f"{path} is not a Python file")
    module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # a newsroom's own file may raise anything
        raise ValueError(f"{path} cannot be loaded: {error!r}") from error
    value = getattr(module, constant, None)
    if not isinstance(value, kind):
        raise ValueError(f"{path}: {constant} is {type(value).__name__}, not {kind.__name__}")  # noqa: TRY004 - one kind
    return value


def require_private_file(path: Path) -> None:
    """Raises ValueError, with a remedy, for a file that cannot be read or that everybody may write: its code would run
    with all rights of this process."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}; name a file that is there") from None
    if mode & stat.S_IWOTH:
        raise ValueError(f"{path} can be written by everybody, and is not run; take that right away: chmod o-w")
