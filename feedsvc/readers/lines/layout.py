"""Splits plain text into lines and paragraphs: recognises blank lines, wrapped lines and lists."""

import re
from collections.abc import Iterator
from itertools import groupby, pairwise

from feedsvc.model.text import one_line

SENTENCE_END = re.compile(r"[.!?…:。！？।۔؟][\"'”’»)]*$")

_MARKS_ONLY = re.compile("[\u200c-\u200f\u202a-\u202e\u2066-\u2069]+")
_WIDEST = 200
"""Characters from which a line cannot have been wrapped by a program, and is a whole paragraph."""
_BULLET = re.compile(r"(?:[-*•‣◦▪–—]|\d{1,2}[.)]) ")


def raw_lines(text: str) -> list[str]:
    """The lines of `text`, unchanged; U+2028 ends a line, and U+2029 a paragraph."""
    return text.strip().replace("\u2029", "\n\n").splitlines()


def tidy(line: str) -> str:
    """`line` with single spaces; empty if it has only spaces and direction marks."""
    evened = one_line(line)
    return evened if evened.isascii() or not _MARKS_ONLY.fullmatch(evened) else ""


def wrapped_at(lines: list[str]) -> int:
    """The column at which a program wrapped the lines; 0 if they are not wrapped, as in a saved page."""
    width = max(map(len, lines), default=0)
    pairs = [pair for pair in pairwise(lines) if all(pair)]
    full = sum(continues(*pair, width) for pair in pairs)
    return width if full >= 3 and 2 * full > len(pairs) else 0


def continues(line: str, following: str, width: int) -> bool:
    """True if `line` ends only because there was no room for the next word."""
    return bool(line and following) and len(line) + 1 + len(following.partition(" ")[0]) > width > 0


def paragraphs(lines: list[str], width: int) -> list[str]:
    """The paragraphs in lines that a program wrapped at `width`; 0 means that they are not wrapped.

    Each block between empty lines is one paragraph; if not wrapped, so is each line of a block of sentences, or of long
    lines. Lines of a list stay lines.
    """
    blocks = [[*block] for filled, block in groupby(lines, key=bool) if filled]
    if all(len(block) == 1 for block in blocks):  # as a saved page mostly has it
        return [line for (line,) in blocks]
    return [_flow(part) for block in blocks for part in (_separated(block) if not width else (block,))]


def _separated(block: list[str]) -> Iterator[list[str]]:
    if _is_list(block):
        yield block
        return
    are_sentences = all(map(SENTENCE_END.search, block)) and not any(line[0].islower() for line in block[1:])
    part: list[str] = []
    for line in block:
        if part and (are_sentences or max(len(part[-1]), len(line)) >= _WIDEST):
            yield part
            part = []
        part.append(line)
    yield part


def parted(lines: list[str], width: int) -> list[str]:
    """The lines of a text without empty lines, with one added after each paragraph: after each line that the next one
    does not continue."""
    pairs = pairwise([*lines, ""])
    return [part for line, below in pairs for part in ((line,) if continues(line, below, width) else (line, ""))]


def _flow(block: list[str]) -> str:
    return "\n".join(map(" ".join, _items(block))) if _is_list(block) else " ".join(block)


def _is_list(block: list[str]) -> bool:
    # A dash at the start of a wrapped line is no bullet: a list begins with a bullet or with an announcing line.
    opens = _BULLET.match(block[0]) or block[0].endswith(":")
    return bool(opens) and sum(bool(_BULLET.match(line)) for line in block) > 1


def _items(block: list[str]) -> Iterator[list[str]]:
    item: list[str] = []
    for line in block:
        if item and _BULLET.match(line):
            yield item
            item = []
        item.append(line)
    yield item
