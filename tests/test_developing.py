"""The page for developers names what is there."""

import re
from pathlib import Path

from test_architecture import FLOORS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/developing.md").read_text(encoding="utf-8")


def test_the_map_has_all_packages_on_their_floors() -> None:
    rows = re.findall(r"^\| (\d) \| `(\w+)/` \|", PAGE, re.MULTILINE)
    floors = {(number, package) for number, packages in enumerate(FLOORS, 1) for package in packages}
    assert {(int(floor), package) for floor, package in rows} == floors


def test_every_file_that_it_names_is_there() -> None:
    names = set(re.findall(r"[\w./]+/[\w./]*\w\.(?:py|md|toml)\b", PAGE))
    assert len(names) > 20
    bases = (ROOT, ROOT / "docs", ROOT / "feedsvc")
    assert [name for name in names if not any((base / name).exists() for base in bases)] == []


def test_every_variable_that_it_names_is_asked_for_by_a_test() -> None:
    modules = [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]
    asked = set(re.findall(r'environ\.get\("(FEEDSVC_\w+)"', "".join(path.read_text("utf-8") for path in modules)))
    assert set(re.findall(r"`(FEEDSVC_\w+)", PAGE)) == asked - {"FEEDSVC_FIXED_NOW"}
