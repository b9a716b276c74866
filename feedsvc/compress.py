"""The representations of a body: identity, gzip and brotli, each with its own strong ETag (RFC 9110 section 8.8.3)."""

import zlib
from hashlib import blake2b, file_digest
from typing import Any

import brotli

from feedsvc.model import Representation

GZIP_LEVEL, BROTLI_QUALITY = 6, 5
"""Where more effort costs more than it saves: brotli 11 takes sixty times as long for a tenth of the bytes."""
_GZIP_WINDOW = 31  # zlib's word for a gzip frame; its header then has no time and no name, so the bytes are the same


def represent(body: bytes) -> tuple[Representation, ...]:
    """`body` as it is, and in each coding that makes it smaller."""
    plain = _representation("identity", body)
    coded = (_representation("gzip", _gzip(body)), _representation("br", brotli.compress(body, quality=BROTLI_QUALITY)))
    return (plain, *(each for each in coded if len(each.body) < len(body)))


def etag(body: bytes) -> str:
    """A strong entity-tag, quotes included: 96 bits of the body's BLAKE2b."""
    return f'"{blake2b(body, digest_size=12).hexdigest()}"'


def etag_of_file(file: Any) -> str:
    """The same of what is left to read in `file`, which is open for reading bytes (any kind that has `readinto`)."""
    return f'"{file_digest(file, lambda: blake2b(digest_size=12)).hexdigest()}"'


def _representation(coding: str, body: bytes) -> Representation:
    return Representation(coding=coding, etag=etag(body), body=body)


def _gzip(body: bytes) -> bytes:
    packer = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)
    return packer.compress(body) + packer.flush()
