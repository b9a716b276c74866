"""Reads the kernel's notices of changes in folders (inotify(7), on Linux). The only importer of ctypes.

watchfiles uses inotify too, but it neither distinguishes a file that was put in place complete from one that is being
written, nor reports that a writer has closed a file; and its runtime would cost each serving process some megabytes.
"""

import ctypes
import os
import select
import struct
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

MODIFY, ATTRIB, CLOSE_WRITE, MOVED_FROM, MOVED_TO, CREATE, DELETE = 0x2, 0x4, 0x8, 0x40, 0x80, 0x100, 0x200
DELETE_SELF, MOVE_SELF, OVERFLOW, IGNORED = 0x400, 0x800, 0x4000, 0x8000
ONLY_FOLDERS, FOLLOW_NO_LINK, IS_FOLDER = 0x0100_0000, 0x0200_0000, 0x4000_0000
_HEAD = struct.Struct("iIII")
_MOST = 2**16
"""The number of bytes read at once: some thousand events."""


class Event(NamedTuple):
    """A change: the number of the watched folder (-1 if events were lost), the flags above, and the name in the
    folder."""

    folder: int
    mask: int
    name: str
    """Empty for the folder itself."""

    @property
    def is_last(self) -> bool:
        """True if the folder was moved or deleted, so that no more events come for it."""
        return bool(self.mask & (MOVE_SELF | DELETE_SELF | IGNORED))


def is_there() -> bool:
    """True if the system has inotify."""
    return _library() is not None


@cache
def _library() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL(None, use_errno=True)
    except OSError:
        return None
    return library if hasattr(library, "inotify_init1") else None


class Inotify:
    """Watches folders until it is closed. One thread at a time may use it."""

    def __init__(self) -> None:
        """Raises OSError if the system has no inotify, or if this user's limit of inotify instances is reached."""
        library = _library()
        if library is None:
            raise OSError("the system has no inotify")
        self._libc = library
        self._descriptor = self._libc.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK)
        if self._descriptor < 0:
            raise _last_error()
        self._poll = select.poll()  # select accepts no descriptors above 1023
        self._poll.register(self._descriptor, select.POLLIN)

    def watch(self, folder: str | os.PathLike[str], mask: int) -> int:
        """Watches `folder` for the changes in `mask` from now on. Returns its number, always the same one for the same
        folder. Raises OSError."""
        number: int = self._libc.inotify_add_watch(self._descriptor, os.fsencode(folder), mask)
        if number < 0:
            raise _last_error()
        return number

    def read(self, seconds: float) -> list[Event]:
        """The changes that were not read yet. Waits at most `seconds` for the first one; empty if none comes."""
        if not self._poll.poll(max(0.0, seconds) * 1000):
            return []
        try:
            return list(_parsed(os.read(self._descriptor, _MOST)))
        except BlockingIOError:
            return []

    def close(self) -> None:
        """Ends all watches."""
        os.close(self._descriptor)


def _parsed(raw: bytes) -> Iterator[Event]:
    place = 0
    while place < len(raw):
        folder, mask, _, length = _HEAD.unpack_from(raw, place)
        place += _HEAD.size
        yield Event(folder, mask, os.fsdecode(raw[place : place + length].rstrip(b"\0")))
        place += length


def _last_error() -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number))
