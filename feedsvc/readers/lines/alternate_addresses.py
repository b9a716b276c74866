"""Takes the alternate addresses from below a saved page's text, given there for readers who cannot reach the first."""

import re

from feedsvc.readers.lines.layout import SENTENCE_END
from feedsvc.readers.metadata.field_values import host

_SITE = re.compile(r"\b(?:web ?sites?|sites?|pages?|portal|us|online)\b", re.IGNORECASE)
_SIGNS = (
    _SITE,
    re.compile(r"\b(?:access|reach|visit|view|read|find|found|available|brows)", re.IGNORECASE),
    re.compile(r"\b(?:alternat|mirror|backup)|\balso\b.*\b(?:address|domain|url|link)", re.IGNORECASE),
)
_NEEDED = ("alternat", "rror", "backup", "also")
"""One of these is in every announcement and in few texts: a fast first check. `rror` is `mirror` without its i, which
has other forms when case is ignored."""
_OUTLET = re.compile(r"(?:the )?(.+?)(?:['’]s?)? (?:web ?)?site\b", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,;|]+")
_FILLERS = frozenset(("", "-", "–", "•", "*", "&", "and", "or"))
_LONGEST, _TALLEST = 300, 3
"""Most characters, and most lines, of an announcement."""
_MOST = 100
"""Most addresses of one outlet; a list of more is text."""


def take(lines: list[str]) -> tuple[list[str], tuple[str, ...], str]:
    """The lines without the announcement and the addresses below it, the host names, and the outlet's name."""
    folded = "\n".join(lines).casefold()
    if not _may_announce(folded):
        return lines, (), ""
    hints = [*map(_may_announce, folded.split("\n"))]
    starts = (at for at in range(len(lines)) if any(hints[at : at + _TALLEST]))
    at, count = next(filter(None, (_announcement(lines, at) for at in starts)), (0, 0))
    if not count:
        return lines, (), ""
    sentence = " ".join(lines[at : at + count])
    below = [(line, hosts(line)) for line in lines[at + count :]]
    found = [*hosts(_tail(sentence)), *(name for _, names in below for name in names)]
    if len(found) > _MOST:
        return lines, (), ""
    return [*lines[:at], "", *(line for line, names in below if not names)], tuple(found), _outlet(sentence)


def _may_announce(folded: str) -> bool:
    return any(word in folded for word in _NEEDED)


def hosts(line: str) -> tuple[str, ...]:
    """The host names in a line that consists only of addresses; else empty."""
    if len(line) > _LONGEST:
        return ()
    try:
        return tuple(host(word) for word in _BETWEEN.split(line) if word not in _FILLERS)
    except ValueError:
        return ()


def _announcement(lines: list[str], at: int) -> tuple[int, int] | None:
    """The index of the announcement's first line and the number of its lines, if it starts at `at`; else None."""
    if not _SITE.search(lines[at]):
        return None
    for count in range(1, _TALLEST + 1):
        sentence, below = lines[at : at + count], lines[at + count : at + count + 5]
        if all(sentence) and _announces(" ".join(sentence), below):
            return at, count
    return None


def _announces(sentence: str, below: list[str]) -> bool:
    if len(sentence) > _LONGEST or not all(sign.search(sentence) for sign in _SIGNS):
        return False
    if sentence.endswith(":") or hosts(_tail(sentence)):
        return True
    return not SENTENCE_END.search(sentence) and any(map(hosts, below))


def _tail(sentence: str) -> str:
    return sentence.partition(": ")[2]


def _outlet(sentence: str) -> str:
    named = _OUTLET.match(sentence)
    return named[1] if named and named[1].lower() not in ("our", "this", "its", "the") else ""
