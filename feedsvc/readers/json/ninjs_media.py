"""Reads the pictures, films and sounds of a ninjs item, of its associations and its own, each in one rendition."""

from collections.abc import Iterator

from feedsvc.readers.json import media_objects
from feedsvc.readers.json.media_objects import address, few, known_type, number, seconds
from feedsvc.readers.json.ninjs_text import lowered, main
from feedsvc.readers.json.nodes import Table, filled, first, tables, words

_FAMILIES = {"picture": "image", "graphic": "image", "image": "image", "photo": "image"}
_FAMILIES |= {"video": "video", "audio": "audio"}
_LEADS = ("featuremedia", "mainpic", "mainimage", "main", "lead")
_WIDEST = 2_048
"""Largest preferred width in pixels; wider renditions are for print, and too large for feed readers."""


def fields(item: Table) -> Table:
    """The media of `item`, whose keys are in lower case, in the form of front matter."""
    associated = sorted(_named(item.get("associations")), key=lambda named: _rank(named[0]))
    items = [*(lowered(entry) for _, entry in associated), item]
    return media_objects.fields(medium for entry in items if _is_free(entry, item) for medium in _medium(entry))


def _rank(name: str) -> int:
    return _LEADS.index(name.lower()) if name.lower() in _LEADS else len(_LEADS)


def _named(value: object) -> list[tuple[str, Table]]:
    """The associations or renditions in `value` with their names: a table of tables in 1.x, a list of tables since."""
    if isinstance(value, dict):
        return few([(name, entry) for name, entry in value.items() if isinstance(entry, dict)])
    return few([(words(entry.get("name")), entry) for entry in tables(value)])


def _is_free(entry: Table, item: Table) -> bool:
    """False for a picture that is or may be held back itself: it must not be in a feed."""
    if entry is item:  # the rules of front matter decide whether the story is held back
        return True
    status = words(entry.get("pubstatus")).removeprefix("stat:").lower()
    return status in ("", "usable") and not {"embargoed", "embargo"} & entry.keys()


def _medium(entry: Table) -> Iterator[Table]:
    renditions = [(name, _rendition(table)) for name, table in _named(entry.get("renditions"))]
    kind = _FAMILIES.get(words(entry.get("type")).lower(), "")
    usable = [(name, table) for name, table in renditions if table.get("url") and _family(table, kind)]
    family = kind if any(_family(table, kind) == kind for _, table in usable) else ""
    family = family or next((_family(table, kind) for _, table in usable), "")
    forms = [(name, table) for name, table in usable if _family(table, kind) == family]
    if not forms:
        return
    small = [table for name, table in usable if _is_small(name, table) and _family(table, kind) == "image"]
    best = min((table for name, table in forms if not _is_small(name, table)), key=_weight, default=forms[0][1])
    thumbnail = str(small[0]["url"]) if small and small[0] is not best else ""
    yield media_objects.of_family(filled(best | _told(entry) | {"thumbnail": thumbnail}), family)


def _rendition(table: Table) -> Table:
    table = lowered(table)
    url = address(first(table, "href", "url"))
    return {
        "url": url,
        "type": known_type(url, first(table, "mimetype", "contenttype")),
        "width": number(table.get("width")),
        "height": number(table.get("height")),
        "length": number(table.get("sizeinbytes")),
        "duration": seconds(table.get("duration")),
        "name": words(table.get("title")),
    }


def _family(table: Table, kind: str) -> str:
    """`image`, `audio` or `video`; empty for any other type, such as the same story as a PDF."""
    family = words(table["type"]).partition("/")[0] if table["type"] else kind
    return family if family in _FAMILIES.values() else ""


def _is_small(name: str, table: Table) -> bool:
    return "thumb" in f"{name} {table['name']}".lower()


def _weight(table: Table) -> tuple[bool, int]:
    """The sort key of a rendition: the widest that is not too wide first, then unknown widths, then the narrowest."""
    width = int(float(words(table["width"])[:9] or 0))
    return width > _WIDEST, width if width > _WIDEST else -width


def _told(entry: Table) -> Table:
    return {
        "title": main(entry, "headline") or words(entry.get("title")),
        "description": main(entry, "description") or words(entry.get("caption")),
        "credit": words(first(entry, "byline", "by", "creditline", "credit")),
        "copyright": words(first(entry, "copyrightnotice", "copyrightholder")),
    }
