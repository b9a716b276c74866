"""Paths of this site at which an article was found before, in one spelling: decoded, and without a slash at the end."""

import unicodedata
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from feedsvc.model.urls import OPERATORS

_LONGEST = 1_000
"""Characters of a path; no address of an article is longer."""
_INDEX = "/index.html"


def former_path(address: str, folder: str = "") -> str:
    """The path of `address`, a URL or a path, which may be percent-encoded, as `same_path` has it.

    A path that does not start with a slash is one below `folder`. Empty for what no article can have been found at: the
    root of the site, the pages of operators, and addresses that only a query tells from others.
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    path = unquote(parts.path)
    if not path or parts.query or len(path) > _LONGEST or not path.isprintable():
        return ""
    whole = path if path.startswith("/") else f"{folder}/{path}"
    found = same_path(normpath(f"/{whole.lstrip('/')}"))
    return "" if f"{found}/".startswith(OPERATORS) else found


def same_path(path: str) -> str:
    """The spelling that all forms of a decoded `path` have in common: with or without a slash or `index.html` at the
    end, and in whatever form of Unicode. Empty for the root."""
    return unicodedata.normalize("NFC", path).rstrip("/").removesuffix(_INDEX).rstrip("/")
