"""The pages that go with a status, as `feedsvc serve` shows them."""

from feedsvc import pages
from feedsvc.web.export.sheets import ERRORS
from feedsvc.web.headers import STATUS_TEXTS

_CODES = (301, 404, 405, 410, 503)


def messages(site_title: str, language: str) -> dict[str, bytes]:
    """By name below the folder."""
    return {
        f"{ERRORS}/{code}.html": pages.message(site_title, code, title, text, language)
        for code, (title, text) in STATUS_TEXTS.items()
        if code in _CODES
    }
