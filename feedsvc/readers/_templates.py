"""Template code in Markdown: short codes of Hugo, Liquid of Jekyll, Nunjucks of Eleventy, and lists of attributes.

What is known becomes HTML, Markdown or an address; all else is taken out, and named. Code is left as it stands, but for
the marks that only keep it from being filled in.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from feedsvc.readers import _embeds, _shortcodes

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
"""The start of what stands before two braces in TeX, as in `\\frac{{n}}{2}`."""
_VERBATIM = {"raw": "endraw", "verbatim": "endverbatim", "comment": "endcomment", "highlight": "endhighlight"}
_ATTRIBUTE = r"""(?:[#.][\w:-]+|[\w:-]+=(?:"[^"\n{}]*"|'[^'\n{}]*'|[^\s{}"']+))"""
_LISTED = rf"\{{[ ]*{_ATTRIBUTE}(?:[ ]+{_ATTRIBUTE}){{0,20}}[ ]*\}}"
_ATTRIBUTES = re.compile(
    rf"^[ \t]*[-*\d.]+[ \t]+\w+[^\S\n]*\n[ \t]*\{{:[ ]*toc[^{{}}\n]*\}}[ \t]*$"  # a mark for a table of contents
    rf"|\{{:[^{{}}\n]{{0,300}}\}}"
    rf"|(?<=[)\]*_`]){_LISTED}"
    rf"|[ \t]+{_LISTED}(?=[ \t]*#*[ \t]*$)"
    rf"|^[ \t]*{_LISTED}[ \t]*$",
    re.MULTILINE,
)
_CONTENTS = re.compile(r"^\[(?:TOC|\[_?TOC_?\])\]?[ \t]*$", re.MULTILINE | re.IGNORECASE)
_PELICAN = re.compile(r"(\]\(\s*<?|\]:\s*<?|(?:src|href)=[\"']?)(?:\{(\w+)\}|\|(\w+)\|)")
_BELOW = ("filename", "static", "attach", "photo")


class Resolved(NamedTuple):
    """The text without template code, and the tags that were not known."""

    text: str
    removed: tuple[str, ...]


def resolve(text: str) -> Resolved:
    """`text` as readers may see it."""
    if "<" in text:
        text = _embeds.linked(text)
    if "[" in text and ("[TOC" in text or "[[" in text or "[toc" in text):
        text = _CONTENTS.sub("", text)
    if "|" in text and ("](|" in text or "]: |" in text):
        text = _PELICAN.sub(_of_pelican, text)
    if "{" not in text:
        return Resolved(text, ())
    removed: dict[str, None] = {}
    parts = [*_resolved(_PELICAN.sub(_of_pelican, text), removed)]
    return Resolved("".join(parts), tuple(removed))


def _of_pelican(found: re.Match[str]) -> str:
    """`{static}/boat.jpg` and `{filename}boat.md` of Pelican; a path that begins with `/` is seen from the articles."""
    kind = (found[2] or found[3]).lower()
    return found[1] if kind in _BELOW else found[0]


def _resolved(text: str, removed: dict[str, None]) -> Iterator[str]:
    """The pieces of `text`, of which each tag is one; what is not known goes to `removed`."""
    code = _Code(text)
    at = 0
    until = ""
    for found in _TAG.finditer(text):
        sign, name, rest = _read(found)
        if until and name == until:
            yield _verbatim(text[at : found.start()], until)
            at, until = found.end(), ""
        elif until or code.keeps(found, name):
            continue
        else:
            yield from code.plain(at, found.start())
            at = found.end()
            until = _opened(found, sign, name)
            yield _replaced(found, sign, name, rest, removed)
    yield from code.plain(at, len(text))


def _opened(found: re.Match[str], sign: str, name: str) -> str:
    """The name of the tag up to which all stays as it is, behind one that says so; else empty."""
    if name not in _VERBATIM or sign:
        return ""
    return _VERBATIM[name] if found["short"] is None else f"/{name}"


def _verbatim(inside: str, until: str) -> str:
    if until == "endcomment":
        return ""
    return inside.strip("\n") + "\n````\n\n" if until.endswith("highlight") else inside


def _read(found: re.Match[str]) -> tuple[str, str, str]:
    """The sign that closes a pair, the name and the arguments of a tag; the name of an end is written with its sign."""
    inside = found["short"] if found["short"] is not None else found["liquid"]
    named = _NAME.fullmatch(inside or "")
    if named is None:
        return "", "", ""
    name = f"/{named[2]}" if named[1] == "/" else named[2]
    return named[1], name, named[3]


def _unkept(tag: str) -> str:
    """`{{</* figure */>}}`, with which Hugo shows how to write a short code."""
    return tag.replace("/*", "", 1).replace("*/", "", 1)


def _replaced(found: re.Match[str], sign: str, name: str, rest: str, removed: dict[str, None]) -> str:
    """What stands for a tag; nothing for one that is not known, and for one that ends a pair."""
    if found["kept"]:
        return _unkept(found[0])
    if name == "highlight" and not sign:
        return f"\n\n````{rest.partition(' ')[0]}\n"
    if found["output"] is not None:
        made = _shortcodes.output(found["output"].strip())
    elif name in _VERBATIM or (found["short"] is None and found["liquid"] is None):
        made = ""
    else:
        made = _shortcodes.shortcode(name, rest) if found["short"] is not None else _shortcodes.tag(name, rest)
    if made is not None:
        return made
    if not (sign or name.startswith("end")):
        removed.setdefault(" ".join(found[0].split())[:80])
    return ""


class _Code:
    """Where the code is in a text: in blocks between fences, or to the end of the text, and between back quotes."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._spans = sorted([*_blocks(text)])
        self._starts = [start for start, _ in self._spans]

    def keeps(self, tag: re.Match[str], name: str) -> bool:
        """True if a tag stays as it is: within code, unless it only keeps others from being filled in; and in TeX."""
        at = tag.start()
        number = bisect_right(self._starts, at) - 1
        if number >= 0 and at < self._spans[number][1]:
            return not (tag["kept"] or name in ("raw", "endraw"))
        return tag["output"] is not None and bool(_FORMULA.search(self._text, max(0, at - 30), at))

    def plain(self, start: int, end: int) -> Iterator[str]:
        """The text from `start` to `end` without the lists of attributes that stand outside of code."""
        for first, last in self._spans[bisect_left(self._starts, start) : bisect_left(self._starts, end)]:
            if first >= start:
                yield _without_attributes(self._text[start:first])
                yield self._text[first : min(last, end)]
                start = min(last, end)
        yield _without_attributes(self._text[start:end])


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """The spans of code, in their order."""
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
