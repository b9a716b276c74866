"""Access control for feeds that only one partner may read. Every refusal is the same, whatever was sent: strangers do
not learn the reason.

A token comes by `Authorization: Bearer`, as the password (or the name) of Basic, or as the segment of the path before
the last: `/partners/TOKEN/msn.xml` for `/partners/msn.xml`.
"""

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from feedsvc.web.tokens import matches

Environ = Mapping[str, Any]
StartResponse = Callable[..., Any]

REFUSAL = [
    ("Content-Length", "0"),
    ("WWW-Authenticate", 'Basic realm="feed", charset="UTF-8", Bearer realm="feed"'),
    ("Cache-Control", "private, no-store"),
    ("Vary", "Authorization"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
]
_NEVER_SENT = {"cache-control", "vary", "access-control-allow-origin", "access-control-expose-headers"}
_SENT = [
    ("Cache-Control", "private, no-store"),
    ("Vary", "Accept-Encoding, Authorization"),
    ("Referrer-Policy", "no-referrer"),
]


def meant(locked: Mapping[str, str], path: str) -> str:
    """The path of the locked document that `path` names, with or without a token in it; empty if it names none."""
    if path in locked:
        return path
    bare = _without_token(path)[0]
    return bare if bare in locked else ""


def is_open(locked: Mapping[str, str], document: str, path: str, environ: Environ) -> bool:
    """True if the request has the token of `document`. If `path` differs from `document`, the token is read from
    `path`, else from the Authorization header."""
    given = [_without_token(path)[1].encode("latin-1")] if path != document else list(authorized(environ))
    return any(matches(token, locked[document]) for token in given)


def refuse(start: StartResponse) -> list[bytes]:
    start("401 Unauthorized", REFUSAL.copy())
    return []


def privately(start: StartResponse) -> StartResponse:
    """A `start` function that forbids caches to keep the answer, which is for one client."""

    def start_privately(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        kept = [header for header in headers if header[0].lower() not in _NEVER_SENT | {"referrer-policy"}]
        return start(status, [*kept, *_SENT], *rest)

    return start_privately


def token_in(path: str) -> str:
    """The segment of `path` before the last: the place of the token."""
    return _without_token(path)[1]


def _without_token(path: str) -> tuple[str, str]:
    above, _, name = path.rpartition("/")
    folder, _, token = above.rpartition("/")
    return f"{folder}/{name}", token


def authorized(environ: Environ) -> Iterator[bytes]:
    """The candidate tokens in the Authorization header (RFC 6750, RFC 7617); none for any other scheme."""
    scheme, _, value = environ.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
    given = value.strip().encode("latin-1", errors="replace")
    if scheme.lower() == "bearer":
        yield given
    elif scheme.lower() == "basic":
        try:
            name, _, password = base64.b64decode(given, validate=True).partition(b":")
        except (binascii.Error, ValueError):
            return
        yield password or name
