"""Makes the HTML of an article valid and accessible for its page.

Readers keep what files contain, as far as it is safe, and feeds carry it unchanged. On a page it must be valid HTML as
well: lists with items, pictures with an alternative, headings that skip no level. The text is the output of one
serialiser, whose tags are regular; valid parts stay unchanged byte for byte.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from feedsvc.model.urls import SITE

_GIVEN = r'(?:\s[^\s=<>"/]++(?:="[^"]*+")?+)*+'
"""The attributes of a tag, as the serialiser writes them."""
_TAG = re.compile(rf"<(/?)([a-z][a-z0-9]*+)({_GIVEN})\s*+/?>")
_ATTRIBUTE = re.compile(r'\s([^\s=<>"/]++)(?:="([^"]*+)")?+')
_DOUBTFUL = re.compile(
    r"<(?:h[1-6]|img|pre|ul|ol|li|d[ldt]|details|summary|t[dh]|figcaption|source|track|table|time|ins |del |video |col"
    rf"|a{_GIVEN}>\s*+</a>)"
)
"""The tags of texts that may need a change. Most texts have only paragraphs, links and emphasis, and are returned at
once."""
_NOTHING = re.compile(r"(?:\s|&nbsp;)*+</th>")
"""The rest of an empty header cell: an empty corner is not a header (WCAG 1.3.1)."""
_OWN_TRACK = re.compile(rf'\ssrc="(?:{re.escape(SITE)}/|/(?!/))')
"""The address of captions on the site itself: browsers load no others for a video without CORS (HTML, section
4.8.11.11)."""
_EMPTY_LINK = re.compile(rf"<a{_GIVEN}>\s*+</a>")
_BY_WIDTH = re.compile(r"(?<!\d)\d{1,9}w\b")
_VOID = frozenset({"br", "col", "hr", "img", "source", "track", "wbr"})
_LISTS, _DESCRIBED = ("ul", "ol"), ("dt", "dd")
_CLOCK = r"\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?"
_MOMENT = re.compile(rf"\d{{4,6}}(?:-\d\d(?:-\d\d(?:[T ]{_CLOCK}(?:Z|[+-]\d\d:?\d\d)?)?)?)?|{_CLOCK}")
_DATE = re.compile(rf"\d{{4,6}}-\d\d-\d\d(?:[T ]{_CLOCK}(?:Z|[+-]\d\d:?\d\d))?")
_SHAPES = {
    "lang": re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*+"),
    **dict.fromkeys(("start", "value"), re.compile(r"-?\d{1,9}")),
    **dict.fromkeys(("width", "height"), re.compile(r"\d{1,9}")),
    **dict.fromkeys(("span", "colspan"), re.compile(r"[1-9]\d{0,2}")),
    "rowspan": re.compile(r"\d{1,4}"),
}
_CHOICES = {"dir": {"ltr", "rtl", "auto"}, "scope": {"row", "col", "rowgroup", "colgroup"}}
"""The valid values of attributes; others are left out."""


class _Open(NamedTuple):
    """An open element."""

    said: str
    """Its name in the article's HTML."""
    name: str
    """Its name on the page; empty if the element is left out."""
    after: str = ""
    """The text to add after its end."""


_PLAIN = {name: _Open(name, name) for name in ("p", "a", "em", "strong", "b", "i", "span", "cite", "code", "q")}
"""Elements in which only global attributes can be invalid."""


def body_html(html: str) -> str:
    """`html`, which is already safe, as a part of a page whose only h1 is the headline."""
    return "".join(_Body(_EMPTY_LINK.sub("", html)).parts()) if _is_doubtful(html) else html


def _is_doubtful(html: str) -> bool:
    """False if all of `html` is surely valid. A search for what begins with one character takes a fifth of the time of
    one for several."""
    return 'lang="' in html or 'dir="' in html or bool(_DOUBTFUL.search(html))


