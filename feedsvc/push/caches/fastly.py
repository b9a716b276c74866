"""Fastly: one request for each URL (https://www.fastly.com/documentation/reference/api/purging/).

Fastly lets 100,000 purges an hour pass. They take effect within a fraction of a second.
"""

from feedsvc.push.cache_service import CacheService, Order
from feedsvc.push.outcome import Request

_TOKEN = "FASTLY_API_TOKEN"  # noqa: S105 - the name of a variable


def _request(order: Order) -> Request:
    url = order.urls[0].partition("://")[2]
    headers = (("fastly-key", order.secrets[_TOKEN]), ("accept", "application/json"))
    return Request("POST", f"{order.api}/purge/{url}", headers)


SERVICE = CacheService(
    "fastly", _request, lambda _api: 1, api="https://api.fastly.com", secrets=(_TOKEN,), at_once=4, pause=0.15
)
