"""The tables of config.toml that say where Editions are besides this service, and which caches stand before them."""

from urllib.parse import urlsplit

from feedsvc.config.table import Table
from feedsvc.config.value_types import Address, CacheId, CacheKind, CacheUrl, Destination, Method, PurgeBy, Switch


class PublishTable(Table, frozen=True, kw_only=True):
    """[[publish]]. A further place for each Edition: a folder, or `s3://bucket/prefix`. A bucket gets documents in gzip
    and brotli too if they are `compressed`; a folder always does."""

    to: Destination
    compressed: Switch = False


class PurgeTable(Table, frozen=True, kw_only=True):
    """[[purge]]. A cache, by default before the service itself and at all of its addresses, that is told what to drop.
    Its token is in the environment."""

    id: CacheId = ""
    """That of the service, the zone or the distribution."""
    service: CacheKind
    url: CacheUrl = ""
    """The address of the cache, or of its API where that is not the usual one."""
    method: Method = ""
    by: PurgeBy = "url"
    behind: Destination = ""
    """The place of [[publish]] that the cache gets documents from; empty for the service."""
    addresses: tuple[Address, ...] = ()
    """The addresses of the site that the cache has; empty for all."""
    feeds: Switch = True
    """False if feeds are left to their max-age, unless something was taken back."""

    @property
    def name(self) -> str:
        """The name of the cache in the status; it has no secret."""
        return f"{self.service} {self.id or urlsplit(self.url).hostname or ''}".rstrip()
