"""The caption of a saved page's lead picture: a paragraph that ends in a credit, `… (Photo by AFP)`."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from feedsvc.readers._data import table

_LONGEST = 5_000
"""Characters of a caption; more is a text that ends in a credit."""
_HIGHEST = 12
"""Lines of a wrapped caption."""
_LONGEST_CREDIT = 160
_LONGEST_BARE = 80
"""Characters of a credit without brackets, with the end of the sentence before it."""
_ENDINGS = (")", "]", ").", "].")
_BRACKETS = re.compile(r"[()\[\]]")
_SENTENCE = re.compile(r"[.!?…。”\"»)]\s++")
_OPENING = re.compile(r"(?<![\s(\[©])[\s(\[©]++$")


def split(paragraph: str) -> tuple[str, str] | None:
    """The caption and who made the picture, `("Boats in port.", "AFP")`; None for a paragraph without credit.

    A picture that is said to be nobody's, `(File photo)`, keeps that remark in its caption.
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
    """The same where the credit is no remark in brackets, but the last sentence: `Boats in port. Photo: AFP`."""
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


@lru_cache(1024)  # the same agencies and photographers are in every page again
def _credited(inside: str, dot: str) -> str | None:
    """The maker of a picture, by the text in brackets and the `dot` after it: empty for nobody, None for no credit."""
    text = " ".join(_BRACKETS.sub(" ", inside).split()) + dot
    credit = next(filter(None, (shape.fullmatch(text) for shape in _credits())), None)
    return credit["who"].strip(" .") if credit else None


def _opened(paragraph: str, end: int) -> int:
    """The index of the bracket that closes at `end`; below 0 if there is none."""
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
        # Without a full stop after it: a paragraph of the body may well end in "(AP).".
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
    """Caption, credit, and the lines without them; both empty if `lines` do not begin with a caption."""
    for end in _ends(lines):
        if found := split(" ".join(filter(None, lines[:end]))):
            return *found, lines[end:]
    return "", "", lines


def _ends(lines: list[str]) -> Iterator[int]:
    """After how many lines a caption may end: where the line below is empty or starts a sentence."""
    height = next((at for at, line in enumerate(lines) if not line), len(lines))
    for end in range(1, min(height, _HIGHEST) + 1):
        if end == height or not lines[end][0].islower():
            yield end
    # A credit may stand below its caption as a paragraph of its own.
    alone = next((at for at in range(height, len(lines)) if lines[at]), None)
    if alone is not None and height <= _HIGHEST and (split(lines[alone]) or ("no credit",))[0] == "":
        yield alone + 1
