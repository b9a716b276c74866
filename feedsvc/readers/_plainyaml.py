"""The YAML that nearly all front matter is made of, read five times as fast as by a parser of all YAML.

Lines `key: value`, in which value is a word or more, a quoted text without anything to unquote, or a list `[a, b]` of
words. Whatever is not surely one of these is left to the parser; what is taken is what the parser would make of it.
"""

import re

_WORD = r"[A-Za-z0-9](?:[^\s:#,\[\]{}]|[^\S\n](?=[^\s:#,\[\]{}]))*"
"""A plain scalar that may stand in a list."""
_VALUE = r"[A-Za-z0-9](?:[^\s:#]|[^\S\n](?=[^\s#:])|:(?=\S)|(?<=\S)\#)*"
"""A plain scalar: neither a comment nor a key begins in it."""
_LINE = re.compile(
    rf"""(?P<key>[A-Za-z_][\w-]{{0,80}}):[ ]+
    (?: (?P<value>{_VALUE}) | "(?P<double>[^"\\\n]*)" | '(?P<single>[^'\n]*)'
      | \[(?P<list>{_WORD}(?:,[ ]{_WORD})*)\] )
    [ ]*(?:\n|\Z)""",
    re.ASCII | re.VERBOSE,
)
_BLANK = re.compile(r"\n*")
# Of the printable characters of YAML 1.1 those that neither end a line for it nor are wider than ours.
_SAFE = re.compile(r"[\n\x20-\x7e\xa0-\u1fff\u2010-\u2027\u202f-\ud7ff]*")


def plain_yaml(text: str) -> dict[str, object] | None:
    """The table in `text`, all scalars as they are written; None where that takes a parser."""
    if not _SAFE.fullmatch(text):
        return None
    table: dict[str, object] = {}
    place = _BLANK.match(text).end()  # type: ignore[union-attr]  # it matches nothing, too
    while place < len(text):
        line = _LINE.match(text, place)
        if line is None or line["key"] in table or "null" in (line["key"], line["value"]):
            return None
        value = _meant(line)
        if isinstance(value, list) and "null" in value:
            return None
        table[line["key"]] = value
        place = line.end()
        if place < len(text) and text[place] == " ":  # the next line may go on with this one
            return None
    return table or None


def _meant(line: re.Match[str]) -> object:
    if line["list"] is not None:
        return line["list"].split(", ")
    return next(text for text in line.group("value", "double", "single") if text is not None)
