"""CloudFront: invalidates many paths or tags in one request
(https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html).

3,000 paths may be under way at a time in one distribution, and each costs money beyond the first thousand of a month.
"""

from hashlib import blake2b
from urllib.parse import urlsplit

from feedsvc.push.cache_service import CacheService, Order, TagRules
from feedsvc.push.caches._aws import Key, signed
from feedsvc.push.outcome import Request

_ACCESS, _SECRET, _SESSION = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"
_VERSION = "2020-05-31"
_NAMESPACE = f"http://cloudfront.amazonaws.com/doc/{_VERSION}/"
_REGION = "us-east-1"
"""The region of the API, for all distributions."""


def _request(order: Order) -> Request:
    url = f"{order.api}/{_VERSION}/distribution/{order.id}/invalidation"
    request = Request("POST", url, (("content-type", "application/xml"),), _body(order).encode())
    key = Key(order.secrets[_ACCESS], order.secrets[_SECRET], order.secrets.get(_SESSION, ""))
    return signed(request, key, _REGION, "cloudfront", order.now)


def _body(order: Order) -> str:
    """The batch in XML.

    Paths apply to every host of the distribution. They are percent-encoded, and so need no XML escapes; `~` is one of
    the characters that CloudFront requires encoded (RFC 1738 section 2.2).
    """
    paths = [*dict.fromkeys(f"#{name}" if order.by_tag else _path(name) for name in order.names)]
    items = "".join(f"<Path>{path}</Path>" for path in paths)
    # CloudFront ignores a request with a known reference: a retry is neither carried out nor billed twice.
    mark = blake2b("\n".join(paths).encode(), digest_size=8).hexdigest()
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><InvalidationBatch xmlns="{_NAMESPACE}">'
        f"<CallerReference>feedsvc-{order.reference}-{mark}</CallerReference>"
        f"<Paths><Items>{items}</Items><Quantity>{len(paths)}</Quantity></Paths></InvalidationBatch>"
    )


def _path(url: str) -> str:
    return urlsplit(url).path.replace("~", "%7E")


SERVICE = CacheService(
    "cloudfront",
    _request,
    lambda _api: 1_000,
    tags=TagRules("Cache-Tag", 1_000),
    api="https://cloudfront.amazonaws.com",
    needs=("id",),
    secrets=(_ACCESS, _SECRET),
    options=(_SESSION,),
    pause=1.0,
    busy=(b"TooManyInvalidationsInProgress", b"Throttling"),
)
