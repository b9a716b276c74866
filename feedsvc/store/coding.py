"""The representations of a body: identity, gzip and brotli, each with its own strong ETag (RFC 9110 section 8.8.3)."""

import errno
import os
import zlib
from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from typing import BinaryIO

import brotli
import deflate

from feedsvc.model.document import Representation

GZIP_LEVEL, GZIP_LASTING, BROTLI_SMALL, BROTLI_LARGE, BROTLI_LASTING = 6, 12, 5, 4, 11
"""Chosen with `tests/bench/compression.py`. The compressed size in per cent and the CPU time in ms, first of a feed of
79 kB, then of a page of 7.4 kB:

    zlib 6         37.1  1.5     37.2  .154        brotli 4   35.0  1.2     35.5  .110
    libdeflate 3   36.4   .6     36.8  .043        brotli 5   34.6  2.2     34.1  .139
    libdeflate 6   35.7   .9     36.7  .046        brotli 8   34.5  3.3     34.1  .437
    libdeflate 9   35.3   .9     36.6  .050        brotli 10  33.5   38     31.6  3.8
    libdeflate 12  34.7  8.2     36.1  .957        brotli 11  32.7   97     31.2  8.6

Of the faster gzip libraries, libdeflate compresses best: zlib-ng takes a fifth longer, and ISA-L takes half of the time
but its output is a twentieth larger.

Pages are compressed at brotli 5. Feeds, which are larger, are compressed at 4: this takes half of the time of 5 and
gives a hundredth more bytes, and compression is most of the time between an edit and its publication.

At 11, all feeds that an edit changes would be published seconds later, to save a twentieth of their bytes. Nor are they
compressed again at 11 later: a strong ETag has to change with the bytes (RFC 9110 section 8.8.1), so every client that
has a feed would fetch all of it again, to save a twentieth of it; and the bytes of a feed would depend on timing. Pages
and closed archives are requested too seldom for two hundred bytes to be worth sixty times the work. So only files that
never change, the style and the script, are compressed at the highest level.
"""
_SMALL = 2**16 - 16
"""The most bytes that fit into brotli's window of 16 bits, which is faster to set up, and compresses them as well."""
_GZIP_FRAME = 31
"""The value of zlib's `wbits` for the gzip format."""


def encodings(plain: Representation, *, lasting: bool = False) -> tuple[Representation, ...]:
    """The representations of `plain`: identity, and each coding that makes it smaller. With `lasting`, at the
    highest level of compression."""
    coded = _lasting(plain.body) if lasting else _coded(plain.body, lasting=False)
    return (plain, *(each for each in coded if len(each.body) < len(plain.body)))


@lru_cache(maxsize=4)
def _lasting(body: bytes) -> tuple[Representation, ...]:
    """The compressed representations at the highest level. Few bodies need it, and it takes half as long as all else of
    a small first publication."""
    return _coded(body, lasting=True)


def _coded(body: bytes, *, lasting: bool) -> tuple[Representation, ...]:
    return (
        _representation("gzip", _gzip(body, lasting=lasting)),
        _representation("br", _brotli(body, lasting=lasting)),
    )


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
    """The strong entity tag of the rest of `file`, which is open for reading bytes. Bytes added meanwhile are ignored.

    Up to WHOLE bytes, it is the same as from `etag`. For larger files, blocks of zeros are left out of the hash, so
    that a sparse file of terabytes takes no time.
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
"""Bytes up to which a file is hashed as a whole."""
_BLOCK = 2**20
_ZEROS = bytes(_BLOCK)


def _sizes(length: int) -> Iterator[int]:
    """The sizes of blocks that make up `length` bytes."""
    yield from (min(_BLOCK, length - done) for done in range(0, length, _BLOCK))


def _blocks(descriptor: int, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """The blocks between two offsets that are not all zeros, each with its own offset, counted from `start`."""
    place = start
    while place < end:
        place = start + (_next_data(descriptor, place, end) - start) // _BLOCK * _BLOCK
        block = os.pread(descriptor, min(_BLOCK, end - place), place)
        if block != _ZEROS[: len(block)]:
            yield place - start, block
        place += _BLOCK


def _next_data(descriptor: int, place: int, end: int) -> int:
    """The first offset from `place` on that may hold data; `end` if there is none. It is `place` on a file system that
    does not report holes."""
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
