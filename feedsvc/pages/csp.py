"""The Content-Security-Policy of pages."""

from base64 import b64encode
from hashlib import sha256

from feedsvc.pages.assets import STYLE


def _hash_source(text: bytes) -> str:
    """The source expression that allows one inline text (Content Security Policy Level 3, section 2.3.1)."""
    return f"'sha256-{b64encode(sha256(text).digest()).decode()}'"


CSP = (
    "default-src 'none'; img-src * data:; media-src *; "
    f"style-src 'self' {_hash_source(STYLE.body)}; script-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The policy of every page. The hash allows the inline style.

`'self'` permits nothing written by an author: no file below the articles folder is published as a style or script.
JSON-LD is data, to which no policy applies.
"""
