"""The style and the script of pages, as documents of their own.

The path of each contains a hash of its bytes, so that caches may keep it for good. Former assets stay published (they
are small and few), since pages that use them wait in the store to be rendered again, and stay in caches for longer.
"""

import re
from hashlib import blake2b
from pathlib import Path

from feedsvc.model.document import FOR_GOOD, Document
from feedsvc.model.urls import SCRIPT_PATTERN, STYLE_PATTERN

TEMPLATES = Path(__file__).with_name("templates")
ASSET_TYPES = {
    rf"^{STYLE_PATTERN}$": "text/css; charset=utf-8",
    rf"^{SCRIPT_PATTERN}$": "text/javascript; charset=utf-8",
}
"""The media types of assets, by a regular expression for the path. No section or feed can have such a path."""


def is_asset(path: str) -> bool:
    """True if `path` is that of a style or script, of any version of the program."""
    return any(re.search(pattern, path) for pattern in ASSET_TYPES)


def _asset(name: str, suffix: str) -> Document:
    body = (TEMPLATES / f"{name}.{suffix}").read_bytes()
    path = f"/{name}-{blake2b(body, digest_size=8).hexdigest()}.{suffix}"
    type_ = next(type_ for pattern, type_ in ASSET_TYPES.items() if re.search(pattern, path))
    return Document(path=path, type=type_, body=body, max_age=FOR_GOOD)


STYLE, SCRIPT = ASSETS = (_asset("style", "css"), _asset("script", "js"))
"""The current assets. Pages link to them without a host, so that they are loaded from the page's own address: `'self'`
in the CSP."""
