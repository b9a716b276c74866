"""Reads the former paths of an article on the site, as `aliases`, `redirect_from` and `url` name them."""

import re
from collections.abc import Callable
from typing import Any

from feedsvc.model.former_paths import former_path
from feedsvc.model.urls import SITE
from feedsvc.readers.metadata import field_values

_ELSEWHERE = re.compile(r"//|[A-Za-z][A-Za-z0-9+.-]{0,40}:")
_TEMPLATE = re.compile(r"/:\w|\{[{%]")


def former_paths(key: str, value: object, folder: str, warn: Callable[[str], None]) -> tuple[str, ...]:
    """The paths that `value` lists; those without a slash at the start are below `folder`. `warn` is called for each
    entry that is none."""
    found = []
    for said in filter(None, field_values.words(value)):
        path = "" if _ELSEWHERE.match(said) or _TEMPLATE.search(said) else former_path(said, folder)
        if not path:
            warn(f"{key}: {said[:80]!r} is no path of this site that can lead to the article")
        found.append(path)
    return tuple(filter(None, found))


def gather(fields: dict[str, Any]) -> None:
    """Puts all paths of this site into `aliases`. A `url` that is such a path becomes one of them, since the service
    publishes the article's page at an address of its own."""
    paths = (*fields.pop("aliases", ()), *fields.pop("redirects", ()))
    if fields.get("url", "").startswith(f"{SITE}/"):
        paths = (former_path(fields.pop("url")), *paths)
    fields["aliases"] = tuple(dict.fromkeys(filter(None, paths)))
