"""Turns IPTC ninjs, in all its versions and the variants of the systems that write it, into fields of front matter.

1.x is flat (`headline`, `body_text`), 2.x has lists (`headlines[]`, `bodies[]`), 3.x is 2.x in camelCase; Superdesk
writes 1.x with `guid` for `uri`. The version is not read: each field is looked for under all the names that it has had.
"""

import re
from collections.abc import Iterator

from feedsvc.model.reader import Unreadable
from feedsvc.readers import _dates
from feedsvc.readers.json import ninjs_media
from feedsvc.readers.json.ninjs_text import lowered, main
from feedsvc.readers.json.nodes import Table, all_words, filled, first, holding, is_html, prose, tables, words
from feedsvc.readers.json.schemaorg import language
from feedsvc.readers.lines import bylines

_SIGNS = re.compile(
    r"uri|guid|headlines?|versioncreated|pubstatus|\$?standard|bod(?:y_\w+|ies)|headline_\w+|renditions"
)
"""Keys of which an item has at least two."""
_CALENDAR = {"eventdetails": "event", "plannedcoverage": "planning"}
"""Kinds of items that are no articles, each with a key that no other kind has."""
_HTML = ("text/html", "application/xhtml+xml")
_BODIES = ("body_xhtml", "body_html5", "body_html")
_WRITERS = re.compile(r"(?:.*[/:])?(?:author|creator|by|byline|writer|reporter|correspondent)", re.IGNORECASE)
_LONGEST_NUMBER = 12
"""Most digits of a version."""
_SECTION = re.compile(r"(?:.*[/:#])?sections?/?", re.IGNORECASE)


def item(value: object) -> Table | None:
    """The news item in a JSON document, its keys in lower case; None if there is none.

    Raises Unreadable for a calendar item (event or planning), and for keys that differ only in case.
    """
    if not isinstance(value, dict):
        return None
    found = lowered(value)
    if len(found) < len(value):
        raise Unreadable("has a key twice that differs by case only", "take one of the two out")
    kind = next((kind for key, kind in _CALENDAR.items() if key in found), words(found.get("type")).lower())
    signs = sum(bool(_SIGNS.fullmatch(key)) for key in found)
    if kind in _CALENDAR.values() and ("uri" in found or signs > 1):
        raise Unreadable(f"is a ninjs {kind}, not an article", "keep it in the calendar")
    return found if signs > 1 else None


def front(item: Table) -> Table:
    """The fields of `item`, in the form of front matter. An embargo or a status with an empty value is kept."""
    sections, subjects = _sorted_out(item)
    said = {
        "title": main(item, "headline") or words(item.get("title")),
        "summary": main(item, "description"),
        "published": words(first(item, "firstpublished", "firstcreated", "contentcreated", "versioncreated")),
        "updated": words(item.get("versioncreated")),
        "sections": sections,
        "tags": [*subjects, *all_words(item.get("keywords"))],
        "authors": [{"name": name} for name in _authors(item)],
        "language": language(words(item.get("language"))),
        "id": words(first(item, "uri", "guid")),
        "extra": _extra(item),
    }
    return filled(said | ninjs_media.fields(item)) | _release(item)


def version(item: Table) -> str:
    """A string that sorts later for a later version of the same item: by its number, then by its time of creation.

    Empty for an item that gives neither.
    """
    number, made = words(item.get("version")), words(item.get("versioncreated"))
    try:
        instant = _dates.parse(made, "UTC").isoformat()
    except ValueError:
        instant = ""
    if not number.isdecimal() or len(number) > _LONGEST_NUMBER:
        number = ""
    return f"{number:0>{_LONGEST_NUMBER}} {instant}" if number or instant else ""


def body(item: Table) -> tuple[str, str]:
    """The article's text and its markup; HTML if the item has any."""
    texts = [*_bodies(item)]
    html = next((text for text, kind in texts if kind in _HTML), "")
    return (html, "html") if html else prose(next((text for text, _ in texts), ""))


def _bodies(item: Table) -> Iterator[tuple[str, str]]:
    """Each body that feeds can carry, with its media type; NITF and other XML are left out."""
    flat = [*_BODIES, "body_text", *sorted(key for key in item if key.startswith("body_"))]
    for key in dict.fromkeys(flat):
        if (text := _written(item.get(key))) and "xml" not in key and "nitf" not in key:
            yield text, _kind("", key, text)
    for entry in tables(item.get("bodies")):
        kind = words(first(entry := lowered(entry), "contenttype", "mimetype")).partition(";")[0]
        text = _written(entry.get("value"))
        if text and (not kind or kind in (*_HTML, "text/plain")):
            yield text, _kind(kind, words(entry.get("role")), text)


def _written(value: object) -> str:
    return value if isinstance(value, str) and value.strip() else ""


def _kind(said: str, role: str, text: str) -> str:
    return said or ("text/html" if "html" in role or is_html(text) else "text/plain")


def _authors(item: Table) -> list[str]:
    """The people whom the item names as its writers; else the names in its byline, else the agency that it is from."""
    people = [*tables(item.get("person")), *tables(item.get("people"))]
    writers = [words(person) for person in people if _WRITERS.fullmatch(words(first(person, "rel", "role")))]
    byline = words(first(item, "byline", "by")) if not writers else ""
    sources = all_words(first(item, "infosource", "infosources"))
    return all_words(item.get("authors")) or writers or [*(bylines.named(byline) if byline else sources[:1])]


def _sorted_out(item: Table) -> tuple[list[str], list[str]]:
    """The sections and the subjects. A subject or genre is a section only if its scheme or relation says so."""
    subjects = tables(first(item, "subject", "subjects"))
    entries = [*subjects, *tables(first(item, "genre", "genres"))]
    sections = [entry for entry in entries if _is_section(entry)]
    return all_words(sections), all_words([entry for entry in subjects if not _is_section(entry)])


def _is_section(entry: Table) -> bool:
    return any(_SECTION.fullmatch(words(entry.get(key))) for key in ("rel", "scheme"))


def _release(item: Table) -> Table:
    status = {"status": words(item["pubstatus"]).removeprefix("stat:")} if "pubstatus" in item else {}
    return status | holding(item)


def _extra(item: Table) -> Table:
    keys = ("urgency", "located", "copyrightholder", "copyrightnotice", "usageterms")
    return filled({key: words(item.get(key)) for key in keys})
