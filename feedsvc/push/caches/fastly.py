"""Fastly: one request for each URL, or for 256 surrogate keys
(https://www.fastly.com/documentation/reference/api/purging/).

Fastly allows 100,000 purges an hour. They take effect within a fraction of a second.
"""

import msgspec

from feedsvc.push.cache_service import CacheService, Order, TagRules
from feedsvc.push.outcome import Request

_TOKEN = "FASTLY_API_TOKEN"  # noqa: S105 - the name of a variable


def _request(order: Order) -> Request:
    headers = (("fastly-key", order.secrets[_TOKEN]), ("accept", "application/json"))
    if order.by_tag:
        body = msgspec.json.encode({"surrogate_keys": order.names})
        typed = (*headers, ("content-type", "application/json"))
        return Request("POST", f"{order.api}/service/{order.id}/purge", typed, body)
    return Request("POST", f"{order.api}/purge/{order.names[0].partition('://')[2]}", headers)


SERVICE = CacheService(
    "fastly",
    _request,
    lambda _api: 1,
    tags=TagRules("Surrogate-Key", 256, ("id",)),
    api="https://api.fastly.com",
    secrets=(_TOKEN,),
    at_once=4,
    pause=0.15,
)
