"""Checks of [[purge]] that depend on the kinds of caches that are supported."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from feedsvc.config.errors import Issue, display, suggestion
from feedsvc.config.tables import Config


class CacheNeeds(NamedTuple):
    """The keys that a kind of cache needs, and the additional ones for purging by tag; None if it does not support
    tags. `variables` are the environment variables with its secrets."""

    keys: tuple[str, ...]
    tag_keys: tuple[str, ...] | None
    variables: tuple[str, ...] = ()


CacheLoader = Callable[[], Mapping[str, CacheNeeds]]
"""Returns the needs of each kind of cache, by its name."""
_NOTHING = CacheNeeds((), ())


def cache_issues(config: Config, kinds: Mapping[str, CacheNeeds]) -> Iterator[Issue]:
    """The issues: caches of none of `kinds`, and missing keys that a kind needs."""
    for number, table in enumerate(config.purge):
        if table.service and table.service not in kinds:
            remedy = suggestion(table.service, kinds) or f"known caches: {', '.join(sorted(kinds))}"
            yield Issue(f"purge[{number}].service", f"found {display(table.service)}", remedy)
        needs = kinds.get(table.service, _NOTHING)
        by_tag = table.by == "tag"
        if by_tag and needs.tag_keys is None:
            yield Issue(
                f"purge[{number}].by", f"found {display(table.by)}, which {table.service} does not know", 'write "url"'
            )
        for key in dict.fromkeys((*needs.keys, *((needs.tag_keys or ()) if by_tag else ()))):
            if not getattr(table, key):
                yield Issue(f"purge[{number}].{key}", "missing", f"add it: {table.service} needs it")
