"""A summary for an article that has none."""

import re
from html import unescape

from feedsvc.model.text import one_line, shorten


def excerpt(content: str) -> str:
    """The start of its first paragraph, as plain text."""
    first = next((text for text in (_plain(found[1]) for found in _PARAGRAPH.finditer(content)) if text), None)
    return shorten(first if first is not None else _plain(content))


def _plain(markup: str) -> str:
    return one_line(unescape(_TAG.sub("", markup)[:_FAR]))


_FAR = 12_000
"""Characters in which an excerpt is found, however many of them are entities."""
_PARAGRAPH = re.compile(r"<p\b[^>]*>(.*?)</p>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
