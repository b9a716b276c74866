"""Refuses metadata where no reader finds it, since it must not be published as text, least of all that of a draft."""

import re

from feedsvc.model.lazy_pattern import lazy_pattern
from feedsvc.model.reader import Unreadable

_FAR = 2_000
"""Characters at the top of a text in which metadata is looked for."""
_HINTS = ("draft", "status", "published", "embargo", "expir", "publish")
"""One of these is in every match and at the top of few texts: a fast check before the pattern is searched."""
_IS = r"[^\w\n:=]{0,4}[:=][^\w\n]{0,5}"
_STRAY = lazy_pattern(
    rf"""^[^\w\n]{{0,6}}
    (?: draft {_IS} (?:true|yes|on|1)
      | status {_IS} (?:draft|hidden|private|withheld|embargoed|pending|skip)
      | published {_IS} (?:false|no|off|0)
      | (?:embargo\w*|pub(?:lish)?[_-]?date|publish[_-]?at|unpublish\w*|expir\w*) {_IS} \d{{4}}-\d\d?-\d [^\n]*
    ) [^\w\n]* $""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_CODE = re.compile(r"^(?:```|~~~)", re.MULTILINE)


def check(text: str) -> None:
    """Raises Unreadable, with the line number, for a text whose top has a line such as `draft: true`.

    A block of code further down is exempt: that is how people write about metadata.
    """
    top = text[:_FAR]
    lowered = top.lower()
    if not any(hint in lowered for hint in _HINTS):
        return
    found = _STRAY.search(top)
    if found is None or _is_code(top, found.start()):
        return
    line = top.count("\n", 0, found.start()) + 1
    reason = f"line {line}: {found[0].strip()[:80]!r} looks like metadata, but stands where none is read"
    raise Unreadable(reason, "begin the file with it, between two lines ---; or put it into a block of code")


def _is_code(top: str, at: int) -> bool:
    """True if a block of code is open at `at`, unless the text begins with it."""
    opened = [fence.start() for fence in _CODE.finditer(top, 0, at)]
    return len(opened) % 2 == 1 and bool(top[: opened[0]].strip())
