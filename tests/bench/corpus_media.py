"""Tiny pictures, sounds and films that are real files: every program that measures them finds what it looks for.

`mark` is a text inside of each, so that no two files have the same bytes.
"""

import struct
import zlib

# --- pictures ---------------------------------------------------------------------------------------------------------


def png(width: int, height: int, mark: str) -> bytes:
    """A black PNG, one bit per pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(bytes((1 + (width + 7) // 8) * height), 9))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"tEXt", b"Comment\0" + mark.encode()) + pixels + chunk(b"IEND", b"")


def jpeg(width: int, height: int, mark: str) -> bytes:
    """A grey baseline JPEG: both Huffman tables have one code of one bit, so that each block takes two bits."""

    def segment(kind: int, data: bytes) -> bytes:
        return struct.pack(">BBH", 0xFF, kind, len(data) + 2) + data

    one_code = bytes((1, *([0] * 15), 0))
    blocks = ((width + 7) // 8) * ((height + 7) // 8)
    return b"".join(
        (
            b"\xff\xd8",
            segment(0xE0, b"JFIF\0" + struct.pack(">BBBHHBB", 1, 1, 0, 1, 1, 0, 0)),
            segment(0xFE, mark.encode()),
            segment(0xDB, b"\0" + bytes([1] * 64)),
            segment(0xC0, struct.pack(">BHHBBBB", 8, height, width, 1, 1, 0x11, 0)),
            segment(0xC4, b"\x00" + one_code),
            segment(0xC4, b"\x10" + one_code),
            segment(0xDA, bytes((1, 1, 0, 0, 63, 0))),
            bytes((2 * blocks + 7) // 8),
            b"\xff\xd9",
        )
    )


def gif(width: int, height: int, mark: str) -> bytes:
    """A GIF of that screen size with one pixel drawn."""
    comment = mark.encode()[:255]
    screen = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    image = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0"
    return screen + b"!\xfe" + bytes([len(comment)]) + comment + b"\0" + image + b";"


def webp(width: int, height: int, mark: str) -> bytes:
    """A lossless WebP of one colour, whose pixels take no bits at all."""
    size = (width - 1) | (height - 1) << 14 | 1 << 28
    pixels = b"\x2f" + struct.pack("<I", size) + bytes.fromhex("071011118888fe07")
    said = mark.encode() + b"\0" * (len(mark.encode()) % 2)
    body = b"WEBPVP8L" + struct.pack("<I", len(pixels)) + pixels + b"\0" + _riff(b"note", said)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _riff(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data


def svg(width: int, height: int, mark: str) -> bytes:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
    return f"{head}<title>{mark}</title></svg>\n".encode()


PICTURES = {"png": png, "jpg": jpeg, "gif": gif, "webp": webp}
"""By suffix."""

# --- sound, film and what belongs to them -----------------------------------------------------------------------------

_FRAME = b"\xff\xf3\x18\xc0" + bytes(32)
"""36 ms of silence: MPEG-2 layer III, 8 kbit/s, 16 kHz, mono."""


def mp3(seconds: int, mark: str) -> bytes:
    """Silence, with an ID3v1 tag."""
    return _FRAME * round(seconds / 0.036) + b"TAG" + mark.encode()[:30].ljust(30, b"\0") + bytes(94) + b"\xff"


def mp4(width: int, height: int, seconds: int, mark: str) -> bytes:
    """The smallest MP4 that has a size and a duration (ISO/IEC 14496-12), without a single picture."""
    movie = _box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1000, 1000 * seconds) + bytes(80))
    track = _box(b"trak", _box(b"tkhd", bytes(76) + struct.pack(">II", width << 16, height << 16)))
    return _box(b"ftyp", b"isom\0\0\0\0") + _box(b"moov", movie + track) + _box(b"free", mark.encode())


def _box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", 8 + len(data)) + kind + data


def vtt(seconds: int, mark: str) -> bytes:
    """Captions of one line."""
    return f"WEBVTT\n\n00:00.000 --> 00:{seconds:02d}.000\n{mark}\n".encode()
