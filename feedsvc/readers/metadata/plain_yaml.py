"""Reads the subset of YAML in nearly all front matter, six times as fast as a parser of all YAML.

The subset is lines `key: value`, where the value is empty, one or more words, a quoted text in which only quotes and
backslashes are escaped, or a list `[a, "b"]` of these; or below `key:` a list or a table of such values, line by line.
All else is left to the parser. For the subset, the result is the same as the parser's.
"""

import re

# Repetitions are possessive (`++`, `*+`): a line can match in one way only.
# Classes are said by the characters that are out, and few: `re` compiles a class by going through all that are in it.
_START = r"(?!null\b)[^\x00-\x23%-')*,-.:-@\[-^`{-\xa0]"
"""An ASCII letter or digit, one of `_(/$+`, or any character after U+00A0."""
_WORD = rf"{_START}[^\s:#,\[\]{{}}]*+(?:[ ][^\s:#,\[\]{{}}]++)*+"
"""A plain scalar that may stand in a list."""
_PLAIN = rf"{_START}(?:[^\n:#]++|:(?=\S)|(?<=\S)\#)*+"
"""A plain scalar and the spaces after it: neither a comment nor a key begins in it."""
_IN_DOUBLE, _IN_SINGLE = r'(?:[^"\\\n]++|\\["\\])*+', r"(?:[^'\n]++|'')*+"
_DOUBLE, _SINGLE = f'"({_IN_DOUBLE})"', f"'({_IN_SINGLE})'"
_QUOTED = f"""(?:"{_IN_DOUBLE}"|'{_IN_SINGLE}')"""
_ESCAPED = re.compile(r'\\(["\\])')
_END = r"[ ]*+(?:\n|\Z)"
_ENTRY = re.compile(rf"({_WORD})|{_DOUBLE}|{_SINGLE}", re.ASCII)
_LISTED = rf"\[[ ]*+(?:(?:{_WORD}|{_QUOTED})(?:,[ ]*+(?:{_WORD}|{_QUOTED}))*+)?[ ]*+\]"
_BLOCK = r"([ ]++)\S[^\n]*+(?:\n|\Z)(?:\7\S[^\n]*+(?:\n|\Z))*+|(?:-[ ][^\n]*+(?:\n|\Z))++"
"""Lines below a key: all as far to the right as the first, or list items that are as far to the left as the key."""
_LINES = re.compile(
    rf"""((?!null\b)[A-Za-z_][\w-]{{0,80}}+):
    (?: [ ]++ (?: ({_PLAIN}) | {_DOUBLE} | {_SINGLE} | ({_LISTED}) ) {_END} | {_END} ({_BLOCK})? ) | [\s\S]+""",
    re.ASCII | re.VERBOSE,
)
"""A line's key, its value in one of four groups, and the block below it with its indent. From the first line of another
form on, the rest of the text is one match with empty groups."""
_ITEMS = re.compile(rf"-[ ]++(?:({_PLAIN})|{_DOUBLE}|{_SINGLE}){_END}|([\s\S]+)", re.ASCII)
# All but the printable characters of YAML 1.1; also those that end a line in it, and ranges in which few are printable.
_UNSAFE = re.compile(
    r"[\x00-\t\x0b-\x1f\x7f-\x9f\u2000-\u200f\u2028-\u202e\ud800-\ufeff\ufff0-\uffff\U0010fffe\U0010ffff]"
)


class _More(Exception):
    """Raised for YAML that needs the parser."""


def plain_yaml(text: str) -> dict[str, object] | None:
    """The table in `text`, all scalars as they are written; None if it needs the parser."""
    try:
        return _table(text.lstrip("\n")) if _is_plain(text) else None
    except _More:
        return None


def _is_plain(text: str) -> bool:
    if text.isascii() and text.replace("\n", "").isprintable():  # a faster check, true of most texts
        return True
    return not _UNSAFE.search(text)


def _table(text: str) -> dict[str, object]:
    lines = _LINES.findall(text)
    table: dict[str, object] = {
        key: plain.rstrip(" ") or _unquoted(double, single) or _composed(listed, block, indent)
        for key, plain, double, single, listed, block, indent in lines
    }
    if len(table) < len(lines) or "" in table:
        raise _More
    return table


def _unquoted(double: str, single: str) -> str:
    if double:
        return _ESCAPED.sub(r"\1", double) if "\\" in double else double
    return single.replace("''", "'")


def _composed(listed: str, block: str, indent: str) -> object:
    if listed:
        return _list(listed)
    return _block(block, indent) if block else ""


def _list(text: str) -> list[str]:
    if '"' in text or "'" in text:
        return [word or _unquoted(double, single) for word, double, single in _ENTRY.findall(text)]
    words = text.strip("[ ]")
    return [word.strip(" ") for word in words.split(",")] if words else []


def _block(text: str, indent: str) -> object:
    lines = text.removeprefix(indent).replace(f"\n{indent}", "\n")
    if not lines.startswith("- "):
        return _table(lines)
    items = _ITEMS.findall(lines)
    if items[-1][3]:
        raise _More
    return [plain.rstrip(" ") or _unquoted(double, single) for plain, double, single, _ in items]
