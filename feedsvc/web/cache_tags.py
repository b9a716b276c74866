"""Adds a cache tag to each answer (404, 410 and 301 included), so that caches can purge by tag."""

from collections.abc import Iterable
from typing import Any

from feedsvc.model.cache_tags import cache_tag
from feedsvc.web.front import Environ, StartResponse, Wsgi


class CacheTags:
    """A WSGI application (PEP 3333) that adds `headers` with the tag of the path to the answers of `behind`."""

    def __init__(self, behind: Wsgi, headers: tuple[str, ...]) -> None:
        self._behind = behind
        self._headers = headers

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        path = (environ.get("PATH_INFO") or "/").encode("latin-1").decode(errors="surrogateescape")

        def start_with_tag(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            tag = cache_tag(path)
            return start(status, [*headers, *((name, tag) for name in self._headers)], *rest)

        return self._behind(environ, start_with_tag)
