"""A summary for an article that has none."""

import re
from collections.abc import Iterator
from html import unescape

from feedsvc.model.text import one_line, shorten, without_tags


def excerpt(content: str) -> str:
    """The start of its first paragraph, as plain text."""
    first = next((text for text in map(_plain, _paragraphs(content)) if text), None)
    return shorten(first if first is not None else _plain(content))


def _paragraphs(content: str) -> Iterator[str]:
    """The markup within each paragraph of `content` that has an end."""
    at = 0
    while (opening := _OPENING.search(content, at)) and (end := content.find("</p>", opening.end())) >= 0:
        yield content[opening.end() : end]
        at = end


def _plain(markup: str) -> str:
    return one_line(unescape(without_tags(markup)[:_FAR]))


_FAR = 12_000
"""Characters in which an excerpt is found, however many of them are entities."""
_OPENING = re.compile(r"<p\b[^<>]*+>")
