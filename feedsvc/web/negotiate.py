"""Decides what a client asked for: content coding and freshness (RFC 9110 sections 12.5.3 and 13). Only headers
count.

werkzeug, which parses what is asked for in an unusual way, is imported where it is used: that takes as long as some
thousand answers, and most readers ask in one of the usual ways.
"""

import re
from datetime import datetime
from functools import lru_cache

from feedsvc.web.loading import LOADING

CODINGS = ("br", "gzip", "identity")
"""The codings that there may be, the smallest first."""
_LEAST = 0.0001
"""The weight of `identity` for clients that do not name it: less than any coding that they name."""
_LONGEST = 200
"""Characters of an Accept-Encoding that means anything; a longer one is not worth the memory."""
_LONGEST_TAGS = 8_192
"""Characters of an If-None-Match that is looked at: some 200 entity-tags. A longer one matches nothing."""
_LONGEST_DATE = 100
"""Characters of an If-Modified-Since that may be a date."""
_LONGEST_ACCEPT = 1_000
"""Characters of an Accept that is looked at; browsers send 150."""
_TAG = re.compile(r'W?/?"([^"]*)"|([^\s",]+)')
_MARK = re.compile(r"(?<![-;])[-;]++(?:gzip|br|deflate|zstd)\Z")
"""The mark that compressing proxies put inside the quotes of an ETag. It matches only at the start of a run of signs,
and never backtracks, so a run of n signs costs n steps."""


def prefers(accept: str, kinds: tuple[str, ...]) -> str:
    """The media type of `kinds` that the client prefers; the first if it does not say."""
    with LOADING:
        from werkzeug.datastructures import MIMEAccept
        from werkzeug.http import parse_accept_header

    accepted = parse_accept_header(accept if len(accept) <= _LONGEST_ACCEPT else "", MIMEAccept)
    return accepted.best_match(kinds, default=kinds[0])


def codings(accept_encoding: str) -> tuple[str, ...]:
    """The codings that the client accepts, the best first. There is always one: the last resort is `identity`."""
    return USUAL.get(accept_encoding) or _codings(accept_encoding if len(accept_encoding) <= _LONGEST else "")


USUAL = {
    "": ("identity",),
    "gzip": ("gzip", "identity"),
    "gzip, deflate": ("gzip", "identity"),
    "gzip,deflate": ("gzip", "identity"),
    "gzip, deflate, br": CODINGS,
    "gzip, deflate, br, zstd": CODINGS,
}
"""The usual values of Accept-Encoding of feed readers and browsers, and the codings that they mean."""


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
    """The entity tags of an If-None-Match. The comparison is weak (section 8.8.3.2), and ignores the marks of
    proxies.

    A field longer than `_LONGEST_TAGS` counts as empty: its sender gets the whole document.
    """

    def __init__(self, if_none_match: str) -> None:
        if len(if_none_match) > _LONGEST_TAGS:
            if_none_match = ""
        self._any = if_none_match.strip() == "*"
        tags = {quoted or bare for quoted, bare in _TAG.findall(if_none_match)}
        self._opaque = tags | {_MARK.sub("", tag) for tag in tags}

    def __contains__(self, etag: object) -> bool:
        return self._any or (isinstance(etag, str) and etag.strip('"') in self._opaque)


def unmodified(if_modified_since: str, modified: int, *, shared_second: bool) -> bool:
    """True if nothing has changed since the date that the client has; an invalid date is ignored.

    If other bytes had the same Last-Modified (`shared_second`), only a later date answers True.
    """
    since = _instant(if_modified_since) if len(if_modified_since) <= _LONGEST_DATE else None
    return since is not None and since.timestamp() >= modified + shared_second


def _instant(http_date: str) -> datetime | None:
    with LOADING:
        from werkzeug.http import parse_date

    try:
        return parse_date(http_date)
    except OverflowError:  # a zone of more hours than there are
        return None
