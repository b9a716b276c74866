"""Reads the dimensions of a video from the boxes of an MP4 or QuickTime file (ISO/IEC 14496-12).

The libraries that can do so are native code, or larger than this whole service.
"""

from struct import error, unpack
from typing import BinaryIO

_INTO = {b"moov", b"trak"}
MOST = 10_000
"""Most boxes that are read; no sound file has more."""


def video_dimensions(file: BinaryIO) -> dict[str, int]:
    """The `width` and `height` in pixels of the largest track; empty for any other kind of file. Raises OSError."""
    end = file.seek(0, 2)
    try:
        sizes = _sizes(file, 0, end)
    except (error, ValueError):
        return {}
    width, height = max(sizes, default=(0, 0))
    return {"width": width, "height": height} if width and height else {}


def _sizes(file: BinaryIO, start: int, end: int) -> list[tuple[int, int]]:
    """The width and height in each track header between two offsets: 16.16 numbers in its last eight bytes (8.3.2)."""
    found: list[tuple[int, int]] = []
    waiting, seen = [(start, end)], 0
    while waiting:
        place, end = waiting.pop()
        while place + 8 <= end and seen < MOST:
            seen += 1
            file.seek(place)
            length, kind = unpack(">I4s", file.read(8))
            head = 8
            if length == 1:  # the length is in the next eight bytes
                length, head = unpack(">Q", file.read(8))[0], 16
            length = length or end - place
            if length < head or place + length > end:
                break
            if kind in _INTO:
                waiting.append((place + head, place + length))
            if kind == b"tkhd":
                file.seek(place + length - 8)
                found.append(tuple(value >> 16 for value in unpack(">II", file.read(8))))
            place += length
    return found
