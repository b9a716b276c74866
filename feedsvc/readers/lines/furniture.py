"""Drops lines that belong to a saved page and not to its article: share this, read more, the outlet's channel."""

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
"""Lengths of prefixes that show that most lines do not begin like furniture; some furniture has one character only."""
_TAIL = 20
"""Characters at the end of a line that show whether a sentence ends there; each next line asks again."""
_LONGEST = 150
_LONGEST_START = 80
"""Most characters of a line that begins with the newsroom's own furniture: a longer one is a sentence."""


class _Known(NamedTuple):
    """All furniture, folded and without the signs around it: the built-in and the newsroom's own."""

    lines: frozenset[str]
    starts: tuple[str, ...]
    """The beginnings of short lines of the newsroom's own furniture."""
    prefixes: frozenset[str]
    """The first characters of all furniture that may begin a line."""


def is_phrase(line: str, own: tuple[str, ...]) -> bool:
    """True if the whole line is furniture, wherever it is. `own` is the newsroom's own furniture."""
    return fold(line.strip(_DECORATION)) in _known(own).lines


@lru_cache(64)
def _known(own: tuple[str, ...]) -> _Known:
    starts = tuple(filter(None, (fold(phrase.strip(_DECORATION)) for phrase in own)))
    labels = words("furniture", "teasers") | words("furniture", "lists") | words("furniture", "follow")
    prefixes = frozenset(start[: _PREFIXES[0]] for start in (*labels, *starts))
    return _Known(words("furniture", "lines") | frozenset(starts), starts, prefixes)


def is_doubtful(line: str) -> bool:
    """True for a phrase that may be a headline if the text follows immediately."""
    return fold(line.strip(_DECORATION)) in words("furniture", "doubtful")


def drop(lines: list[str], own: tuple[str, ...], outlet: str) -> list[str]:
    """The lines without the page's furniture. `outlet` is the newsroom's name as given by the page, or empty."""
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
        # A line within a wrapped sentence is no furniture, whatever its words.
        within = bool(kept and kept[-1]) and not SENTENCE_END.search(kept[-1], len(kept[-1]) - _TAIL)
        if _is_furniture(line, known, outlet, within):
            teasing = line[-1] in ":："
        else:
            kept.append(line)
    return kept


def _above_the_channel(lines: list[str]) -> list[str]:
    """`lines` without the last one if that is any channel right below furniture such as SHARE THIS ARTICLE."""
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
    """True for `Read more: Ferry strike enters third week` and for a list such as `Tags: ferries, ice`. False for a
    line that ends in a full stop: it is a sentence."""
    sign = _AFTER_LABEL.search(folded)
    if sign is None or _FULL_STOP.search(line):
        return False
    label = folded[: sign.start()]
    return label in words("furniture", "teasers") or (sign[0].strip() in ":：" and label in words("furniture", "lists"))


def _follows(folded: str) -> bool:
    """True for a line such as `Follow us on Telegram and X`."""
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
    """True for the outlet's name with words for a channel, such as `Harbour Ledger News Roku`, and for any capitalised
    name with `Roku`."""
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
