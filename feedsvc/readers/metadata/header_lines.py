"""Reads header lines: `Key: value` (Pelican, MultiMarkdown), `.. key: value` (Nikola), `#+KEY: value` (Org).

The block ends at the first line that is empty, or is neither a header nor the continuation of one. Plain text may also
begin with a word and a colon; so the keys decide.
"""

import re

from feedsvc.model.reader import Unreadable
from feedsvc.readers.metadata.keys import FIELDS, normalised

_KEY = r" {0,3}(?:#\+|\.\.[ \t]+|:(?=\w))?([A-Za-z][\w-]{0,60}(?: [\w-]{1,40}){0,3})[ \t]*:(?!//)"
_LINE = re.compile(rf"{_KEY}[ \t]*(.*)")
_OPENING = re.compile(rf"\s*^{_KEY}", re.MULTILINE)
_END = re.compile(r"(?:---|\.\.\.)[ \t]*")
_MOST = 200
_LISTS = frozenset(("authors", "tags", "sections"))
_TELLING = frozenset(("title", "published", "slug"))
"""Fields one of whose keys is enough to make the block a header."""
_RELEASING = frozenset(("status", "draft", "embargo", "expires", "headless"))
"""Fields that decide when the article may be seen: no line that looks like one of them may be overlooked."""


def split(text: str) -> tuple[dict[str, object], str] | None:
    """The table in the header lines with which `text` begins, and the text after them; None if there are none.

    Raises Unreadable, with the line, for a header that is interrupted, or that has a key twice.
    """
    if not _OPENING.match(text):
        return None
    lines = text.split("\n", _MOST + 1)
    start = next(at for at, line in enumerate(lines) if line.strip())
    table, end = _table(lines, start)
    if not _are_headers(table):
        return None
    _check_below(lines, end)
    return {key: _value(key, values) for key, values in table.items()}, "\n".join(lines[end:])


def _table(lines: list[str], start: int) -> tuple[dict[str, list[str]], int]:
    """The lines of each key, and the number of the line after the last of them."""
    table: dict[str, list[str]] = {}
    key = ""
    for at in range(start, len(lines)):
        line = lines[at]
        if key and line.strip() and line.startswith(("    ", "\t")):
            table[key].append(line.strip())
        elif found := _LINE.fullmatch(line):
            key = found[1]
            if key in table:
                raise Unreadable(f"line {at + 1}: the key {key!r} is there twice", "keep one of them")
            table[key] = [found[2].strip()]
        else:
            return table, at + bool(_END.fullmatch(line))
    return table, len(lines)


def _are_headers(table: dict[str, list[str]]) -> bool:
    fields = {_field(key) for key in table}
    if fields & (_TELLING | _RELEASING):
        return True
    return len(table) > 1 and len(fields - {""}) > 1


def _field(key: str) -> str:
    """The name of the field that `key` fills, or empty."""
    return FIELDS.get(normalised(key), ("", 0))[0]


def _value(key: str, lines: list[str]) -> object:
    filled = [line for line in lines if line]
    if len(lines) > 1 and _field(key) in _LISTS:
        return filled
    return "\n".join(filled)


def _check_below(lines: list[str], end: int) -> None:
    """Raises Unreadable if a header line that releases the article follows below the end of the header."""
    following = next((at for at in range(end, len(lines)) if lines[at].strip()), len(lines))
    block = next((at for at in range(following, len(lines)) if not lines[at].strip()), len(lines))
    for at in range(following, min(block, following + _MOST)):
        found = _LINE.fullmatch(lines[at])
        if found and _field(found[1]) in _RELEASING:
            reason = f"line {at + 1}: {found[1]} stands below the header, which ends above it"
            raise Unreadable(reason, "put all header lines together, without an empty line or any other between them")
