"""Lines of a saved page that belong to the page and not to the article: share this, read more, the outlet's channel."""

import re
from collections.abc import Sequence

from feedsvc.readers._layout import SENTENCE_END

_PHRASES = re.compile(r"share(?: this (?:article|story|page|post))?|(?:read|see) (?:more|also)", re.IGNORECASE)
_TEASER = re.compile(r"(?:read|see) (?:more|also)\b ?(?:here|about this)? ?(?:[:»>→…|–—-].*|\.{2,}.*)", re.IGNORECASE)
_CHANNEL_WORD = "(?:news|tv|television|roku|live|channel|network|app|online|hd)"
_CHANNEL = re.compile(f"(?: {_CHANNEL_WORD})*", re.IGNORECASE)
_CHANNEL_NAME = re.compile(f"(?:[^.!?:; ]+ ){{1,4}}(?i:{_CHANNEL_WORD})")
_ROKU = re.compile(r"(?:[^.!?]+ )?roku(?: (?:tv|channel|app))?", re.IGNORECASE)
_DECORATION = " \t:.…»›>→|•*-–—"
_TAIL = 20
"""Characters in which a line tells whether a sentence ends with it; it is asked once more by every line below."""
_LONGEST = 150
_LONGEST_START = 80
"""Characters that a line may have which merely starts with the newsroom's own furniture: more is a sentence."""


def is_phrase(line: str, own: Sequence[str]) -> bool:
    """Whether the whole line is furniture, wherever it stands. `own` is what the newsroom adds."""
    bare = line.strip(_DECORATION)
    return bool(_PHRASES.fullmatch(bare)) or any(bare.casefold() == _bare(phrase) for phrase in own)


def drop(lines: list[str], own: Sequence[str], outlet: str) -> list[str]:
    """The lines without the page's furniture. `outlet` is the newsroom's name as the page tells it, or empty."""
    kept: list[str] = []
    for line in _above_the_channel(lines):
        # A line within a wrapped sentence is none of the page's, whatever it says.
        within = bool(kept and kept[-1]) and not SENTENCE_END.search(kept[-1], len(kept[-1]) - _TAIL)
        if not line or not _is_furniture(line, own, outlet, within):
            kept.append(line)
    return kept


def _above_the_channel(lines: list[str]) -> list[str]:
    """Without the last line if it is a channel, of whatever name: pages put theirs below SHARE THIS ARTICLE."""
    texts = [at for at, line in enumerate(lines) if line]
    if len(texts) < 2 or not _PHRASES.fullmatch(lines[texts[-2]].strip(_DECORATION)):
        return lines
    return lines[: texts[-1]] if _CHANNEL_NAME.fullmatch(lines[texts[-1]]) else lines


def _is_furniture(line: str, own: Sequence[str], outlet: str, within: bool) -> bool:
    if len(line) > _LONGEST:
        return False
    if is_phrase(line, own):
        return not (within and line[0].islower())
    return not within and (bool(_TEASER.fullmatch(line)) or _is_channel(line, outlet) or _starts_with(line, own))


def _is_channel(line: str, outlet: str) -> bool:
    """`Harbour Ledger News Roku`: the outlet's name and words for a channel; any name in capitals, if it is on Roku."""
    if outlet and line.casefold().startswith(outlet.casefold()) and _CHANNEL.fullmatch(line[len(outlet) :]):
        return True
    if "roku" not in line.casefold():
        return False
    words = line.split()
    return len(words) <= 6 and not any(word[0].islower() for word in words) and bool(_ROKU.fullmatch(line))


def _starts_with(line: str, own: Sequence[str]) -> bool:
    folded = f"{line.casefold()} "
    starts = tuple(filter(None, map(_bare, own)))
    return len(line) <= _LONGEST_START and any(
        folded.startswith(start) and not folded[len(start)].isalnum() for start in starts
    )


def _bare(phrase: str) -> str:
    return phrase.strip(_DECORATION).casefold()
