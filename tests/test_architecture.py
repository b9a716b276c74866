"""The house as data: which room stands on which floor. A module sees only floors below its own."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import feedsvc

ROOT = Path(feedsvc.__file__).parent

FLOORS: tuple[tuple[str, ...], ...] = (
    ("text", "language", "mediatypes", "films", "registry", "tokens", "child", "progress", "stamps"),
    ("noun",),
    ("problem",),
    ("model",),
    ("ports", "verdict"),
    ("config", "identity", "compress", "plan", "sections", "media", "scan", "excerpt", "preflight", "paging", "proofs"),
    ("readers", "formats", "pages", "store"),
    ("dating", "ownmedia", "tree", "windows", "withdrawal"),
    ("afterlife", "changes"),
    ("drafts",),
    ("recognition", "glimpse"),
    ("likeness",),
    ("admission", "answers", "compose", "crew", "ledgerfile", "oldfeeds", "outline", "status"),
    ("vanguard",),
    ("library", "lists", "press", "adoption", "asking", "exchange", "rewind", "why"),
    ("article_files", "article_pages", "archives", "ownfeeds", "trial"),
    ("publisher",),
    ("web", "scheduler", "static"),
    ("publishing",),
    ("app", "handover", "supervised"),
    ("once", "reading", "publishing_process", "serving_process", "reloading"),
    ("turns", "serve"),
    ("moving", "rewinding"),
    ("terminal",),
    ("cli_editions", "cli_ledger"),
    ("cli",),
    ("__main__", "__init__"),
)
EXCEPTIONS = {
    ("plan", "sections"),  # a plan names selections
}
ONLY_IMPORTER = {
    "feedgen": "formats._feedgen",
    "apscheduler": "scheduler",
    "watchfiles": "scheduler",
    "granian": "serving_process",
}
WIRING = {
    *("app", "handover", "publishing", "once", "reading", "publishing_process", "serving_process"),
    *("supervised", "reloading"),
    *("turns", "moving", "rewinding", "serve", "terminal", "cli_editions", "cli_ledger", "cli", "__main__", "__init__"),
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(ROOT.rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        yield name.removesuffix(".__init__"), ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms(tree: ast.Module) -> set[str]:
    """The rooms that a module imports from."""
    own = (name.split(".") for name in imports(tree) if name.startswith("feedsvc."))
    return {parts[1] for parts in own if (ROOT / parts[1]).is_dir() or (ROOT / f"{parts[1]}.py").is_file()}


def floor(room: str) -> int:
    return next(number for number, names in enumerate(FLOORS) if room in names)


ALL = list(modules())


def test_every_room_has_one_floor() -> None:
    listed = [room for names in FLOORS for room in names]
    assert sorted(listed) == sorted({name.split(".")[0] for name, _ in ALL})


@pytest.mark.parametrize(("name", "tree"), ALL, ids=[name for name, _ in ALL])
def test_a_module_sees_only_the_floors_below(name: str, tree: ast.Module) -> None:
    room = name.split(".")[0]
    above = {other for other in rooms(tree) - {room} if floor(other) >= floor(room) and (room, other) not in EXCEPTIONS}
    assert not above


@pytest.mark.parametrize(("name", "tree"), ALL, ids=[name for name, _ in ALL])
def test_config_is_known_to_the_wiring_alone(name: str, tree: ast.Module) -> None:
    room = name.split(".")[0]
    assert room in WIRING | {"config"} or "config" not in rooms(tree)


@pytest.mark.parametrize(("package", "only"), ONLY_IMPORTER.items())
def test_a_library_with_traps_has_one_importer(package: str, only: str) -> None:
    importers = {name for name, tree in ALL if any(each.split(".")[0] == package for each in imports(tree))}
    assert importers == {only}


@pytest.mark.parametrize(("name", "tree"), ALL, ids=[name for name, _ in ALL])
def test_below_the_drivers_nothing_reads_a_clock(name: str, tree: ast.Module) -> None:
    if name.split(".")[0] in WIRING | {"web", "scheduler"}:
        return
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert not calls & {"datetime.now", "datetime.utcnow", "time.time", "date.today", "time.monotonic"}


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_is_longer_than_it_can_be_read(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


def test_a_process_that_only_reads_files_starts_without_a_database() -> None:
    """Twice as fast, and there are as many of them as processors."""
    told = "import sys, feedsvc.crew; print('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout == "False\n"
