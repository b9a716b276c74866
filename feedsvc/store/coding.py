"""The representations of a body: identity, gzip and brotli, each with its own strong ETag (RFC 9110 section 8.8.3)."""

import errno
import os
import zlib
from collections.abc import Iterator
from hashlib import blake2b
from typing import BinaryIO

import brotli
import deflate

from feedsvc.model.document import Representation

GZIP_LEVEL, GZIP_LASTING, BROTLI_SMALL, BROTLI_LARGE, BROTLI_LASTING = 6, 12, 5, 4, 11
"""Chosen by `tests/bench/compression.py`. Of a feed of 79 kB and a page of 7.4 kB, in per cent and ms of CPU:

    zlib 6         37.1  1.5     37.2  .154        brotli 4   35.0  1.2     35.5  .110
    libdeflate 3   36.4   .6     36.8  .043        brotli 5   34.6  2.2     34.1  .139
    libdeflate 6   35.7   .9     36.7  .046        brotli 8   34.5  3.3     34.1  .437
    libdeflate 9   35.3   .9     36.6  .050        brotli 10  33.5   38     31.6  3.8
    libdeflate 12  34.7  8.2     36.1  .957        brotli 11  32.7   97     31.2  8.6

Of the faster libraries libdeflate packs best; zlib-ng takes a fifth longer, and ISA-L, which takes half of the time,
leaves a twentieth more.

A page is pressed at 5. A feed, which is larger, at 4: that takes half of the time of 5 and leaves a hundredth more, and
most of the time between an edit and its publication goes here.

All feeds that an edit touches would come seconds later at 11, for a twentieth of their bytes. Nor are they pressed
again at 11 when there is time: the ETag is of the bytes (a strong one has to be, RFC 9110 section 8.8.1), so whoever
has a feed already would get all of it once more, to save a twentieth of it; and its bytes would hang on when there
was time. A page, or a closed archive, is asked for too seldom for two hundred bytes to be worth sixty times the work.
So only what lasts for good is pressed as hard as can be: the style, the script.
"""
_SMALL = 2**16 - 16
"""Bytes that fit into brotli's window of 16 bits, with which it starts faster, and packs them no worse."""
_GZIP_FRAME = 31
"""zlib's word for it."""


def encodings(plain: Representation, *, lasting: bool = False) -> tuple[Representation, ...]:
    """The representations of `plain`: identity, and each coding that makes it smaller. With `lasting`, at the
    highest level of compression."""
    body = plain.body
    coded = (
        _representation("gzip", _gzip(body, lasting=lasting)),
        _representation("br", _brotli(body, lasting=lasting)),
    )
    return (plain, *(each for each in coded if len(each.body) < len(body)))


def identity_coding(body: bytes) -> Representation:
    """The representation of `body` without any coding."""
    return _representation("identity", body)


def unpack(packed: bytes) -> bytes:
    """The body of a representation in gzip."""
    return zlib.decompress(packed, _GZIP_FRAME)


def etag(body: bytes) -> str:
    """The strong entity tag of `body`, quotes included: 96 bits of BLAKE2b."""
    return f'"{blake2b(body, digest_size=12).hexdigest()}"'


def etag_of_file(file: BinaryIO) -> str:
    """The strong entity tag of what is left to read in `file`, which is open for reading bytes. What is added to it
    meanwhile does not count.

    It is that of `etag` for all but large files: from those, blocks of nothing but zeros are left out, so that a file
    of terabytes that holds nothing takes no time.
    """
    start = file.tell()
    end = file.seek(0, os.SEEK_END)
    digest = blake2b(digest_size=12)
    if end - start <= WHOLE:
        file.seek(start)
        for size in _sizes(end - start):
            digest.update(file.read(size) or b"")
    else:
        digest.update((end - start).to_bytes(8))
        for place, block in _blocks(file.fileno(), start, end):
            digest.update(place.to_bytes(8) + block)
    file.seek(end)
    return f'"{digest.hexdigest()}"'


WHOLE = 32 * 2**20
"""Bytes up to which a file is hashed as it is."""
_BLOCK = 2**20
_ZEROS = bytes(_BLOCK)


def _sizes(length: int) -> Iterator[int]:
    """The sizes of blocks that make up `length` bytes."""
    yield from (min(_BLOCK, length - done) for done in range(0, length, _BLOCK))


def _blocks(descriptor: int, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """The blocks between two places that are not all zeros, each with its own place, counted from `start`."""
    place = start
    while place < end:
        place = start + (_next_data(descriptor, place, end) - start) // _BLOCK * _BLOCK
        block = os.pread(descriptor, min(_BLOCK, end - place), place)
        if block != _ZEROS[: len(block)]:
            yield place - start, block
        place += _BLOCK


def _next_data(descriptor: int, place: int, end: int) -> int:
    """The first place from `place` on that may hold anything; `end` if there is none. Where the system knows no holes,
    it is `place`."""
    try:
        return min(end, os.lseek(descriptor, place, os.SEEK_DATA))
    except OSError as error:
        return end if error.errno == errno.ENXIO else place


def _representation(coding: str, body: bytes) -> Representation:
    return Representation(coding=coding, etag=etag(body), body=body)


def _gzip(body: bytes, *, lasting: bool) -> bytes:
    """`body` in gzip. The header has no time and no name, so the bytes are the same each time."""
    return bytes(deflate.gzip_compress(body, GZIP_LASTING if lasting else GZIP_LEVEL))


def _brotli(body: bytes, *, lasting: bool) -> bytes:
    is_small = len(body) <= _SMALL
    quality = BROTLI_LASTING if lasting else BROTLI_SMALL if is_small else BROTLI_LARGE
    packed: bytes = brotli.compress(body, quality=quality, lgwin=16 if is_small else 22)
    return packed
