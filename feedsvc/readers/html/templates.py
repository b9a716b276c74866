"""Resolves template code in Markdown: short codes of Hugo, Liquid of Jekyll, Nunjucks of Eleventy, attribute lists.

Known tags become HTML, Markdown or an address; all others are removed and reported. Code samples stay as they are,
except for marks that only prevent their expansion.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from html import escape
from typing import NamedTuple

from feedsvc.model.lazy_pattern import lazy_pattern
from feedsvc.readers.html import shortcodes

_INSIDE = r"[^{}]{0,2000}?"
_TAG = re.compile(
    rf"""\{{\{{ (?P<sign>[<%]) (?P<kept>/\*)? (?P<short>{_INSIDE}) (?:\*/)? [>%] \}}\}}
       | \{{% -? (?P<liquid>{_INSIDE}) -? %\}}
       | (?P<dollar>\$)? \{{\{{ -? (?P<output>[^{{}}\\]{{0,500}}?) -? \}}\}}
       | \{{\# (?=[\s-]) {_INSIDE} \#\}}""",
    re.VERBOSE,
)
_NAME = re.compile(r"\s*([/!]?)\s*([\w./-]+)\s*(.*?)\s*/?\s*", re.DOTALL)
_FENCE = re.compile(r"^[ \t]{0,12}(?:(?:[-*+>]|\d{1,3}[.)])[ \t]+)*(`{3,}|~{3,})(?P<rest>.*)$", re.MULTILINE)
_TICKS = re.compile(r"(?<!`)(`{1,2})(?!`)(?:[^`\n]|\n(?!\s*\n)|(?!(?<!`)\1(?!`))`){1,2000}?(?<!`)\1(?!`)")
_FORMULA = re.compile(r"\\[A-Za-z]+\Z")
"""The text right before two braces in TeX, as in `\\frac{{n}}{2}`."""
_VERBATIM = {"raw": "endraw", "verbatim": "endverbatim", "comment": "endcomment", "highlight": "endhighlight"}
_ATTRIBUTE = r"""(?:[#.][\w:-]++|[\w:-]++=(?:"[^"\n{}]*+"|'[^'\n{}]*+'|[^\s{}"']++))"""
_LISTED = rf"\{{[ ]*+{_ATTRIBUTE}(?:[ ]++{_ATTRIBUTE}){{0,20}}[ ]*+\}}"
# First the mark for a table of contents, then attribute lists (`{: .lead}`, `{#id .class}`); `_{n=0}` is TeX.
_ATTRIBUTES = lazy_pattern(
    rf"^[ \t]*+[-*\d.]++[ \t]++\w++[^\S\n]*+\n[ \t]*+\{{:[ ]*+toc[^{{}}\n]*+\}}[ \t]*+$"
    rf"|\{{:[^{{}}]{{0,300}}\}}"
    rf"|(?<=[)\]*`]){_LISTED}"
    rf"|(?<=_)(?=\{{[ ]*+[#.][A-Za-z]){_LISTED}"
    rf"|(?<![ \t])[ \t]++{_LISTED}(?=[ \t]*+#*+[ \t]*+$)"
    rf"|^[ \t]*+{_LISTED}[ \t]*+$",
    re.MULTILINE,
)
_CONTENTS = re.compile(r"^\[(?:TOC|\[_?TOC_?\])\]?[ \t]*$", re.MULTILINE | re.IGNORECASE)
_PELICAN = re.compile(r"(\]\(\s*<?|\]:\s*<?|(?:src|href)=[\"']?)(?:\{(\w+)\}|\|(\w+)\|)")
_BELOW = ("filename", "static", "attach", "photo")


class Resolved(NamedTuple):
    """The text without template code, and the tags that were not known."""

    text: str
    removed: tuple[str, ...]


def resolve(text: str, values: Mapping[str, object]) -> Resolved:
    """The Markdown `text` with its template code resolved; `values` is its front matter, to which it may refer."""
    if "[" in text and ("[TOC" in text or "[[" in text or "[toc" in text):
        text = _CONTENTS.sub("", text)
    if "|" in text and ("](|" in text or "]: |" in text):
        text = _PELICAN.sub(_of_pelican, text)
    return _Resolver(values).resolved(_PELICAN.sub(_of_pelican, text)) if "{" in text else Resolved(text, ())


def resolve_html(text: str, values: Mapping[str, object]) -> Resolved:
    """The HTML of a page with its template code resolved; `values` is as in `resolve`."""
    return _HtmlResolver(values).resolved(text) if "{" in text else Resolved(text, ())


def _of_pelican(found: re.Match[str]) -> str:
    """The path of Pelican's `{static}/boat.jpg` or `{filename}boat.md`; one that begins with `/` is relative to the
    articles folder."""
    kind = (found[2] or found[3]).lower()
    return found[1] if kind in _BELOW else found[0]


class _Resolver:
    """Splits a text at its tags, and joins it again with their replacements."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values

    def resolved(self, text: str) -> Resolved:
        removed: dict[str, None] = {}
        return Resolved("".join(self._pieces(text, removed)), tuple(removed))

    def _pieces(self, text: str, removed: dict[str, None]) -> Iterator[str]:
        """The pieces of `text`, each tag replaced; unknown tags are added to `removed`."""
        code = _Code(text)
        at = 0
        until = ""
        for found in _TAG.finditer(text):
            tag = _read(found)
            if until and tag.name == until:
                yield self._verbatim(text[at : found.start()], until)
                at, until = found.end(), ""
            elif until or code.keeps(found, tag.name):
                continue
            else:
                yield from code.plain(at, found.start())
                at = found.end()
                until = _opens(found, tag)
                yield self._replaced(found, tag, removed)
        yield from code.plain(at, len(text))

    def _verbatim(self, inside: str, until: str) -> str:
        if until == "endcomment":
            return ""
        return self._closed(inside) if until.endswith("highlight") else inside

    def _replaced(self, found: re.Match[str], tag: "_Tag", removed: dict[str, None]) -> str:
        """The text that replaces a tag; empty for an unknown tag, and for one that ends a pair."""
        if found["kept"]:
            return _unkept(found[0])
        if tag.name == "highlight" and not tag.sign:
            return self._opened(tag.rest.strip("\"'").partition(" ")[0])
        made = self._made(found, tag)
        if made is None and not (tag.sign or tag.name.startswith("end")):
            removed.setdefault(" ".join(found[0].split())[:80])
        return made or ""

    def _made(self, found: re.Match[str], tag: "_Tag") -> str | None:
        if found["output"] is not None:
            return shortcodes.output(found["output"].strip(), self._values)
        if tag.name in _VERBATIM or (found["short"] is None and found["liquid"] is None):
            return ""
        if found["short"] is None:
            return shortcodes.tag(tag.name, tag.rest)
        return shortcodes.shortcode(tag.name, tag.rest, self._values)

    def _opened(self, language: str) -> str:
        return f"\n\n````{language}\n"

    def _closed(self, inside: str) -> str:
        return inside.strip("\n") + "\n````\n\n"


class _HtmlResolver(_Resolver):
    def _opened(self, _language: str) -> str:
        return "<pre><code>"

    def _closed(self, inside: str) -> str:
        return escape(inside.strip("\n"), quote=False) + "</code></pre>"


class _Tag(NamedTuple):
    """A tag: the sign before its name (`/` or `!`), the name (with the `/` if that is the sign), and the arguments."""

    sign: str
    name: str
    rest: str


def _read(found: re.Match[str]) -> _Tag:
    inside = found["short"] if found["short"] is not None else found["liquid"]
    named = _NAME.fullmatch(inside or "")
    if named is None:
        return _Tag("", "", "")
    return _Tag(named[1], f"/{named[2]}" if named[1] == "/" else named[2], named[3])


def _opens(found: re.Match[str], tag: _Tag) -> str:
    """The name of the tag that ends the verbatim text which `tag` begins; empty if it begins none."""
    if tag.name not in _VERBATIM or tag.sign:
        return ""
    return _VERBATIM[tag.name] if found["short"] is None else f"/{tag.name}"


def _unkept(tag: str) -> str:
    """The short code that Hugo shows verbatim, such as `{{< figure >}}` for `{{</* figure */>}}`."""
    return tag.replace("/*", "", 1).replace("*/", "", 1)


class _Code:
    """The spans of code in a text: blocks between fences (an open one reaches to the end), and text in back quotes."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._spans = sorted([*_blocks(text)])
        self._starts = [start for start, _ in self._spans]

    def keeps(self, tag: re.Match[str], name: str) -> bool:
        """True if a tag stays as it is: in code, unless it only prevents the expansion of others, and in TeX."""
        at = tag.start()
        number = bisect_right(self._starts, at) - 1
        if number >= 0 and at < self._spans[number][1]:
            return not (tag["kept"] or name in ("raw", "endraw"))
        return tag["output"] is not None and bool(_FORMULA.search(self._text, max(0, at - 30), at))

    def plain(self, start: int, end: int) -> Iterator[str]:
        """The text from `start` to `end`, without the attribute lists outside of code."""
        for first, last in self._spans[bisect_left(self._starts, start) : bisect_left(self._starts, end)]:
            if first >= start:
                yield _without_attributes(self._text[start:first])
                yield self._text[first : min(last, end)]
                start = min(last, end)
        yield _without_attributes(self._text[start:end])


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """The spans of code, in order."""
    opened, fence = -1, ""
    outside = 0
    for found in _FENCE.finditer(text):
        if opened < 0:
            yield from (ticks.span() for ticks in _TICKS.finditer(text, outside, found.start()))
            opened, fence = found.start(), found[1]
        elif found[1].startswith(fence) and not found["rest"].strip(" \t`~"):
            yield opened, found.end()
            opened, outside = -1, found.end()
    if opened < 0:
        yield from (ticks.span() for ticks in _TICKS.finditer(text, outside))
    else:
        yield opened, len(text)


def _without_attributes(piece: str) -> str:
    return _ATTRIBUTES.sub("", piece) if "{" in piece else piece
