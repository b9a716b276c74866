"""Signs requests to AWS, version 4 (AWS, "Create a signed AWS API request")."""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, urlsplit

from feedsvc.push.outcome import Request
from feedsvc.push.targets import parse_target

_ALGORITHM = "AWS4-HMAC-SHA256"


class Key(NamedTuple):
    """An access key; `session` is empty for a permanent key."""

    access: str
    secret: str
    session: str = ""


def signed(request: Request, key: Key, region: str, service: str, now: int) -> Request:
    """`request` with the headers of a signature made at `now`, seconds since 1970."""
    at = f"{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%SZ}"
    added = {"x-amz-date": at} | ({"x-amz-security-token": key.session} if key.session else {})
    headers = dict(request.headers) | added
    seen = dict(sorted({**headers, "host": parse_target(request.url).host}.items()))
    scope = f"{at[:8]}/{region}/{service}/aws4_request"
    digest = sha256(_canonical(request, seen).encode()).hexdigest()
    signature = _signature(key.secret, scope, f"{_ALGORITHM}\n{at}\n{scope}\n{digest}")
    said = f"{_ALGORITHM} Credential={key.access}/{scope}, SignedHeaders={';'.join(seen)}, Signature={signature}"
    return request._replace(headers=(*headers.items(), ("authorization", said)))


def _canonical(request: Request, headers: Mapping[str, str]) -> str:
    """The canonical form of the request, which is signed; `headers` are sorted, with names in lower case."""
    parts = urlsplit(request.url)
    query = sorted((quote(name, "-_.~"), quote(value, "-_.~")) for name, value in parse_qsl(parts.query, True))
    lines = "".join(f"{name}:{' '.join(value.split())}\n" for name, value in headers.items())
    body = sha256(request.body).hexdigest()
    path = quote(parts.path or "/", safe="/-_.~")
    return "\n".join((request.method, path, "&".join(map("=".join, query)), lines, ";".join(headers), body))


def _signature(secret: str, scope: str, text: str) -> str:
    key = f"AWS4{secret}".encode()
    for step in (*scope.split("/"), text):
        key = hmac.digest(key, step.encode(), "sha256")
    return key.hex()
