"""Who an article is, for ever: ids, keys, and when two ids are the same. Pure functions."""

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


@lru_cache(maxsize=64)  # asked more than once about each file
def key_of(name: str) -> str:
    """Twelve characters that stand for `name` in URLs and minted ids: 60 bits of its SHA-256 in base 32."""
    bits = int.from_bytes(sha256(unicodedata.normalize("NFC", name).encode()).digest()[:8], "big") >> 4
    upper, lower = bits >> 30, bits & 2**30 - 1  # small numbers, and no loop: it is asked about each file
    return (
        f"{_PAIRS[upper >> 20]}{_PAIRS[upper >> 10 & 1023]}{_PAIRS[upper & 1023]}"
        f"{_PAIRS[lower >> 20]}{_PAIRS[lower >> 10 & 1023]}{_PAIRS[lower & 1023]}"
    )


def tag(authority: str, name: str) -> str:
    """A tag URI (RFC 4151); `authority` is `host,year`."""
    return f"tag:{authority}:{name if name.isascii() and name.isalnum() else quote(name, safe='/:@')}"


class Identity(NamedTuple):
    """What an article is called for ever: its id, its key, and what the id folds to."""

    id: str
    key: str
    fold: str


def id_candidates(authority: str, path: str, given: str) -> Iterator[Identity]:
    """What a new article may be called, the first choice first: by the id that it gives, else by its path.

    The same path gives the same; the later ones are for an article whose name another has, which moved away.
    """
    return (mint(authority, path, given, count) for count in itertools.count(1))


def mint(authority: str, path: str, given: str, count: int = 1) -> Identity:
    """The choice of this `count` among `id_candidates`."""
    name = given or path
    key = key_of(f"{name}#{count}" if count > 1 else name)
    minted = given or tag(authority, key)
    return Identity(minted, key, normalised_id(authority, minted))


def absolute(authority: str, given: str) -> str:
    """`given` if it is an absolute IRI, else a tag URI that contains it (RFC 4287 section 4.2.6)."""
    return given if _IRI.match(given) else tag(authority, f"id:{given}")


def normalised_id(authority: str, given: str) -> str:
    """Equal for ids that differ by case or Unicode form only, which people and databases take for the same.

    Equal, too, for an id and the absolute IRI that stands for it in Atom.
    """
    folded = given.casefold()
    if not given.isascii():
        folded = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", given).casefold())
    return absolute(authority.casefold(), folded)
