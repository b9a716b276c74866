"""What pages are dressed with: the style and the script, each a Document of its own that every page shares.

Its name carries a hash of its bytes, so that it may be kept for good: other bytes have another name. Documents that
were published once are never taken back (they are small, and few): a page that names an old one may be in the store
until its turn to be printed anew comes, and in caches for longer.
"""

import re
from hashlib import blake2b
from pathlib import Path

from feedsvc.model.document import Document

TEMPLATES = Path(__file__).with_name("templates")
FOR_GOOD = 366 * 86_400
"""Seconds for which a cache may keep what never changes: longer than anything in a configuration can last."""
KINDS = {
    r"^/style-[0-9a-f]{16}\.css$": "text/css; charset=utf-8",
    r"^/script-[0-9a-f]{16}\.js$": "text/javascript; charset=utf-8",
}
"""Media type by a regular expression for the path. Sections have no dot in theirs; config refuses it to feeds."""


def is_asset(path: str) -> bool:
    return any(re.search(pattern, path) for pattern in KINDS)


def _asset(name: str, suffix: str) -> Document:
    body = (TEMPLATES / f"{name}.{suffix}").read_bytes()
    path = f"/{name}-{blake2b(body, digest_size=8).hexdigest()}.{suffix}"
    kind = next(kind for pattern, kind in KINDS.items() if re.search(pattern, path))
    return Document(path=path, type=kind, body=body, max_age=FOR_GOOD)


STYLE, SCRIPT = ASSETS = (_asset("style", "css"), _asset("script", "js"))
"""Their addresses in pages have no host: whichever one a reader came by, it is theirs, as `'self'` in CSP wants it."""
