"""What a client asked for: content coding and freshness (RFC 9110 sections 12.5.3 and 13). Pure functions of headers.

Clients repeat themselves, so what a header means is remembered.
"""

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache

from werkzeug.http import parse_accept_header, parse_date, parse_etags

CODINGS = ("br", "gzip", "identity")
"""What there may be, the smallest first."""
_MARKS = ("-gzip", "-br", ";gzip", ";br")
"""What proxies that compress put inside the quotes of an ETag of ours."""


@lru_cache(maxsize=1024)
def codings(accept_encoding: str) -> tuple[str, ...]:
    """The codings that the client takes, the best first. Without a header, or for one of no sense, just as it is."""
    weights: dict[str, float] = {}
    for name, weight in parse_accept_header(accept_encoding):
        weights.setdefault("gzip" if name.lower() == "x-gzip" else name.lower(), weight)
    if not weights:
        return ("identity",)
    others = weights.get("*", 0.0)
    # identity is always welcome unless it is refused by name, or by a star of its own
    wanted = {coding: weights.get(coding, others) for coding in CODINGS[:-1]}
    wanted["identity"] = weights.get("identity", weights.get("*", min(_least(wanted), 0.001)))
    order = sorted((coding for coding in CODINGS if wanted[coding] > 0), key=lambda coding: -wanted[coding])
    return (*order, "identity") if "identity" not in order else tuple(order)


def _least(wanted: dict[str, float]) -> float:
    return min((weight for weight in wanted.values() if weight > 0), default=1.0)


@lru_cache(maxsize=4096)
def _tags(if_none_match: str) -> tuple[bool, frozenset[str]]:
    """Whether any version will do (`*`), and the opaque tags, as weak comparison wants them (section 8.8.3.2)."""
    etags = parse_etags(if_none_match)
    tags = {tag for tags in (etags.as_set(include_weak=True),) for tag in tags}
    for tag in tuple(tags):
        for mark in _MARKS:
            tags.add(tag.removesuffix(mark))
    return etags.star_tag, frozenset(tags)


def matches(if_none_match: str, tags: Collection[str]) -> bool:
    """Whether the client has one of the representations whose quoted ETags are `tags`."""
    anything, had = _tags(if_none_match)
    return anything or any(tag[1:-1] in had for tag in tags)


@lru_cache(maxsize=4096)
def _instant(http_date: str) -> datetime | None:
    return parse_date(http_date)


def unmodified(if_modified_since: str, modified: int, *, shared_second: bool) -> bool:
    """Whether nothing has changed since the date that the client has; a date that is none is ignored.

    Where other bytes had the same Last-Modified (`shared_second`), only a later date tells.
    """
    since = _instant(if_modified_since)
    return since is not None and since.timestamp() >= modified + shared_second
