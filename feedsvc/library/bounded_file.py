"""Limits how much of a media file is read, since media libraries trust the lengths that a file declares.

Reading a sound file makes progress with each read. A library that searches gigabytes without content for the next
frame, byte by byte, or that trusts a declared length of many gigabytes, is stopped.
"""

import os
from io import RawIOBase
from typing import BinaryIO

FREE_READS = 5_000
"""Reads that need no progress."""
STEP = 256
"""Bytes of progress that each further read must make; Ogg takes three reads for a page of some thousand bytes."""
LARGEST_STEP = 2**16
"""Most bytes of progress that one jump counts for, however far it goes."""
LARGEST = 16 * 2**20
"""Most bytes of one read."""
MOST = 64 * 2**20
"""Most bytes of all reads together."""


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
        """Moves to another position, and returns it."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """The current position."""
        return self._file.tell()
