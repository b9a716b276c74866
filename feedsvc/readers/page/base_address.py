"""Reads the `<base>` of a page, against which its relative addresses are resolved (HTML, section 4.2.3)."""

from urllib.parse import urljoin

from feedsvc.model.text import xml_safe
from feedsvc.readers.html.cleaning import WEB, absolute, seen_from
from feedsvc.readers.json.nodes import Table
from feedsvc.readers.metadata.field_values import is_web
from feedsvc.readers.page.elements import Element

_LONGEST = 500
"""Most characters of a base, by which every relative address of the page becomes longer."""
_HERE = (".", "./")
"""Bases that browsers write into a page saved together with its pictures, which are beside it."""
_OF_MEDIA = ("url", "thumbnail", "captions")


def of(root: Element, own: str) -> str:
    """The base of a page, an absolute http or https address; empty if it names none, and its file's folder counts.

    A relative base is resolved against `own`, the article's own address, which may be empty.
    """
    href = next((base.get("href", "").strip() for base in root.iter("base") if base.get("href") is not None), "")
    if not href or href in _HERE or len(href) > _LONGEST:
        return ""
    try:
        base = urljoin(own or "https:", href)
        return base if is_web(base) else ""
    except ValueError:  # brackets without an IP address in them
        return ""


def told(front: Table, base: str) -> Table:
    """`front` with the addresses of its article and of its media resolved against `base`."""
    return front | {name: _value(front[name], base) for name in ("url", "image", "media") if name in front}


def _value(value: object, base: str) -> object:
    if isinstance(value, list):
        return [_value(item, base) for item in value]
    if isinstance(value, dict):
        return value | {name: _value(value[name], base) for name in _OF_MEDIA if name in value}
    return absolute(str(value), base, WEB) or value


def settle(container: Element, base: str) -> Element:
    """`container`, in which relative addresses have been made absolute."""
    for element in container.iter():
        for name, value in element.items():
            if (seen := seen_from(base, name, value)) != value:
                element.set(name, xml_safe(seen or ""))
    return container
