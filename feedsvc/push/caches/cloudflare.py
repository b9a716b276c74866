"""Cloudflare: 100 URLs or tags in one request, on every plan
(https://developers.cloudflare.com/cache/how-to/purge-cache/).

Its API allows 1,200 requests in five minutes. By tag it allows five a minute on the free plan, and five or more a
second on the others; beyond that it answers 429.
"""

import msgspec

from feedsvc.push.cache_service import CacheService, Order, TagRules
from feedsvc.push.outcome import Request

_TOKEN = "CLOUDFLARE_API_TOKEN"  # noqa: S105 - the name of a variable


def _request(order: Order) -> Request:
    headers = (("authorization", f"Bearer {order.secrets[_TOKEN]}"), ("content-type", "application/json"))
    url = f"{order.api}/zones/{order.id}/purge_cache"
    return Request("POST", url, headers, msgspec.json.encode({"tags" if order.by_tag else "files": order.names}))


SERVICE = CacheService(
    "cloudflare",
    _request,
    lambda _api: 100,
    tags=TagRules("Cache-Tag", 100),
    api="https://api.cloudflare.com/client/v4",
    needs=("id",),
    secrets=(_TOKEN,),
    pause=0.3,
    fails=(b'"success":false', b'"success": false'),
)
