"""How several workers run the suite at once (`-n 4 --dist worksteal`): half of its time it waits.

What keeps time is marked `alone`. It comes first, in one worker, and the others wait until the last of it has ended.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # hundreds of processes are started: not each shall compile our modules


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "alone: it keeps time, so that no other test may run meanwhile")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if among_others(config):
        items.sort(key=lambda item: not is_alone(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    if not among_others(item.config):
        return (yield)
    ROOM.enter(alone=is_alone(item))
    try:
        return (yield)
    finally:
        if not (is_alone(item) and nextitem and is_alone(nextitem)):
            ROOM.leave()


def among_others(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def is_alone(item: pytest.Item) -> bool:
    return item.get_closest_marker("alone") is not None


class Room:
    """In it many tests run, or one alone. All workers know it by locks on what is there anyway and is not changed."""

    def __init__(self, place: Path, door: Path) -> None:
        self._place, self._door = place, door
        self._way_out = ExitStack()
        self._alone = False

    def enter(self, *, alone: bool) -> None:
        """Who waits until the room is empty stands in the door meanwhile, so that it does become empty."""
        if not self._alone:
            with locked(self._door, fcntl.LOCK_EX):
                self._way_out.enter_context(locked(self._place, fcntl.LOCK_EX if alone else fcntl.LOCK_SH))
        self._alone = alone

    def leave(self) -> None:
        self._way_out.close()
        self._alone = False


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
