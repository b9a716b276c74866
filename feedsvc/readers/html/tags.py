"""Checks the tags of HTML before a parser sees them."""

import re

from feedsvc.model.reader import Unreadable

# Parsers take quadratic time over the attributes of one tag, so these are counted first. The end of a tag is as
# in HTML: not within quotation marks, comments or scripts.
_MOST_ATTRIBUTES = 500
_ATTRIBUTE = r"""[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"?+|'[^']*+'?+|[^\s>"'][^\s>]*+)?+)?+"""
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_TAG = re.compile(
    rf"<!--(?:-?>|.*?(?:--!?>|\Z))"
    rf"|<(script|style|textarea|title|xmp|iframe|noembed|noframes)(?=[\s/>])((?:{_ATTRIBUTE})*+).*?(?:</\1(?=[\s/>])|\Z)"
    rf"|<[a-z][^\s/>]*+((?:{_ATTRIBUTE})*+)",
    re.DOTALL | re.IGNORECASE,
)


def check_tags(html: str) -> None:
    """Raises Unreadable for a tag with too many attributes, which is a trap."""
    for tag in _TAG.finditer(html):
        if tag.end() - tag.start() > 2 * _MOST_ATTRIBUTES:
            _check(tag[2] or tag[3] or "")


def _check(attributes: str) -> None:
    if sum(1 for _ in _ATTRIBUTES.finditer(attributes)) > _MOST_ATTRIBUTES:
        raise Unreadable(f"has a tag with more than {_MOST_ATTRIBUTES} attributes", "save it again, with less markup")
