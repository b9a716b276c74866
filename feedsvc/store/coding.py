"""The representations of a body: identity, gzip and brotli, each with its own strong ETag (RFC 9110 section 8.8.3)."""

import zlib
from hashlib import blake2b, file_digest
from typing import Any

import brotli

from feedsvc.model.document import Representation

GZIP_LEVEL, BROTLI_QUALITY, BROTLI_LASTING = 6, 5, 11
"""Chosen by `tests/bench/compression.py`. Of a feed of 127 kB and a page of 6.6 kB, in per cent and ms of CPU:

    gzip 4   36.7  1.7     38.4  .071        brotli 4   33.8  1.6     36.5  .096
    gzip 6   36.0  2.1     38.2  .074        brotli 5   33.2  2.2     35.1  .118
    gzip 9   36.0  2.3     38.2  .072        brotli 8   33.1  3.4     35.1  .168
                                             brotli 10  32.2   48     32.4  2.9
                                             brotli 11  31.3  137     32.0  7.0

All feeds that an edit touches would come seconds later at 11, for a twentieth of their bytes. Nor are they pressed
again at 11 when there is time: the ETag is of the bytes (a strong one has to be, RFC 9110 section 8.8.1), so whoever
has a feed already would get all of it once more, to save a twentieth of it; and its bytes would hang on when there
was time. A page, or a closed archive, is asked for too seldom for two hundred bytes to be worth sixty times the work.
So only what lasts for good is pressed as hard as can be: the style, the script.
"""
_SMALL = 2**16 - 16
"""Bytes that fit into brotli's window of 16 bits, with which it starts faster, and packs them no worse."""
_GZIP_FRAME = 31  # zlib's word for it; its header then has no time and no name, so the bytes are the same


def encodings(plain: Representation, *, lasting: bool = False) -> tuple[Representation, ...]:
    """A body as it is, and in each coding that makes it smaller; the smallest there can be where it is `lasting`."""
    body = plain.body
    coded = (
        _representation("gzip", zlib.compress(body, GZIP_LEVEL, _GZIP_FRAME)),
        _representation("br", _brotli(body, lasting=lasting)),
    )
    return (plain, *(each for each in coded if len(each.body) < len(body)))


def identity_coding(body: bytes) -> Representation:
    return _representation("identity", body)


def unpack(packed: bytes) -> bytes:
    """The body of a representation in gzip."""
    return zlib.decompress(packed, _GZIP_FRAME)


def etag(body: bytes) -> str:
    """A strong entity-tag, quotes included: 96 bits of the body's BLAKE2b."""
    return f'"{blake2b(body, digest_size=12).hexdigest()}"'


def etag_of_file(file: Any) -> str:
    """The same of what is left to read in `file`, which is open for reading bytes (any kind that has `readinto`)."""
    return f'"{file_digest(file, lambda: blake2b(digest_size=12)).hexdigest()}"'


def _representation(coding: str, body: bytes) -> Representation:
    return Representation(coding=coding, etag=etag(body), body=body)


def _brotli(body: bytes, *, lasting: bool) -> bytes:
    packed: bytes = brotli.compress(
        body,
        quality=BROTLI_LASTING if lasting else BROTLI_QUALITY,
        lgwin=16 if len(body) <= _SMALL else 22,
    )
    return packed
