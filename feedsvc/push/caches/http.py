"""Any other cache: one request for each URL, or a list of URLs as JSON.

`{path}` in `url` becomes the path of each URL, whose host is the Host of the request, as Varnish and nginx expect it;
`{url}` becomes the URL itself, percent-encoded. Without either, the body of each request is `{"urls": [...]}`.
"""

from urllib.parse import quote, urlsplit

import msgspec

from feedsvc.push.cache_service import CacheService, Order
from feedsvc.push.outcome import Request

_TOKEN = "FEEDSVC_PURGE_TOKEN"  # noqa: S105 - the name of a variable
_PATH, _URL = "{path}", "{url}"


def _size(api: str) -> int:
    return 1 if _PATH in api or _URL in api else 100


def _absent(api: str) -> tuple[int, ...]:
    """The status codes with which nginx and others answer PURGE for a URL that they do not hold."""
    return (404, 410, 412) if _PATH in api else ()


def _request(order: Order) -> Request:
    token = order.secrets.get(_TOKEN, "")
    headers = (("authorization", f"Bearer {token}"),) if token else ()
    if _size(order.api) > 1:
        body = msgspec.json.encode({"urls": order.names})
        return Request(order.method or "POST", order.api, (*headers, ("content-type", "application/json")), body)
    url = order.names[0]
    parts = urlsplit(url)
    host = parts.netloc if _PATH in order.api else ""
    target = order.api.replace(_PATH, parts.path).replace(_URL, quote(url, safe=""))
    return Request(order.method or "PURGE", target, headers, host=host)


SERVICE = CacheService("http", _request, _size, needs=("url",), options=(_TOKEN,), at_once=4, absent=_absent)
