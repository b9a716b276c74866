"""The caches that can be purged: each public module ends in one `SERVICE`."""

from feedsvc.model.registry import collect
from feedsvc.push.cache_service import CacheService

SERVICES = collect("feedsvc.push.caches", "SERVICE", CacheService)
"""Every kind of cache by its name, the valid values of `service` in `[[purge]]`."""
