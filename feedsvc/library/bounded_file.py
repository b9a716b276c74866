"""A file that is read only so far: for libraries that believe whatever a media file says of itself.

A reader of a sound file gets ahead with each read. One that looks for the next frame through gigabytes of nothing, byte
by byte, or that believes a length of many gigabytes, is stopped.
"""

import os
from io import RawIOBase
from typing import BinaryIO

FREE_READS = 5_000
"""Reads that no progress is asked for."""
STEP = 256
"""Bytes that the file has to get ahead by with each further read; Ogg has a page of some thousands in three."""
LARGEST_STEP = 2**16
"""Bytes for which a jump counts at most, however far it goes."""
LARGEST = 16 * 2**20
"""Bytes of one read."""
MOST = 64 * 2**20
"""Bytes of all reads together."""


class TooMuch(Exception):
    """More was read than a sound file needs."""


class BoundedFile(RawIOBase):
    """A view of `file`, which it does not close. Reading beyond the bounds raises TooMuch."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self._reads = 0
        self._taken = 0
        self._farthest = 0
        self._progress = 0

    def readable(self) -> bool:
        """Always True."""
        return True

    def seekable(self) -> bool:
        """Always True."""
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """The next `size` bytes; all that are left if it is negative or None."""
        asked = LARGEST + 1 if size is None or size < 0 else size
        if asked > LARGEST and asked > self._left():
            asked = self._left()
        self._reads += 1
        self._taken += asked
        if asked > LARGEST or self._taken > MOST or self._reads > FREE_READS + self._progress // STEP:
            raise TooMuch
        data = self._file.read(asked)
        position = self._file.tell()
        if position > self._farthest:
            self._progress += min(position - self._farthest, LARGEST_STEP)
            self._farthest = position
        return data

    def _left(self) -> int:
        position = self._file.tell()
        end = self._file.seek(0, os.SEEK_END)
        self._file.seek(position)
        return max(0, end - position)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Moves to another place, and returns it."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """The present place."""
        return self._file.tell()
