"""The error pages, as `feedsvc serve` shows them."""

from feedsvc import pages
from feedsvc.web.export.sheets import ERRORS

_CODES = (301, 404, 405, 410, 503)
NOT_FOUND = "404.html"
"""The name of the 404 page, at the root, where hosts of static files look for it."""
WITHDRAWN = f"{ERRORS}/410.html"
"""The name of the 410 page."""


def messages(site_title: str, language: str) -> dict[str, bytes]:
    """The error pages, by their names below the folder."""
    made = {code: pages.status_message(site_title, code, language) for code in _CODES}
    return {NOT_FOUND: made[404]} | {f"{ERRORS}/{code}.html": page for code, page in made.items()}
