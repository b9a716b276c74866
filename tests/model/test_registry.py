"""What can be added is one new file that ends in one named constant."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from feedsvc.model.base import Value
from feedsvc.model.registry import collect


class Plug(Value, frozen=True, kw_only=True):
    name: str


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(tmp_path)
    folder = tmp_path / "plugs_of_the_test"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    yield folder
    for name in [name for name in sys.modules if name.startswith(folder.name)]:
        del sys.modules[name]


def put(package: Path, module: str, code: str) -> None:
    (package / f"{module}.py").write_text(f"from test_registry import Plug\n{code}\n")


def test_every_public_module_gives_its_constant_in_alphabetical_order(package: Path) -> None:
    for name in ("b", "a", "c"):
        put(package, name, f"PLUG = Plug(name='{name}!')")
    put(package, "_shared", "raise RuntimeError")
    assert list(collect(package.name, "PLUG", Plug)) == ["a!", "b!", "c!"]


def test_a_name_that_is_taken_is_refused_and_the_module_named(package: Path) -> None:
    put(package, "a", "PLUG = Plug(name='same')")
    put(package, "b", "PLUG = Plug(name='same')")
    with pytest.raises(ValueError, match=r"plugs_of_the_test\.b: the name 'same' is taken"):
        collect(package.name, "PLUG", Plug)


@pytest.mark.parametrize("code", ["", "PLUG = 'a text'", "PLUG = Plug"])
def test_a_module_without_its_constant_is_refused_and_named(package: Path, code: str) -> None:
    put(package, "a", code)
    with pytest.raises(TypeError, match=r"plugs_of_the_test\.a: PLUG is \w+, not Plug"):
        collect(package.name, "PLUG", Plug)
