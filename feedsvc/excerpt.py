"""A summary for an article that has none."""

import re
from html import unescape

from feedsvc.text import even, shorten


def excerpt(content: str) -> str:
    """The start of its first paragraph, as plain text."""
    first = next((text for text in map(_plain, _PARAGRAPH.findall(content)) if text), None)
    return shorten(first if first is not None else _plain(content))


def _plain(markup: str) -> str:
    return even(unescape(_TAG.sub("", markup)))


_PARAGRAPH = re.compile(r"<p\b[^>]*>(.*?)</p>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
