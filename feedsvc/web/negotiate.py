"""Content negotiation: decides the content coding, and whether the client's copy is fresh (RFC 9110 sections 12.5.3 and
13), by headers only.

werkzeug, which parses unusual headers, is imported where it is used: the import takes as long as some thousand answers,
and most readers send one of the usual headers.
"""

import re
from datetime import datetime
from functools import lru_cache

from feedsvc.web.loading import LOADING

CODINGS = ("br", "gzip", "identity")
"""All codings, the smallest first."""
_LEAST = 0.0001
"""The weight of `identity` for clients that do not name it: less than that of any coding that they name."""
_LONGEST = 200
"""Maximum characters of an Accept-Encoding; a longer one is ignored, and not cached."""
_LONGEST_TAGS = 8_192
"""Maximum characters of an If-None-Match or If-Match: some 200 entity-tags. A longer one is ignored."""
_LONGEST_DATE = 100
"""Maximum characters of an If-Modified-Since or If-Unmodified-Since."""
_LONGEST_ACCEPT = 1_000
"""Maximum characters of an Accept; browsers send 150."""
_TAG = re.compile(r'W?/?"([^"]*)"|([^\s",]+)')
_STRONG_TAG = re.compile(r'(W/)?("[^"]*")')
"""A quoted entity-tag; the first group is empty if it is strong."""
_MARK = re.compile(r"(?<![-;])[-;]++(?:gzip|br|deflate|zstd)\Z")
"""The suffix that compressing proxies put inside the quotes of an ETag. It matches only at the start of a run of signs,
and never backtracks, so a run of n signs costs n steps."""


def prefers(accept: str, kinds: tuple[str, ...]) -> str:
    """The media type of `kinds` that the client prefers; the first if it has no preference."""
    with LOADING:
        from werkzeug.datastructures import MIMEAccept
        from werkzeug.http import parse_accept_header

    accepted = parse_accept_header(accept if len(accept) <= _LONGEST_ACCEPT else "", MIMEAccept)
    return accepted.best_match(kinds, default=kinds[0])


def codings(accept_encoding: str) -> tuple[str, ...]:
    """The codings that the client accepts, the best first. Never empty: the last resort is `identity`."""
    return USUAL.get(accept_encoding) or _codings(accept_encoding if len(accept_encoding) <= _LONGEST else "")


USUAL = {
    "": ("identity",),
    "gzip": ("gzip", "identity"),
    "gzip, deflate": ("gzip", "identity"),
    "gzip,deflate": ("gzip", "identity"),
    "gzip, deflate, br": CODINGS,
    "gzip, deflate, br, zstd": CODINGS,
}
"""The codings for the usual values of Accept-Encoding of feed readers and browsers."""


@lru_cache(maxsize=512)
def _codings(accept_encoding: str) -> tuple[str, ...]:
    with LOADING:
        from werkzeug.http import parse_accept_header

    asked: dict[str, float] = {}
    for name, weight in parse_accept_header(accept_encoding):
        asked.setdefault(name.lower().removeprefix("x-"), weight)
    others = asked.get("*", 0)
    wanted = {coding: asked.get(coding, others) for coding in CODINGS}
    wanted["identity"] = asked.get("identity", others or _LEAST)
    return tuple(sorted(filter(wanted.get, CODINGS), key=wanted.__getitem__, reverse=True)) or ("identity",)


class Tags:
    """The entity tags of an If-None-Match. The comparison is weak (section 8.8.3.2), and ignores suffixes that proxies
    add.

    A field longer than `_LONGEST_TAGS` counts as empty: the client gets the whole document.
    """

    def __init__(self, if_none_match: str) -> None:
        if len(if_none_match) > _LONGEST_TAGS:
            if_none_match = ""
        self._any = if_none_match.strip() == "*"
        tags = {quoted or bare for quoted, bare in _TAG.findall(if_none_match)}
        self._opaque = tags | {_MARK.sub("", tag) for tag in tags}

    def __contains__(self, etag: object) -> bool:
        return self._any or (isinstance(etag, str) and etag.strip('"') in self._opaque)


def matches(if_match: str, etag: str) -> bool:
    """True if an If-Match allows an answer with `etag`: by strong comparison (section 8.8.3.1), by `*`, or because it
    names nothing or is too long."""
    named = _STRONG_TAG.findall(if_match) if len(if_match) <= _LONGEST_TAGS else []
    return not named or if_match.strip() == "*" or ("", etag) in named


def unmodified(if_modified_since: str, modified: int, *, shared_second: bool) -> bool:
    """True if nothing has changed since the client's date; False if the date is invalid.

    If other bytes had the same Last-Modified (`shared_second`), only a later date counts.
    """
    since = _instant(if_modified_since) if len(if_modified_since) <= _LONGEST_DATE else None
    return since is not None and since.timestamp() >= modified + shared_second


def modified_after(if_unmodified_since: str, modified: int, *, shared_second: bool) -> bool:
    """True if something has changed since the client's date; False if the date is invalid."""
    since = _instant(if_unmodified_since) if len(if_unmodified_since) <= _LONGEST_DATE else None
    return since is not None and since.timestamp() < modified + shared_second


def _instant(http_date: str) -> datetime | None:
    with LOADING:
        from werkzeug.http import parse_date

    try:
        return parse_date(http_date)
    except OverflowError:  # a zone with too many hours
        return None
