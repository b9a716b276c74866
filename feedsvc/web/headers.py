"""Headers that all answers share, whether this service gives them or a static server with exported files."""

from feedsvc.model.document import FOR_GOOD
from feedsvc.web.loading import LOADING

STALE = 86_400
"""Seconds for which a cache may serve stale content while the service is down (RFC 5861 section 4)."""


SANDBOX = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
"""The Content-Security-Policy of every file below /media/, whatever its type: newsrooms do not make all of them.
`media-src 'self'`: a film opened by itself is shown in a page that the browser makes, which loads it again."""


SHARED = (("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", "ETag, Link"))
"""The headers that let scripts of any site read public documents, and make conditional requests."""
PREFLIGHT = (
    SHARED[0],
    ("Access-Control-Allow-Methods", "GET, HEAD"),
    ("Access-Control-Allow-Headers", "If-None-Match, If-Modified-Since, Cache-Control, Range"),
    ("Access-Control-Max-Age", "86400"),
)
"""The headers of the answer to a CORS preflight request (Fetch standard, CORS protocol)."""


def cache_control(max_age: int) -> str:
    """The Cache-Control of a document: fresh for `max_age` seconds, and usable for as long again while a cache
    revalidates (RFC 5861 section 3).

    With FOR_GOOD or more it is immutable: browsers do not revalidate it even on a reload (RFC 8246).
    """
    if max_age >= FOR_GOOD:
        return f"public, max-age={max_age}, immutable"
    return f"public, max-age={max_age}, stale-while-revalidate={max_age}, stale-if-error={STALE}"


def content_security_policy(kind: str) -> str:
    """The Content-Security-Policy for a document of the media type `kind`; empty if it needs none."""
    if kind.startswith("text/html"):
        with LOADING:
            from feedsvc.pages import CSP  # loads all templates, which is slow; feeds need none of them

        return CSP
    return SANDBOX if "svg" in kind else ""
