"""Headers that all answers share, whoever gives them: the service itself, or a static server with its files."""

from feedsvc.model.document import FOR_GOOD
from feedsvc.web.loading import LOADING

STALE = 86_400
"""Seconds for which a cache may go on when the service is down (RFC 5861 section 4)."""


SANDBOX = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
"""For every file below /media/, whatever its type: newsrooms have them from elsewhere. A film that is opened by itself
is a page of the browser's own, which loads it once more."""


SHARED = (("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", "ETag, Link"))
"""The headers with which scripts of any site may read what is public, and ask again for no more than a change."""
PREFLIGHT = (
    SHARED[0],
    ("Access-Control-Allow-Methods", "GET, HEAD"),
    ("Access-Control-Allow-Headers", "If-None-Match, If-Modified-Since, Cache-Control, Range"),
    ("Access-Control-Max-Age", "86400"),
)
"""The answer to a browser that asks what scripts may send (Fetch standard, CORS protocol)."""


def cache_control(max_age: int) -> str:
    """The Cache-Control of a document: fresh for `max_age` seconds, and usable for as long again while a cache
    revalidates (RFC 5861 section 3).

    A document that is good FOR_GOOD is not even asked about when the page is reloaded (RFC 8246).
    """
    if max_age >= FOR_GOOD:
        return f"public, max-age={max_age}, immutable"
    return f"public, max-age={max_age}, stale-while-revalidate={max_age}, stale-if-error={STALE}"


def content_security_policy(kind: str) -> str:
    """The Content-Security-Policy for a document of a media type; empty if it needs none."""
    if kind.startswith("text/html"):
        with LOADING:
            from feedsvc.pages import CSP  # with all templates, which take long to load: feeds need none of them

        return CSP
    return SANDBOX if "svg" in kind else ""
