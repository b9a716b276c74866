"""What an article of Pelican's says in HTML: `meta` elements named like its header lines (`<meta name="status">`)."""

from feedsvc.readers import _dates
from feedsvc.readers._nodes import Table
from feedsvc.readers._page import Element
from feedsvc.text import even

_FIELDS = {"status": "status", "date": "published", "modified": "updated", "category": "sections", "slug": "slug"}
_DATES = ("published", "updated")


def front(root: Element, timezone: str) -> Table:
    """What the page says so, as front matter would; a status also where it is empty or odd, as it may hold back.

    Other generators use these names, too: a date that cannot be read is left out.
    """
    found: Table = {}
    for meta in root.iter("meta"):
        field = _FIELDS.get(meta.get("name", "").strip().lower())
        content = even(meta.get("content", ""))
        if field == "status" or (field and content and (field not in _DATES or _is_date(content, timezone))):
            found.setdefault(field, content)
    return found


def _is_date(text: str, timezone: str) -> bool:
    try:
        _dates.parse(text, timezone)
    except ValueError:
        return False
    return True
