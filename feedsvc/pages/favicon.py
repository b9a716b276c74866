"""The icon of a site without one of its own: a neutral dot of 16 by 16 pixels, as an ICO file."""

from struct import pack

_SIZE = 16
_INK = (0x56, 0x5D, 0x61, 0xFF)
"""Blue, green, red and opacity: the muted colour of the pages."""


def _pixels() -> bytes:
    """The rows of a bitmap, from the bottom: a disc of _INK on a transparent background."""
    middle = (_SIZE - 1) / 2
    inside = ((x - middle) ** 2 + (y - middle) ** 2 <= 49 for y in range(_SIZE) for x in range(_SIZE))
    return b"".join(bytes(_INK) if each else bytes(4) for each in inside)


def _icon() -> bytes:
    """An ICO file with one bitmap of 32 bits per pixel, and an empty mask."""
    pixels, mask = _pixels(), bytes(_SIZE * 4)
    bitmap = pack("<IiiHHIIiiII", 40, _SIZE, 2 * _SIZE, 1, 32, 0, len(pixels), 0, 0, 0, 0) + pixels + mask
    head = pack("<HHH", 0, 1, 1) + pack("<BBBBHHII", _SIZE, _SIZE, 0, 0, 1, 32, len(bitmap), 22)
    return head + bitmap


ICON, ICON_TYPE = _icon(), "image/vnd.microsoft.icon"
