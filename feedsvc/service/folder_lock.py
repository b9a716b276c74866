"""A lock in the state folder: of all processes for one kind of work there, one works and the others wait."""

import asyncio
import fcntl
import logging
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

log = logging.getLogger(__name__)

WAIT = 1.0
"""Seconds between two attempts."""


async def hold_lock(path: Path, work: str, stop: asyncio.Event) -> int | None:
    """The descriptor of the lock at `path`, once no other process holds it; None if `stop` is set before.

    The kernel releases the lock however the process ends. `work` says what the other process does, for the log.
    """
    told = False
    while not stop.is_set():
        with suppress(FileNotFoundError):  # the publisher makes the folder
            descriptor = _take(path)
            if descriptor is not None:
                return descriptor
            if not told:
                log.info("waiting: another process %s from %s", work, path.parent)
            told = True
        await wait_for(stop, WAIT)
    return None


@asynccontextmanager
async def held_lock(path: Path, work: str, stop: asyncio.Event) -> AsyncIterator[None]:
    """A context that holds the lock at `path`; it begins once no other process holds it, or `stop` is set."""
    descriptor = await hold_lock(path, work, stop)
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


@contextmanager
def tried_lock(path: Path) -> Iterator[bool]:
    """A context that holds the lock at `path` and yields True, or yields False if another process holds it. Raises
    FileNotFoundError if the folder does not exist."""
    descriptor = _take(path)
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _take(path: Path) -> int | None:
    """The descriptor of the lock at `path`; None if another process holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


async def wait_for(event: asyncio.Event, seconds: float) -> None:
    """Waits until `event` is set, for at most `seconds`."""
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
