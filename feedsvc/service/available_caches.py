"""The kinds of caches that the configuration may name; they are imported only if it names one."""

from feedsvc.config import CacheNeeds, Config, PurgeTable


def cache_needs() -> dict[str, CacheNeeds]:
    """The keys that each kind needs in [[purge]], and the variables of its secrets, by its name."""
    from feedsvc.push.caches import SERVICES

    return {
        name: CacheNeeds(each.needs, each.tags and each.tags.needs, (*each.secrets, *each.options))
        for name, each in SERVICES.items()
    }


def tag_headers(settings: Config) -> tuple[str, ...]:
    """The headers in which the caches in front of the service expect the tags of an answer."""
    tables = _by_tag(settings, "")
    if not tables:
        return ()
    from feedsvc.push.caches import SERVICES

    rules = (SERVICES[each.service].tags for each in tables if each.service in SERVICES)
    return tuple(sorted({each.header for each in rules if each is not None}))


def has_tags(settings: Config, place: str) -> bool:
    """True if a cache in front of `place`, a destination of [[publish]], is purged by tag."""
    return bool(_by_tag(settings, place))


def _by_tag(settings: Config, place: str) -> list[PurgeTable]:
    return [each for each in settings.purge if each.by == "tag" and each.behind == place]
