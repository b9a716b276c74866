"""The house as data: packages on four floors. Packages see lower floors only; those of one floor are strangers."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import feedsvc

ROOT = Path(feedsvc.__file__).parent

FLOORS = (
    {"model"},
    {"config", "readers", "store", "formats", "pages"},
    {"library", "publisher", "web", "push", "alerts"},
    {"service"},
)
ONLY_IMPORTER = {
    "feedgen": "formats._feedgen",
    "apscheduler": "service.scheduler",
    "watchfiles": "service.folder_changes",
    "ctypes": "service.inotify",
    "obstore": "web.export.bucket",
    "granian": "service.serving_process",
    "h11": "push.client",
    "psycopg": "store.postgresql.engine",
}
DRIVERS = {"web", "service"}
"""They read a clock; everything below is told the time."""
CLOCKS = {"datetime.now", "datetime.utcnow", "time.time", "time.time_ns", "time.monotonic", "date.today"}


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


def package(name: str) -> str:
    """The package of a module, such as `store` of `store.sqlite.engine`."""
    return name.split(".")[0]


def floor(name: str) -> int:
    return next(number for number, packages in enumerate(FLOORS) if name in packages)


@cache
def trees() -> dict[str, ast.Module]:
    """All modules, by their names."""
    return dict(modules())


@cache
def seen() -> dict[str, set[str]]:
    """The other packages that each module within a package imports from, by the module's name."""
    return {
        name: {module.split(".")[1] for module in imports(tree) if module.startswith("feedsvc.")} - {package(name)}
        for name, tree in trees().items()
        if package(name) in set().union(*FLOORS)
    }


def test_there_are_twelve_packages_and_nothing_else() -> None:
    here = {path.name for path in ROOT.iterdir() if path.name != "__pycache__"}
    assert here == set().union(*FLOORS) | {"__init__.py", "__main__.py", "py.typed"}


def test_a_package_sees_only_lower_floors() -> None:
    upward = [
        f"{name} sees {other}"
        for name, others in seen().items()
        for other in others
        if floor(other) >= floor(package(name))
    ]
    assert not upward


def test_only_the_service_sees_the_configuration() -> None:
    assert [name for name, others in seen().items() if "config" in others and package(name) != "service"] == []


def test_a_library_with_traps_has_one_importer() -> None:
    found = {
        library: {name for name, tree in trees().items() if any(package(module) == library for module in imports(tree))}
        for library in ONLY_IMPORTER
    }
    assert found == {library: {importer} for library, importer in ONLY_IMPORTER.items()}


def test_only_the_store_knows_the_database() -> None:
    drivers = {"sqlalchemy", "sqlite3", "psycopg"}
    assert {name for name, tree in trees().items() if drivers & {package(module) for module in imports(tree)}} <= {
        name for name in trees() if package(name) == "store"
    }


def test_below_the_drivers_nothing_reads_a_clock() -> None:
    read = [
        f"{name}: {ast.unparse(node.func)}"
        for name, tree in trees().items()
        if package(name) not in DRIVERS
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in CLOCKS
    ]
    assert not read


def test_no_module_is_longer_than_can_be_read() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in ROOT.rglob("*.py")}
    assert {path: lines for path, lines in lengths.items() if lines > 300} == {}


def test_a_process_that_only_reads_files_starts_without_a_database() -> None:
    """A worker starts in half of the time, and there are as many of them as processors."""
    program = "import sys, feedsvc.library.workers; print('sqlalchemy' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "False\n"
    )


def test_a_command_that_publishes_starts_without_a_web_framework() -> None:
    """Half of the time of a small publication is that of its imports."""
    program = "import sys, feedsvc.service.operations, feedsvc.service.destinations, feedsvc.service.file_export; print"
    program += "([name for name in ('flask', 'werkzeug', 'granian', 'tqdm', 'apscheduler') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_docstrings_begin_with_what_is_returned_or_done() -> None:
    riddle = re.compile(r'^ *"""(?:What|Whether|Those|Of|Who|How|Where|It|As)\b.*', re.MULTILINE)
    found = {path: riddle.findall(path.read_text("utf-8")) for path in sorted(ROOT.rglob("*.py"))}
    assert {path.relative_to(ROOT): lines for path, lines in found.items() if lines} == {}
