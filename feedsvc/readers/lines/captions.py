"""Recognises the caption of a saved page's lead picture: a paragraph that ends in a credit, `… (Photo by AFP)`."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from feedsvc.readers._data import table

_LONGEST = 5_000
"""Most characters of a caption; a longer paragraph is text that happens to end in a credit."""
_HIGHEST = 12
"""Most lines of a wrapped caption."""
_LONGEST_CREDIT = 160
_LONGEST_BARE = 80
"""Most characters of a credit without brackets, including the end of the sentence before it."""
_ENDINGS = (")", "]", ").", "].")
_BRACKETS = re.compile(r"[()\[\]]")
_SENTENCE = re.compile(r"[.!?…。”\"»)]\s++")
_OPENING = re.compile(r"(?<![\s(\[©])[\s(\[©]++$")


def split(paragraph: str) -> tuple[str, str] | None:
    """The caption and the credit, such as `("Boats in port.", "AFP")`; None for a paragraph without a credit.

    If the credit names nobody, as in `(File photo)`, it is empty, and the remark stays in the caption.
    """
    if len(paragraph) > _LONGEST:
        return None
    if not paragraph.endswith(_ENDINGS):
        return _split_last_sentence(paragraph)
    dot = "." if paragraph[-1] == "." else ""
    end = len(paragraph) - 1 - len(dot)
    start = _opened(paragraph, end)
    if start < 0 or not 0 < end - start - 1 <= _LONGEST_CREDIT:
        return None
    who = _credited(paragraph[start + 1 : end], dot)
    if who is None:
        return None
    return (_OPENING.sub("", paragraph[:start]), who) if who else (paragraph, "")


def _split_last_sentence(paragraph: str) -> tuple[str, str] | None:
    """The caption and the credit if the credit is the last sentence, without brackets: `Boats in port. Photo: AFP`."""
    tail = paragraph[-_LONGEST_BARE:]
    start = max((found.end() for found in _SENTENCE.finditer(tail)), default=0)
    if start == 0 and len(tail) < len(paragraph):
        return None
    credit = _bare_credit().fullmatch(tail[start:])
    return (paragraph[: len(paragraph) - len(tail) + start].rstrip(), credit["who"].strip(" .")) if credit else None


@cache
def _bare_credit() -> re.Pattern[str]:
    picture = _any_of(table("captions")["pictures"])
    return re.compile(
        rf"(?:{picture}(?: ?(?:credits?|courtesy)(?: of)?)? ?[:：©] ?|© ?)(?P<who>(?-i:[^a-z: ])[^.!?]*+\.?)",
        re.IGNORECASE,
    )


@lru_cache(1024)  # the same agencies and photographers recur on every page
def _credited(inside: str, dot: str) -> str | None:
    """The picture's maker, from the text in brackets and the `dot` after it: empty if unnamed, None for no credit."""
    text = " ".join(_BRACKETS.sub(" ", inside).split()) + dot
    credit = next(filter(None, (shape.fullmatch(text) for shape in _credits())), None)
    return credit["who"].strip(" .") if credit else None


def _opened(paragraph: str, end: int) -> int:
    """The index of the opening bracket that matches the one at `end`; negative if there is none."""
    least = max(0, end - _LONGEST_CREDIT - 2)
    start = max(paragraph.rfind("(", least, end), paragraph.rfind("[", least, end))
    if start < 0 or not _BRACKETS.search(paragraph, start + 1, end):  # as with most
        return start
    depth = 0
    for at in range(end, least - 1, -1):
        if paragraph[at] in ")]":
            depth += 1
        elif paragraph[at] in "([":
            depth -= 1
            if depth == 0:
                return at
    return -1


@cache
def _credits() -> tuple[re.Pattern[str], ...]:
    data = {name: _any_of(values) for name, values in table("captions").items()}
    picture = rf"(?:{data['kinds']}[ -]?)?{data['pictures']}"
    agency, of, remark = data["agencies"], rf"(?:\b{data['by']}\b|[:/–—©-])", data["remarks"]
    tail = rf"(?:,? ?{data['kinds']})?"
    shapes = (
        rf"(?P<who>)(?:{picture}\.?|{remark})",
        # Without a full stop after it, since a paragraph of the body may end in "(AP).".
        rf"(?P<who>{agency})",
        rf"(?P<who>{agency} {picture} ?/ ?[^/]+?){tail}",
        rf"{picture}(?: ?(?:credits?|courtesy)(?: of)?)? ?{of} ?(?P<who>.+)",
        rf"{remark} ?[:/,–-] ?(?P<who>.+)",
        rf"(?P<who>(?-i:[^a-z]).*?)[ /,-]+(?:{picture}\.?|{remark})",
        rf"(?:{data['credits']}(?: ?:)? |© ?)(?P<who>(?-i:[^a-z: ]).*)",
        rf"(?P<who>{agency} ?/ ?[^/]+(?<!\.)|[^/]+ ?/ ?{agency}){tail}",
        rf"{picture} (?P<who>{agency})",
    )
    return tuple(re.compile(shape, re.IGNORECASE) for shape in shapes)


def _any_of(words: list[str]) -> str:
    return f"(?:{'|'.join(re.escape(word) for word in sorted(words, key=len, reverse=True))})"


def take(lines: list[str]) -> tuple[str, str, list[str]]:
    """The caption, the credit, and the remaining lines; the first two empty if `lines` do not begin with a caption."""
    for end in _ends(lines):
        if found := split(" ".join(filter(None, lines[:end]))):
            return *found, lines[end:]
    return "", "", lines


def _ends(lines: list[str]) -> Iterator[int]:
    """The numbers of lines after which a caption may end: the next line is empty or starts a sentence."""
    height = next((at for at, line in enumerate(lines) if not line), len(lines))
    for end in range(1, min(height, _HIGHEST) + 1):
        if end == height or not lines[end][0].islower():
            yield end
    # A credit may be a paragraph of its own below its caption.
    alone = next((at for at in range(height, len(lines)) if lines[at]), None)
    if alone is not None and height <= _HIGHEST and (split(lines[alone]) or ("no credit",))[0] == "":
        yield alone + 1
