"""Media files that are none: they hold nothing, have no end, nest without end, or lie about what they hold."""

import random
import struct
from collections.abc import Callable
from pathlib import Path

Lay = Callable[[Path], None]
TERA = 2**40


def _sparse(size: int, *parts: tuple[int, bytes]) -> Lay:
    """A file of `size` bytes that holds only `parts`, each at its place."""

    def lay(path: Path) -> None:
        with path.open("wb") as file:
            file.truncate(size)
            for place, data in parts:
                file.seek(place)
                file.write(data)

    return lay


def _of(data: Callable[[], bytes]) -> Lay:
    """A file with `data`, which is made when it is laid."""
    return lambda path: void(path.write_bytes(data()))


def void(_: object) -> None:
    """Nothing, whatever was returned."""


def _box(kind: bytes, body: bytes = b"", size: int | None = None) -> bytes:
    return struct.pack(">I4s", len(body) + 8 if size is None else size, kind) + body


def _nested(kind: bytes, depth: int) -> bytes:
    return b"".join(struct.pack(">I4s", 8 * (depth - level), kind) for level in range(depth))


_FTYP = _box(b"ftyp", b"isom\0\0\0\0isom")
_AVIF = _box(b"ftyp", b"avif\0\0\0\0avif")


def _noise() -> bytes:
    return random.Random(7).randbytes(4 * 2**20)


_JPEG = b"\xff\xd8"
_OGG = b"OggS\0\2" + bytes(8) + b"\1\0\0\0" + bytes(8)
_ID3 = b"ID3\4\0\0"

TRAPS: dict[str, Lay] = {
    "zeros.mp3": _sparse(150 * 2**20),
    "zeros of a terabyte.mp3": _sparse(TERA),
    "zeros.m4a": _sparse(TERA),
    "zeros.ogg": _sparse(TERA),
    "zeros.flac": _sparse(TERA),
    "zeros.wav": _sparse(TERA),
    "zeros.mp4": _sparse(TERA),
    "zeros.mov": _sparse(TERA),
    "zeros.jpg": _sparse(TERA),
    "zeros.png": _sparse(TERA),
    "ones.mp3": _of(lambda: b"\xff" * 2**24),
    "ones.jpg": _of(lambda: _JPEG + b"\xff" * 2**24),
    "noise.mp3": _of(lambda: _noise()),
    "noise.jpg": _of(lambda: _JPEG + _noise()),
    "noise.flac": _of(lambda: b"fLaC" + _noise()),
    "noise.mp4": _of(lambda: _FTYP + _noise()),
    "a tag and nothing.mp3": _sparse(TERA, (0, _ID3 + b"\x7f\x7f\x7f\x7f")),
    "many tags.mp3": _of(lambda: (_ID3 + b"\0\0\0\0") * 2**20),
    "a frame and nothing.mp3": _sparse(TERA, (0, b"\xff\xfb\x90\x00")),
    "frames and noise.mp3": _of(lambda: (b"\xff\xfb\x10\x00" + b"\0" * 3) * 2**20),
    "chunks of nothing.wav": _sparse(TERA, (0, b"RIFF\xff\xff\xff\xffWAVE")),
    "chunks.wav": _of(lambda: b"RIFF\xff\xff\xff\xffWAVE" + b"junk\0\0\0\0" * 2**21),
    "a chunk of 4 GB.wav": _sparse(TERA, (0, b"RIFF\xff\xff\xff\xffWAVEfmt \xff\xff\xff\xff")),
    "a list of 4 GB.wav": _sparse(TERA, (0, b"RIFF\xff\xff\xff\xffWAVELIST\xff\xff\xff\xffINFO")),
    "blocks.flac": _of(lambda: b"fLaC" + b"\1\0\0\0" * 2**22),
    "a block.flac": _sparse(TERA, (0, b"fLaC\0\xff\xff\xff")),
    "pages.ogg": _of(lambda: (_OGG + b"\0") * 2**19),
    "packets without an end.ogg": _of(lambda: (_OGG + b"\xff" + b"\xff" * 255 + b"\0" * 255 * 255) * 200),
    "nested.mp4": _of(lambda: _FTYP + _nested(b"moov", 2**20)),
    "nested.m4a": _of(lambda: _FTYP + _nested(b"moov", 2**20)),
    "boxes.mp4": _of(lambda: _FTYP + _box(b"free") * 2**21),
    "boxes.m4a": _of(lambda: _FTYP + _box(b"free") * 2**21),
    "a box of all bytes.mp4": _sparse(TERA, (0, _FTYP + struct.pack(">I4sQ", 1, b"moov", 2**63))),
    "a box of a terabyte.m4a": _sparse(
        TERA, (0, _FTYP + struct.pack(">I4sQ", 1, b"moov", TERA - 64) + _box(b"mvhd", b"", 2**31))
    ),
    "boxes far away.m4a": _sparse(
        2**43, (0, _FTYP + struct.pack(">I4sQ", 1, b"free", 2**42)), (2**42 + len(_FTYP), _box(b"free") * 2**20)
    ),
    "items.avif": _of(
        lambda: _AVIF + _box(b"meta", b"\0\0\0\0" + _box(b"iloc", b"\2\0\0\0\xff\xff\xff\xff" + bytes(2**20)))
    ),
    "boxes.avif": _of(lambda: _AVIF + _box(b"free") * 2**21),
    "segments.jpg": _of(lambda: _JPEG + b"\xff\xe1\0\2" * 2**22),
    "comments.pbm": _of(lambda: b"P4\n" + b"#" * 2**24),
    "extensions.gif": _of(lambda: b"GIF89a\0\0\0\0\0\0\0" + b"!\xfe\1a\0" * 2**21),
    "chunks.png": _of(lambda: b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0junk\0\0\0\0" * 2**20),
    "directories.tiff": _of(lambda: b"II*\0\x08\0\0\0\xff\xff" + b"\0" * 2**20),
    "boxes.jp2": _of(lambda: b"\0\0\0\x0cjP  \r\n\x87\n" + _box(b"free") * 2**21),
    "attributes.svg": _of(lambda: b"<svg " + b"width='" * 2**20),
    "an entity.svg": _of(lambda: b"<!DOCTYPE a [" + b"<!ENTITY b '&b;&b;'>" * 2**16 + b"]><svg width='&b;'/>"),
    "objects.wma": _of(lambda: bytes.fromhex("3026B2758E66CF11A6D900AA0062CE6C") + b"\xff" * 14 + bytes(2**24)),
}
"""By the name of the file."""
