"""Lines of a saved page that belong to the page and not to the article: share this, read more, the outlet's channel."""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from feedsvc.readers._data import fold, words
from feedsvc.readers.lines.layout import SENTENCE_END

_CHANNEL_WORD = "(?:news|tv|television|roku|live|channel|network|app|online|hd)"
_CHANNEL = re.compile(f"(?: {_CHANNEL_WORD})*", re.IGNORECASE)
_CHANNEL_NAME = re.compile(f"(?:[^.!?:; ]+ ){{1,4}}(?i:{_CHANNEL_WORD})")
_ROKU = re.compile(r"(?:[^.!?]+ )?roku(?: (?:tv|channel|app))?", re.IGNORECASE)
_AFTER_LABEL = re.compile(r"(?:(?<!\s)\s++)?+(?:[:：»>→|]|(?<=\s)[–—-](?=\s)|…|\.{2,}+)\s*+")
_FULL_STOP = re.compile(r"(?<![.…])[.。।۔][\"”’»)]*$")
_NETWORK_SIGNS = re.compile(
    r"[\s,/|&·•!.:]+|(?<!\S)(?:on|and|or|our|the|und|et|y|e|i|och|og|en|и)(?!\S)", re.IGNORECASE
)
_DECORATION = " \t:.…»›>→|•*-–—!："
_PREFIXES = (3, 2, 1)
"""Characters by which most lines are known not to begin like furniture; some of that has no more than one."""
_TAIL = 20
"""Characters in which a line tells whether a sentence ends with it; it is asked once more by every line below."""
_LONGEST = 150
_LONGEST_START = 80
"""Characters that a line may have which merely starts with the newsroom's own furniture: more is a sentence."""


class _Known(NamedTuple):
    """All furniture, folded and without the signs around it: ours, and what a newsroom adds."""

    lines: frozenset[str]
    starts: tuple[str, ...]
    """The beginnings of short lines of the newsroom's own furniture."""
    prefixes: frozenset[str]
    """The first characters of whatever may begin a line."""


def is_phrase(line: str, own: tuple[str, ...]) -> bool:
    """True if the whole line is furniture, wherever it stands. `own` is what the newsroom adds."""
    return fold(line.strip(_DECORATION)) in _known(own).lines


@lru_cache(64)
def _known(own: tuple[str, ...]) -> _Known:
    starts = tuple(filter(None, (fold(phrase.strip(_DECORATION)) for phrase in own)))
    labels = words("furniture", "teasers") | words("furniture", "lists") | words("furniture", "follow")
    prefixes = frozenset(start[: _PREFIXES[0]] for start in (*labels, *starts))
    return _Known(words("furniture", "lines") | frozenset(starts), starts, prefixes)


def is_doubtful(line: str) -> bool:
    """True for a phrase that may be a headline, where the text follows at once."""
    return fold(line.strip(_DECORATION)) in words("furniture", "doubtful")


def drop(lines: list[str], own: tuple[str, ...], outlet: str) -> list[str]:
    """The lines without the page's furniture. `outlet` is the newsroom's name as the page tells it, or empty."""
    kept: list[str] = []
    known, outlet = _known(own), fold(outlet)
    teasing = False
    for line in _above_the_channel(lines):
        if len(line) > _LONGEST or not line:
            kept.append(line)
            teasing = False
            continue
        if teasing and not _FULL_STOP.search(line):
            continue
        # A line within a wrapped sentence is none of the page's, whatever it says.
        within = bool(kept and kept[-1]) and not SENTENCE_END.search(kept[-1], len(kept[-1]) - _TAIL)
        if _is_furniture(line, known, outlet, within):
            teasing = line[-1] in ":："
        else:
            kept.append(line)
    return kept


def _above_the_channel(lines: list[str]) -> list[str]:
    """Without the last line if it is a channel, of whatever name: pages put theirs below SHARE THIS ARTICLE."""
    texts = [at for at, line in enumerate(lines) if line]
    if len(texts) < 2 or not is_phrase(lines[texts[-2]], ()):
        return lines
    return lines[: texts[-1]] if _CHANNEL_NAME.fullmatch(lines[texts[-1]]) else lines


def _is_furniture(line: str, known: _Known, outlet: str, within: bool) -> bool:
    folded = fold(line)
    if folded.strip(_DECORATION) in known.lines:
        return not (within and line[0].islower())
    if within:
        return False
    may_begin = not known.prefixes.isdisjoint(folded[:count] for count in _PREFIXES)
    return (may_begin and _begins(line, folded, known)) or _is_channel(line, folded, outlet)


def _begins(line: str, folded: str, known: _Known) -> bool:
    if _is_teaser(line, folded):
        return True
    return len(line) <= _LONGEST_START and (_starts_with(f"{folded} ", known.starts) or _follows(folded))


def _is_teaser(line: str, folded: str) -> bool:
    """`Read more: Ferry strike enters third week`, and a list `Tags: ferries, ice`; a sentence ends in a full stop."""
    sign = _AFTER_LABEL.search(folded)
    if sign is None or _FULL_STOP.search(line):
        return False
    label = folded[: sign.start()]
    return label in words("furniture", "teasers") or (sign[0].strip() in ":：" and label in words("furniture", "lists"))


def _follows(folded: str) -> bool:
    """`Follow us on Telegram and X`."""
    if not folded.startswith(_follow()):
        return False
    start = next(start for start in _follow() if folded.startswith(start))
    rest = [word for word in _NETWORK_SIGNS.split(folded[len(start) :]) if word]
    names = words("furniture", "networks")
    return all(word in names or word.startswith("@") for word in rest) or " ".join(rest) in names


@cache
def _follow() -> tuple[str, ...]:
    return tuple(sorted(words("furniture", "follow"), key=len, reverse=True))


def _is_channel(line: str, folded: str, outlet: str) -> bool:
    """`Harbour Ledger News Roku`: the outlet's name and words for a channel; any name in capitals, if it is on Roku."""
    if outlet and folded.startswith(outlet) and _CHANNEL.fullmatch(folded, len(outlet)):
        return True
    if "roku" not in folded:
        return False
    parts = line.split()
    return len(parts) <= 6 and not any(part[0].islower() for part in parts) and bool(_ROKU.fullmatch(line))


def _starts_with(folded: str, starts: tuple[str, ...]) -> bool:
    return folded.startswith(starts) and any(
        folded.startswith(start) and not folded[len(start)].isalnum() for start in starts
    )
