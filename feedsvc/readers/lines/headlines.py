"""Removes a repeated headline at the top of a text, since readers see the headline above the text anyway."""

import re

from feedsvc.readers._data import fold
from feedsvc.readers.json.nodes import plain

_MARKDOWN = re.compile(r"\s*+(?:#[ \t]++([^\n]*+)|(?![#>\s])([^\n]++)\n[ \t]*+=++[ \t]*+)(?:\n\s*+|\Z)")
_HTML = re.compile(
    r"""(?: \s*+ (?: <!--.{0,500}?--> | <!doctype\b[^<>]*+> | <head\b[^<>]*+>.{0,2000}?</head\s*+>
        | <(?:html|body|main|article|section|header|div)\b[^<>]*+> ) )*+
    \s*+ <(h[12])\b[^<>]*+> (.{1,2000}?) </\1\s*+>""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
"""A headline with the start tags of the elements around it, which are removed too: parsers ignore the lone end tags."""
_TEXT = re.compile(r"\s*([^\n]+)(?:\n\s*|\Z)")
_TAG = re.compile(r"<[^<>]*>")
_MARKUP = re.compile(r"[*_`]+|\\(?=\W)")


def without_headline(body: str, markup: str, title: str) -> str:
    """`body` without the headline at its top, if its text is `title`; else `body` itself."""
    match markup:
        case "markdown":
            # Setext headings have their marks on the second line.
            found = _MARKDOWN.match(body) if body[:1] == "#" or "\n=" in body[: len(title) + 40] else None
            said = _MARKUP.sub("", _without_closing_marks(found[1] or found[2] or "")) if found else ""
        case "html":
            found = _HTML.match(body)
            said = plain(_TAG.sub("", found[2])) if found else ""
        case _:
            found = _TEXT.match(body)
            said = found[1] if found else ""
    return body[found.end() :] if found and _is_same(said, title) else body


def _without_closing_marks(heading: str) -> str:
    """The text of an ATX heading without the `#` that may close it (CommonMark 0.31, section 4.2)."""
    text = heading.rstrip(" \t")
    unmarked = text.rstrip("#")
    return unmarked if not unmarked or unmarked[-1] in " \t" else text


def _is_same(said: str, title: str) -> bool:
    return fold(" ".join(said.split())) == fold(" ".join(title.split()))
