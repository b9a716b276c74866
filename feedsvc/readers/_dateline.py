"""The date line of a saved page: `Monday, 15 November 2021 7:52 AM  [ Last Update: … ]` and the like."""

import re
from datetime import datetime

from feedsvc.readers import _dates
from feedsvc.readers._layout import SENTENCE_END

_LABEL = re.compile(
    r"""\b (?: (?P<updated> (?:last\ |latest\ )? (?:updated?|modified|revised|edited) )
             | (?:first\ |date\ )? (?:published|posted|released|date) ) \b (?:\ on|\ at)? \ ?:?""",
    re.IGNORECASE | re.VERBOSE,
)
_TRIM = " ,;|-–—·•[]()"
_LONGEST = 200


def dates(line: str, timezone: str) -> dict[str, datetime]:
    """`published` and `updated`, if a line consists of dates and their labels and of nothing else; or empty."""
    if len(line) > _LONGEST or not any(map(str.isdigit, line)):
        return {}
    found: dict[str, datetime] = {}
    try:
        for name, text in _pieces(line):
            found.setdefault(name, _dates.parse(text, timezone))
    except ValueError:
        return {}
    return found


def _pieces(line: str) -> list[tuple[str, str]]:
    """Each date's text under its field; what stands before the first label is the date of publication."""
    labels = [*_LABEL.finditer(line)]
    starts = [0, *(label.end() for label in labels)]
    ends = [*(label.start() for label in labels), len(line)]
    names = ["published", *("updated" if label["updated"] else "published" for label in labels)]
    texts = (line[start:end].strip(_TRIM) for start, end in zip(starts, ends, strict=True))
    return [(name, text) for name, text in zip(names, texts, strict=True) if text or len(labels) == 0]


def resembles(line: str) -> bool:
    """Whether a line has a year and a time of day, and is no sentence: somebody should look whether it is a date."""
    return bool(
        len(line) <= _LONGEST
        and re.search(r"\b(?:19|20)\d\d\b", line)
        and re.search(r"\b\d{1,2}:\d\d\b", line)
        and not SENTENCE_END.search(line)
    )
