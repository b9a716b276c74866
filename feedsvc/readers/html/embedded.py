"""Replaces frames, formulas and drawings, none of which feeds can carry, by links and words."""

import re
from html import escape, unescape

from feedsvc.model.text import one_line, shorten, without_tags
from feedsvc.readers.html import embeds

_ELEMENT = re.compile(r"<(/?)(iframe|embed|object|math|svg)(?=[\s/>])([^<>]*+)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(?<![\w:-])([\w:-]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'=<>`][^\s"'<>`]*+))""")
_CODE = re.compile(r"<(?:style|script)\b[^<>]*+>[^<]*+", re.IGNORECASE)
_TEX = re.compile(r"<annotation\b[^<>]*+>([^<]*+)", re.IGNORECASE)
_SMALL = re.compile(r"[01](?:\.\d+)?(?:px)?")
"""The width or height of a frame that is not meant to be seen."""
_ICON = 64
"""Pixels up to which a drawing is an icon of the page, without content."""
_LONGEST = 500
"""Most characters of the words that replace a formula or drawing."""


def with_substitutes(html: str) -> str:
    """`html` with a link before each frame, and with the words of each formula and drawing in its place.

    The result is no safer than `html`, so it must still be cleaned. A frame that shows nothing gets no link.
    """
    parts: list[str] = []
    at, opened = 0, None
    for found in _ELEMENT.finditer(html):
        kind = found[2].lower()
        if kind in ("math", "svg"):
            if not found[1]:
                opened = opened or found
            elif opened and opened[2].lower() == kind:
                parts += (html[at : opened.start()], _words(kind, opened[3], html[opened.end() : found.start()]))
                at, opened = found.end(), None
        elif not (found[1] or opened):
            parts += (html[at : found.start()], _link(found[3]))
            at = found.start()
    return "".join((*parts, html[at:])) if parts else html


def _attributes(text: str) -> dict[str, str]:
    found = reversed(_ATTRIBUTE.findall(text))
    return {name.lower(): unescape(double or single or bare).strip() for name, double, single, bare in found}


def _link(attributes: str) -> str:
    """A link to the page that a frame shows, named by its title; empty if it shows nothing, or no web page."""
    told = _attributes(attributes)
    is_hidden = any(_SMALL.fullmatch(told.get(side, "")) for side in ("width", "height"))
    address = next(filter(None, map(told.get, ("src", "data-src", "data-lazy-src", "data"))), "")
    page = "" if is_hidden else embeds.page(address)
    return embeds.link(page, shorten(one_line(told.get("title", "")), longest=_LONGEST)) if page else ""


def _words(kind: str, attributes: str, inner: str) -> str:
    told = _attributes(attributes)
    if kind == "math":
        tex = _TEX.search(inner)
        words = told.get("alttext") or unescape(tex[1] if tex else _bare(inner))
    else:
        is_sign = told.get("aria-hidden") == "true" or any(
            _is_small(told.get(side, "")) for side in ("width", "height")
        )
        words = "" if is_sign else told.get("aria-label") or unescape(_bare(_CODE.sub("", inner)))
    return escape(shorten(words, longest=_LONGEST), quote=False)


def _is_small(side: str) -> bool:
    number = re.match(r"\d{1,4}(?![\d%])", side)
    return (bool(number) and int(number[0] if number else 0) <= _ICON) or side.endswith("em")


def _bare(markup: str) -> str:
    return without_tags(markup.replace("<", " <"))
