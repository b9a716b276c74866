"""Makes summaries for articles that have none."""

import re
from collections.abc import Iterator

from feedsvc.model.text import shorten, text_of

_LONGEST = 12_000
"""Characters of a text that are searched for an excerpt; many of them may belong to entities."""
_OPENING = re.compile(r"<p\b[^<>]*+>")


def excerpt(content: str) -> str:
    """The start of the first paragraph with text in the HTML `content`, as plain text; the start of all text if
    there is no such paragraph."""
    first = next((text for text in map(_plain, _paragraphs(content)) if text), None)
    return shorten(first if first is not None else _plain(content))


def _paragraphs(content: str) -> Iterator[str]:
    """The HTML within each closed paragraph of `content`."""
    at = 0
    while (opening := _OPENING.search(content, at)) and (end := content.find("</p>", opening.end())) >= 0:
        yield content[opening.end() : end]
        at = end


def _plain(html: str) -> str:
    return text_of(html, longest=_LONGEST)
