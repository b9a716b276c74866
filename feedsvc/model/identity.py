"""The permanent identity of articles: ids, keys, and when two ids are the same."""

import itertools
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import quote

_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [first + second for first in _BASE32 for second in _BASE32]
"""Ten bits in base 32 (RFC 4648)."""
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+\Z")


@lru_cache(maxsize=64)  # called more than once for each file
def key_of(name: str) -> str:
    """The key of `name`, for URLs and minted ids: 60 bits of its SHA-256 as twelve characters of base 32."""
    bits = int.from_bytes(sha256(unicodedata.normalize("NFC", name).encode()).digest()[:8], "big") >> 4
    upper, lower = bits >> 30, bits & 2**30 - 1  # small numbers and no loop, for speed: this runs for each file
    return (
        f"{_PAIRS[upper >> 20]}{_PAIRS[upper >> 10 & 1023]}{_PAIRS[upper & 1023]}"
        f"{_PAIRS[lower >> 20]}{_PAIRS[lower >> 10 & 1023]}{_PAIRS[lower & 1023]}"
    )


def tag(authority: str, name: str) -> str:
    """A tag URI (RFC 4151). `authority` is `host,year`."""
    return f"tag:{authority}:{name if name.isascii() and name.isalnum() else quote(name, safe='/:@')}"


class Identity(NamedTuple):
    """The names of an article."""

    id: str
    key: str
    normalised_id: str
    """The id as `normalised_id` gives it."""


def id_candidates(authority: str, path: str, given: str) -> Iterator[Identity]:
    """The identities that a new article may get, in the order of preference, without an end.

    They are derived from the id that the file gives, or from its path if it gives none. The later ones are for an
    article whose name still belongs to another article, which has moved away. The same arguments give the same
    identities.
    """
    return (mint(authority, path, given, count) for count in itertools.count(1))


def mint(authority: str, path: str, given: str, count: int = 1) -> Identity:
    """The identity at position `count`, from 1, of `id_candidates`."""
    name = given or path
    key = key_of(f"{name}#{count}" if count > 1 else name)
    minted = given or tag(authority, key)
    return Identity(minted, key, normalised_id(authority, minted))


def absolute(authority: str, given: str) -> str:
    """The id `given` as an absolute IRI: itself, or a tag URI that contains it (RFC 4287 section 4.2.6)."""
    return given if _IRI.match(given) else tag(authority, f"id:{given}")


def normalised_id(authority: str, given: str) -> str:
    """The id `given` in a form that is equal for ids that count as the same.

    Ids count as the same if they differ only in case or Unicode form, since people and databases confuse them, or if
    one is the absolute IRI that represents the other in Atom.
    """
    folded = given.casefold()
    if not given.isascii():
        folded = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", given).casefold())
    return absolute(authority.casefold(), folded)
