"""Compiled templates are kept, and whatever is in their place, the page is the same."""

import stat
import sys
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from feedsvc.pages.template_cache import TemplateCache

SOURCE = "{% for name in names %}\n<b>{{ name }}</b>\n{% endfor %}\n"


@pytest.fixture(autouse=True)
def _bytecode_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def page(package: Path, source: str = SOURCE, *, trim: bool = True) -> str:
    made = Environment(
        loader=DictLoader({"page": source}),
        autoescape=True,
        trim_blocks=trim,
        bytecode_cache=TemplateCache(package),
    )
    return made.get_template("page").render(names=["<A>"])


def kept(package: Path) -> list[Path]:
    return sorted((package / "__pycache__").iterdir())


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    counted: list[object] = []
    compile_ = Environment._compile

    def count(self: Environment, source: str, filename: str) -> object:
        counted.append(filename)
        return compile_(self, source, filename)

    monkeypatch.setattr(Environment, "_compile", count)
    return counted


def test_a_template_is_compiled_once(tmp_path: Path, compilations: list[object]) -> None:
    assert {page(tmp_path) for _ in range(3)} == {"<b>&lt;A&gt;</b>\n"}
    assert len(compilations) == 1
    (file,) = kept(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) & 0o022 == 0


def test_another_source_or_syntax_is_compiled_anew(tmp_path: Path) -> None:
    assert page(tmp_path) == "<b>&lt;A&gt;</b>\n"
    assert page(tmp_path, trim=False) == "\n<b>&lt;A&gt;</b>\n"
    assert page(tmp_path, "<i>{{ names[0] }}</i>") == "<i>&lt;A&gt;</i>"
    assert page(tmp_path) == "<b>&lt;A&gt;</b>\n"
    assert len(kept(tmp_path)) == 2


@pytest.mark.parametrize("cut", [0, 1, 10, 60, -1])
@pytest.mark.parametrize("more", [b"", b"\0" * 40, b"\xff" * 40])
def test_a_damaged_file_is_replaced(tmp_path: Path, cut: int, more: bytes) -> None:
    page(tmp_path)
    (file,) = kept(tmp_path)
    sound = file.read_bytes()
    file.write_bytes(sound[:cut] + more)
    assert page(tmp_path) == "<b>&lt;A&gt;</b>\n"
    assert len(kept(tmp_path)) == 1


def test_where_nothing_can_be_written_nothing_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "__pycache__").write_text("in the way", encoding="utf-8")
    assert page(tmp_path) == "<b>&lt;A&gt;</b>\n"
    (tmp_path / "__pycache__").unlink()
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert page(tmp_path) == "<b>&lt;A&gt;</b>\n"
    assert not list(tmp_path.iterdir())
