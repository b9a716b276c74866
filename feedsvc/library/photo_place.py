"""Detects the coordinates that phones write into each photo: Exif (CIPA DC-008) and XMP."""

import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_FAR = 128 * 1024
"""Bytes from the start; an Exif segment has 64 KiB at most, and stands before the picture."""
_EXIF = b"Exif\0\0"
_XMP = (b"exif:GPSLatitude", b"Iptc4xmpExt:LocationCreated")
_GPS, _LATITUDE = 0x8825, 2
_SIZE = 8
"""Bytes of a fraction. A camera that does not know its position may write zeros, which do not count."""
_MOST = 500
"""Most entries of a directory that are read."""
_ORDERS = {b"II": "<", b"MM": ">"}


def tells_place(picture: Path) -> bool:
    """True if the file has coordinates. False if it has none, or cannot be read."""
    try:
        with picture.open("rb") as opened:
            data = opened.read(_FAR)
    except OSError:
        return False
    if any(sign in data for sign in _XMP):
        return True
    at = data.find(_EXIF)
    with suppress(struct.error):
        return at >= 0 and _has_coordinates(data[at + len(_EXIF) :])
    return False


def _has_coordinates(tiff: bytes) -> bool:
    """True if the GPS directory has a latitude. Raises struct.error if a directory ends too early."""
    order = _ORDERS.get(tiff[:2])
    if order is None:
        return False
    (start,) = struct.unpack_from(f"{order}I", tiff, 4)
    for tag, _, value in _entries(tiff, order, start):
        if tag == _GPS:
            return any(
                each == _LATITUDE and any(tiff[offset : offset + _SIZE * count])
                for each, count, offset in _entries(tiff, order, value)
            )
    return False


def _entries(tiff: bytes, order: str, start: int) -> Iterator[tuple[int, int, int]]:
    """The tag, the count, and the value or its offset, of each entry of the directory at `start`."""
    (count,) = struct.unpack_from(f"{order}H", tiff, start)
    for number in range(min(count, _MOST)):
        tag, _, length, value = struct.unpack_from(f"{order}HHII", tiff, start + 2 + 12 * number)
        yield tag, length, value
