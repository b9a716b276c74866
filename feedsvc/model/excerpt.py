"""Summaries of articles that have none."""

import re
from html import unescape

from feedsvc.model.text import one_line, shorten

_LONGEST = 12_000
"""Characters of a text in which an excerpt is looked for; many of them may be entities."""
_PARAGRAPH = re.compile(r"<p\b[^>]*>(.*?)</p>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def excerpt(content: str) -> str:
    """The start of the first paragraph with text in the HTML `content`, as plain text; without paragraphs, of all."""
    paragraphs = (_plain(found[1]) for found in _PARAGRAPH.finditer(content))
    first = next((text for text in paragraphs if text), None)
    return shorten(first if first is not None else _plain(content))


def _plain(html: str) -> str:
    return one_line(unescape(_TAG.sub("", html)[:_LONGEST]))
