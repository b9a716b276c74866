"""How several workers run the suite at once (`-n 4 --dist worksteal`): a part of its time it waits.

What keeps time is marked `timed`. It comes first, on TIMED_AT_ONCE workers. The other workers begin with what is marked
`beside_timed`, which takes only the time that is left, and then wait until the last of what keeps time has ended.
"""

import compileall
import fcntl
import gc
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

if TYPE_CHECKING:
    from postgresql_server import Servers

# Hundreds of processes are started, and several workers load all tests: not each shall compile our modules.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
gc.disable()  # until all tests are loaded: none of them is garbage
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup the services would inherit that they ignore it

ROOT = Path(__file__).parents[1]
for _folder in ("web", "process", "deploy", "formats", "push"):  # `faults` goes through what each of them stands on
    sys.path.append(str(Path(__file__).with_name(_folder)))


@pytest.fixture(scope="session")
def postgresql_servers() -> Iterator["Servers"]:
    """Real servers of PostgreSQL; none is started before somebody asks."""
    from postgresql_server import Servers

    servers = Servers()
    yield servers
    servers.end()


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Where several workers load all tests, each begins with a share of its own. To compile modules of a clean clone
    takes twice as long as to load them, and the worker that comes second to a module need not do it."""
    config = session.config
    if not hasattr(config, "workerinput") or config.option.file_or_dir:
        return
    number, workers = int(config.workerinput["workerid"].removeprefix("gw")), config.workerinput["workercount"]
    for path in sorted(ROOT.glob("feedsvc/**/*.py"))[number::workers]:
        compileall.compile_file(path, quiet=2)
    for path in sorted(ROOT.glob("tests/**/test_*.py"))[number::workers]:
        sys.path.insert(0, str(path.parent))
        with suppress(Exception, pytest.skip.Exception):  # it is told when its tests are collected
            import_module(path.stem)
        sys.path.pop(0)


def pytest_collection_finish() -> None:
    """Takes the tests themselves out of what is searched for garbage: a tenth of the suite's work was that search."""
    gc.freeze()
    gc.enable()


COMPILED: LRUCache[object, object] = LRUCache(2000)
"""The statements of all stores that a worker opens. Each store of a test has an engine of its own, which would compile
all statements anew: a seventh of the work of these tests."""


@event.listens_for(Engine, "engine_connect")
def _share_compiled(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.execution_options(compiled_cache=COMPILED)


def _same_dialect(one: object, other: object) -> bool:
    return type(one) is type(other)


# Compiled statements are kept by their dialect, of which each engine has one: all alike.
SQLiteDialect_pysqlite.__eq__ = _same_dialect  # type: ignore[method-assign]
SQLiteDialect_pysqlite.__hash__ = lambda _dialect: hash(SQLiteDialect_pysqlite)  # type: ignore[method-assign,assignment]


PURE = ("formats", "pages", "readers")
"""The folders whose tests are all `beside_timed`: of functions that turn values into values."""
LOWEST = 19
"""The priority of what yields to everything else."""
TIMED_AT_ONCE = 2
"""Workers that keep time together. They sleep for most of it, but a third makes the busiest of these tests late."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "timed(weight=1): it keeps time, as long as `weight` others that do; only those may run meanwhile"
    )
    config.addinivalue_line(
        "markers", "beside_timed: it starts no process, and looks at no clock but that of its own processor time"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each worker is given its share from front to back: what is timed opens the shares of the first few."""
    if hasattr(config, "workerinput"):
        workers = config.workerinput["workercount"]
        rest = [item for item in items if not (is_timed(item) or is_beside(item))]
        beside = [item for item in items if is_beside(item)]
        share = len(items) // workers
        openings = parted([item for item in items if is_timed(item)], min(workers, TIMED_AT_ONCE))
        idle = max(1, workers - len(openings))
        openings += [beside[number::idle] for number in range(idle)]
        items[:] = []
        for opening in openings:
            following = max(0, share - len(opening))
            items += opening + rest[:following]
            rest = rest[following:]
        items += rest


def parted(timed: list[pytest.Item], workers: int) -> list[list[pytest.Item]]:
    """The tests that keep time, in their order and in as many parts as there are workers, which take equally long."""
    weights = [mark.kwargs.get("weight", 1) for item in timed if (mark := item.get_closest_marker("timed"))]
    parts: list[list[pytest.Item]] = [[] for _ in range(workers)]
    for item, before in zip(timed, accumulate(weights, initial=0), strict=False):
        parts[before * workers // sum(weights)].append(item)
    return parts


def is_timed(item: pytest.Item) -> bool:
    return item.get_closest_marker("timed") is not None


def is_beside(item: pytest.Item) -> bool:
    """True if the test may run beside those that keep time: the worker has to be able to yield to them."""
    is_pure = item.path.parent.name in PURE
    return os.geteuid() == 0 and (is_pure or item.get_closest_marker("beside_timed") is not None)


@contextmanager
def yielding() -> Iterator[None]:
    """Lets every other process go first. Only root may take that back."""
    before = os.getpriority(os.PRIO_PROCESS, 0)
    os.setpriority(os.PRIO_PROCESS, 0, LOWEST)
    try:
        yield
    finally:
        os.setpriority(os.PRIO_PROCESS, 0, before)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    if not hasattr(item.config, "workerinput"):
        return (yield)
    if is_beside(item):
        with yielding():
            return (yield)
    ROOM.enter(timed=is_timed(item))
    try:
        return (yield)
    finally:
        if not (is_timed(item) and nextitem and is_timed(nextitem)):
            ROOM.leave()


class Room:
    """In it are tests that keep time, or others. All workers know it by locks on what is there and is not changed."""

    def __init__(self, timed: Path, others: Path) -> None:
        self._timed, self._others = timed, others
        self._way_out = ExitStack()
        self._for_timed = False

    def enter(self, *, timed: bool) -> None:
        """Unless it is in already, as one that keeps time after another."""
        if timed and not self._for_timed:
            self._way_out.enter_context(locked(self._timed, fcntl.LOCK_SH))
            with locked(self._others, fcntl.LOCK_EX):  # once they have left; by the lock above no more of them come
                self._for_timed = True
        elif not timed:
            with locked(self._timed, fcntl.LOCK_EX):
                self._way_out.enter_context(locked(self._others, fcntl.LOCK_SH))

    def leave(self) -> None:
        self._way_out.close()
        self._for_timed = False


ROOM = Room(Path(__file__), Path(__file__).parent)


@contextmanager
def locked(place: Path, how: int) -> Iterator[None]:
    handle = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)  # for a process as well that may have inherited it
        os.close(handle)
