"""Normalises former paths of articles on this site: decoded, and without a slash at the end."""

import unicodedata
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from feedsvc.model.urls import OPERATORS

_LONGEST = 1_000
"""Characters of a path; no address of an article is longer."""
_INDEX = "/index.html"


def former_path(address: str, folder: str = "") -> str:
    """The path of `address`, a URL or a path, which may be percent-encoded, in the form of `same_path`.

    A path without a slash at its start is relative to `folder`. Empty for addresses that cannot be an article's: the
    root of the site, the pages of operators, and any address with a query.
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
    """The common form of all spellings of a decoded `path`: without a slash or `index.html` at the end, and in Unicode
    form NFC. Empty for the root."""
    return unicodedata.normalize("NFC", path).rstrip("/").removesuffix(_INDEX).rstrip("/")
