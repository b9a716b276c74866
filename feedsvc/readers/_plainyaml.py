"""The YAML that nearly all front matter is made of, read five times as fast as by a parser of all YAML.

Lines `key: value`, in which value is a word or more, a quoted text without anything to unquote, or a list `[a, b]` of
words. Whatever is not surely one of these is left to the parser; what is taken is what the parser would make of it.
"""

import re

# What is repeated is never given back (`++`, `*+`): there is but one way in which a line can be one of ours.
_WORD = r"(?!null\b)[A-Za-z0-9][^\s:#,\[\]{}]*+(?:[ ][^\s:#,\[\]{}]++)*+"
"""A plain scalar that may stand in a list."""
_PLAIN = r"(?!null\b)[A-Za-z0-9](?:[^\n:#]++|:(?=\S)|(?<=\S)\#)*+"
"""A plain scalar and the spaces after it: neither a comment nor a key begins in it."""
_LINES = re.compile(
    rf"""((?!null\b)[A-Za-z_][\w-]{{0,80}}+):[ ]+
    (?: ({_PLAIN}) | (?: "([^"\\\n]*)" | '([^'\n]*)' | \[({_WORD}(?:,[ ]{_WORD})*+)\] ) [ ]* )
    (?:\n|\Z) | [\s\S]+""",
    re.ASCII | re.VERBOSE,
)
"""A line's key, and its value as one of four; or the rest from what is no such line on, and nothing."""
# Of the printable characters of YAML 1.1 those that neither end a line for it nor are wider than ours.
_SAFE = re.compile(r"[\n\x20-\x7e\xa0-\u1fff\u2010-\u2027\u202f-\ud7ff]*+")


def plain_yaml(text: str) -> dict[str, object] | None:
    """The table in `text`, all scalars as they are written; None where that takes a parser."""
    if not _SAFE.fullmatch(text):
        return None
    lines = _LINES.findall(text.lstrip("\n"))
    table: dict[str, object] = {
        key: plain.rstrip(" ") or double or single or (listed and listed.split(", "))
        for key, plain, double, single, listed in lines
    }
    return table if len(table) == len(lines) and "" not in table else None
