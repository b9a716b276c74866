"""The tables of config.toml for delivery: where Editions are written besides this service, and which caches are in
front of them."""

from urllib.parse import urlsplit

from feedsvc.config.table import Table
from feedsvc.config.value_types import Address, CacheId, CacheKind, CacheUrl, Destination, Method, PurgeBy, Switch


class PublishTable(Table, frozen=True, kw_only=True):
    """[[publish]]. A further destination for each Edition: a folder, or `s3://bucket/prefix`. A bucket gets documents
    in gzip and brotli too if `compressed` is true; a folder always does."""

    to: Destination
    compressed: Switch = False


class PurgeTable(Table, frozen=True, kw_only=True):
    """[[purge]]. A cache that is purged, by default one in front of the service itself at all of its addresses. Its
    token is in the environment."""

    id: CacheId = ""
    """The id of the service, the zone or the distribution."""
    service: CacheKind
    url: CacheUrl = ""
    """The address of the cache, or of its API if that is not the usual one."""
    method: Method = ""
    by: PurgeBy = "url"
    behind: Destination = ""
    """The destination of [[publish]] from which the cache gets documents; empty for the service."""
    addresses: tuple[Address, ...] = ()
    """The addresses of the site for which the cache serves; empty for all."""
    feeds: Switch = True
    """False if feeds are left to expire by their max-age, unless an article was withdrawn."""

    @property
    def name(self) -> str:
        """The name of the cache in the status; it contains no secret."""
        return f"{self.service} {self.id or urlsplit(self.url).hostname or ''}".rstrip()
