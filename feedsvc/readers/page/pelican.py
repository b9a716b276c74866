"""Reads the fields of Pelican's articles in HTML: `meta` elements with the names of its header lines."""

from feedsvc.model.text import one_line
from feedsvc.readers import _dates
from feedsvc.readers.json.nodes import Table
from feedsvc.readers.page.elements import Element

_FIELDS = {"status": "status", "date": "published", "modified": "updated", "category": "sections", "slug": "slug"}
_DATES = ("published", "updated")


def front(root: Element, timezone: str) -> Table:
    """The fields of the page by these elements; an empty or unknown status is kept, since it may hold the article back.

    Other generators also use these names, so an unreadable date is left out.
    """
    found: Table = {}
    for meta in root.iter("meta"):
        field = _FIELDS.get(meta.get("name", "").strip().lower())
        content = one_line(meta.get("content", ""))
        if field == "status" or (field and content and (field not in _DATES or _is_date(content, timezone))):
            found.setdefault(field, content)
    return found


def _is_date(text: str, timezone: str) -> bool:
    try:
        _dates.parse(text, timezone)
    except ValueError:
        return False
    return True
