"""Lines of a saved page that belong to the page and not to the article: share this, read more, the outlet's channel."""

import re
from collections.abc import Sequence

from feedsvc.readers._layout import SENTENCE_END

_PHRASES = re.compile(
    r"share(?: this)?(?: (?:article|story|page|post|news))?"
    r"|(?:read|see) (?:more|also)|more on this (?:story|topic)|advertisement",
    re.IGNORECASE,
)
_TEASER = re.compile(r"(?:read|see) (?:more|also)\b ?(?:here|about this)? ?(?:[:»>→…|–—-].*|\.{2,}.*)", re.IGNORECASE)
_CHANNEL = re.compile(r"(?:[^.!?]+ )?roku(?: (?:tv|channel|app))?(?: ?[:|–—-][^.!?]+)?", re.IGNORECASE)
_DECORATION = " \t:.…»›>→|•*-–—"
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
    for line in lines:
        if not line or not _starts_anew(kept) or not _is_furniture(line, own, outlet):
            kept.append(line)
    return kept


def _starts_anew(kept: list[str]) -> bool:
    """A line within a wrapped sentence is none of the page's, whatever it says."""
    return not kept or not kept[-1] or bool(SENTENCE_END.search(kept[-1]))


def _is_furniture(line: str, own: Sequence[str], outlet: str) -> bool:
    if len(line) > _LONGEST:
        return False
    return is_phrase(line, own) or bool(_TEASER.fullmatch(line)) or _is_channel(line, outlet) or _starts_with(line, own)


def _is_channel(line: str, outlet: str) -> bool:
    """`Harbour Ledger News Roku`; or a few words that start with the outlet's name, and are no sentence."""
    if line.count(" ") > 5 or SENTENCE_END.search(line):
        return False
    named = bool(outlet) and line.casefold().startswith(_bare(outlet))
    return named or bool(_CHANNEL.fullmatch(line))


def _starts_with(line: str, own: Sequence[str]) -> bool:
    folded = line.casefold()
    return len(line) <= _LONGEST_START and any(
        re.match(rf"{re.escape(_bare(phrase))}\b", folded) for phrase in own if _bare(phrase)
    )


def _bare(phrase: str) -> str:
    return phrase.strip(_DECORATION).casefold()
