"""What was rendered by another program, or by another format of the newsroom's own, is rendered again."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from feedsvc.service import wiring


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a program of which the module is a part."""
    root = tmp_path / "feedsvc"
    for name in ("service/wiring.py", "pages/page.html", "pages/style.css", "readers/_dates.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    monkeypatch.setattr(wiring, "__file__", str(root / "service" / "wiring.py"))
    return root


def program_digest(files: Iterable[str]) -> str:
    """As another process finds it: each reads its program once."""
    wiring._program_hash.cache_clear()
    return wiring.program_digest(files)


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    yield
    wiring._program_hash.cache_clear()


@pytest.mark.parametrize("name", ["service/wiring.py", "pages/page.html", "pages/style.css", "readers/_dates.py"])
def test_every_package_of_the_program_counts(program: Path, name: str) -> None:
    before = program_digest(())
    assert program_digest(()) == before
    (program / name).write_text("otherwise")
    assert program_digest(()) != before


def test_what_python_compiles_does_not_count(program: Path) -> None:
    before = program_digest(())
    (program / "pages" / "__pycache__").mkdir()
    (program / "pages" / "__pycache__" / "page.cpython-311.pyc").write_bytes(b"compiled")
    assert program_digest(()) == before


def test_the_formats_of_the_newsrooms_own_count_in_whatever_order(program: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one.py", tmp_path / "two.py"
    one.write_text("1")
    two.write_text("2")
    before = program_digest([str(one), str(two)])
    assert program_digest([str(two), str(one)]) == before != program_digest([str(one)])
    two.write_text("3")
    assert program_digest([str(one), str(two)]) != before
