"""How instants and Copies are written down in the tables: whole seconds since 1970, and JSON.

By itself, so that a process which only reads files need not know a database.
"""

from datetime import UTC, datetime

import msgspec

from feedsvc.model.article import ArticleCopy

FOREVER = 2**62
"""Later than every instant: an article that never closes, or never opens."""

_decoder = msgspec.json.Decoder(ArticleCopy)


def seconds(instant: datetime) -> int:
    return int(instant.timestamp())


def instant(value: int) -> datetime:
    return datetime.fromtimestamp(value, UTC)


def encode(copy: ArticleCopy) -> bytes:
    return msgspec.json.encode(copy)


def decode(encoded: bytes) -> ArticleCopy:
    """Raises msgspec.MsgspecError for what `encode` did not write."""
    return _decoder.decode(encoded)


def visibility_columns(opened: tuple[datetime, datetime | None] | None) -> dict[str, int]:
    """The columns `opens` and `closes` for what `sections.opening` says."""
    if opened is None:
        return {"opens": FOREVER, "closes": FOREVER}
    return {"opens": seconds(opened[0]), "closes": seconds(opened[1]) if opened[1] else FOREVER}