class _Body:
    """One pass over the tags of `html`, which yields the HTML for the page."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._open: list[_Open] = []
        self._levels = [(1, 1)]
        """The headings that the next one may be nested in: pairs of the level in the text and on the page."""
        self._heading = 1

    def parts(self) -> Iterator[str]:
        """The pieces of the HTML for the page."""
        position, html = 0, self._html
        for tag in _TAG.finditer(html):
            if self._is_plain(tag):
                continue
            yield self._text(html[position : tag.start()])
            yield self._close(tag) if tag[1] else self._begin(tag)
            position = tag.end()
        yield self._text(html[position:])

    def _is_plain(self, tag: re.Match[str]) -> bool:
        """True for a tag that stays unchanged, as most do; it is recorded as open or closed."""
        plain = _PLAIN.get(tag[2])
        if plain is None or self._parent in _LISTS:
            return False
        if not tag[1]:
            if " lang=" in tag[3] or " dir=" in tag[3]:
                return False
            self._open.append(plain)
            return True
        is_end = bool(self._open) and self._open[-1] is plain
        if is_end:
            self._open.pop()
        return is_end

    def _text(self, text: str) -> str:
        return f"<li>{text}</li>" if self._parent in _LISTS and text.strip() else text

    @property
    def _parent(self) -> str:
        return self._open[-1].name if self._open else ""

    def _is_within(self, name: str) -> bool:
        return any(each.name == name for each in self._open)

    def _begin(self, tag: re.Match[str]) -> str:
        """The start of an element, with whatever must precede it."""
        said, name = tag[2], self._name(tag)
        item = self._parent in _LISTS and name not in ("li", "")
        start = f"<{name}{_attributes(name, tag[3])}>" if name and name != said else self._start(tag) if name else ""
        before, after = ("<li>", "</li>") if item else ("", "")
        if said in _VOID:
            return before + start + after
        self._open.append(_Open(said, name, after))
        return before + start + self._inside(tag)

    def _start(self, tag: re.Match[str]) -> str:
        """The start tag of an element that keeps its name; unchanged if it is valid."""
        attributes = _attributes(tag[2], tag[3])
        return tag[0] if attributes == tag[3] else f"<{tag[2]}{attributes}>"

    def _inside(self, tag: re.Match[str]) -> str:
        """The required first child of an element, if it is missing; else empty."""
        follows = self._html[tag.end() : tag.end() + 200].lstrip()
        return "<summary>…</summary>" if tag[2] == "details" and not follows.startswith("<summary") else ""

    def _close(self, tag: re.Match[str]) -> str:
        """The end of an element."""
        if not self._open or self._open[-1].said != tag[2]:
            return tag[0]  # not written by this serialiser
        closed = self._open.pop()
        return (f"</{closed.name}>" if closed.name else "") + closed.after

    def _name(self, tag: re.Match[str]) -> str:
        """The name of an element on the page: another one if its own is not allowed there; empty to leave it out."""
        said = tag[2]
        if len(said) == 2 and said[0] == "h" and said[1].isdigit():
            return f"h{self._level(max(2, int(said[1])))}"
        if said == "li":
            return said if self._parent in _LISTS else "div"
        if said == "dl":
            return said if self._is_described(tag.end()) else "div"
        if said in _DESCRIBED:
            return said if self._parent == "dl" else "div"
        if said == "time":
            return said if ' datetime="' in _attributes(said, tag[3]) else "span"
        if said == "th":
            return "td" if _NOTHING.match(self._html, tag.end()) else said
        if said in ("figcaption", "summary"):
            return said if self._parent == {"figcaption": "figure", "summary": "details"}[said] else "div"
        if said == "track" and not _OWN_TRACK.search(tag[3]):
            return ""
        if said in ("source", "track"):
            return said if self._parent in ("picture", "video", "audio") else ""
        return said

    def _level(self, level: int) -> int:
        """The level on the page for a heading with `level` in the text: one below the heading that it belongs to."""
        while self._levels[-1][0] >= level:
            self._levels.pop()
        shown = self._levels[-1][1] + 1
        self._levels.append((level, shown))
        return shown

    def _is_described(self, position: int) -> bool:
        """True if the list that begins at `position` has a term that is followed by a description."""
        inside = self._html[position:].partition("</dl>")[0]
        term, description = inside.find("<dt"), inside.find("<dd")
        return 0 <= term < description


def _attributes(name: str, said: str) -> str:
    """The valid attributes of an element; `said`, unchanged, if all are valid."""
    found: dict[str, str] = dict(_ATTRIBUTE.findall(said))
    kept = {key: value for key, value in found.items() if _is_sound(name, key, value)}
    if name == "img" and "alt" not in kept:
        kept["alt"] = ""
    if name in ("img", "source") and _BY_WIDTH.search(kept.get("srcset", "")) and "sizes" not in kept:
        kept["sizes"] = "100vw"
    if name in ("pre", "table"):
        kept["tabindex"] = "0"  # may need scrolling, by keyboard too
    if kept == found:
        return said
    return "".join(f' {key}="{value}"' for key, value in kept.items())


def _is_sound(name: str, key: str, value: str) -> bool:
    if key == "datetime":
        return bool(_MOMENT.fullmatch(value) if name == "time" else _DATE.fullmatch(value))
    if key == "scope" and name == "td":
        return False
    if key in _SHAPES:
        return bool(_SHAPES[key].fullmatch(value))
    return key not in _CHOICES or value in _CHOICES[key]
