"""Checks of [[purge]] that need to know which kinds of caches there are."""

from collections.abc import Callable, Iterator, Mapping

from feedsvc.config.errors import Issue, display, suggestion
from feedsvc.config.tables import Config

CacheLoader = Callable[[], Mapping[str, tuple[str, ...]]]
"""The kinds of caches, each with the keys that it needs."""


def cache_issues(config: Config, load_caches: CacheLoader) -> Iterator[Issue]:
    """The issues of kinds that are not known, and of keys that a kind needs. Nothing is loaded without [[purge]]."""
    kinds = load_caches() if config.purge else {}
    for number, table in enumerate(config.purge):
        if table.service and table.service not in kinds:
            remedy = suggestion(table.service, kinds) or f"known caches: {', '.join(sorted(kinds))}"
            yield Issue(f"purge[{number}].service", f"found {display(table.service)}", remedy)
        for key in kinds.get(table.service, ()):
            if not getattr(table, key):
                yield Issue(f"purge[{number}].{key}", "missing", f"add it: {table.service} needs it")
