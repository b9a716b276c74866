"""Reads values of foreign data (JSON-LD and ninjs) whatever their shape; a value that cannot be read is empty."""

import re
from collections.abc import Mapping
from functools import lru_cache
from html import unescape

from feedsvc.model.reader import Unreadable
from feedsvc.readers._decoding import check_length
from feedsvc.readers.lines import layout

Table = dict[str, object]

_BLOCKS = r"p|br|div|li|ul|ol|h[1-6]|blockquote|section|article|figure|table|tr"
_BREAK = re.compile(rf"</?(?:{_BLOCKS})(?:\s[^<>]*|/)?>", re.IGNORECASE)
_INLINE = re.compile(r"</?(?:a|b|i|u|q|em|strong|span|sub|sup|small|font|cite|mark|abbr)(?:\s[^<>]*)?>", re.IGNORECASE)
# Only with the semicolon: `?a=1&region=2` contains no `&reg;`.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)


def several(value: object) -> list[object]:
    """The entries of a list that are not empty; one value as a list; an empty value as an empty list."""
    if isinstance(value, list):
        return [item for item in value if item not in ("", [], {})]
    return [] if value in ("", {}) or value is None else [value]


def tables(value: object) -> list[Table]:
    return [item for item in several(value) if isinstance(item, dict)]


def first(table: Mapping[str, object], *keys: str) -> object:
    """The value of the first of `keys` that has one, else an empty string."""
    return next((table[key] for key in keys if several(table.get(key))), "")


def words(value: object) -> str:
    """The text of a value: a string itself, or the name in a table; the first one of a list. Empty if there is none."""
    if isinstance(value, dict):
        value = first(value, "name", "value", "text")
    if isinstance(value, list):
        return next(filter(None, map(words, value)), "")
    return plain(value).strip() if isinstance(value, str) else ""


def all_words(value: object) -> list[str]:
    return [text for text in map(words, several(value)) if text]


def plain(text: str) -> str:
    """`text` without tags and entities, which many systems leave in texts that should be plain."""
    if "<" not in text and "&" not in text:
        return text
    bare = _INLINE.sub("", _BREAK.sub("\n", text))
    return _ENTITY.sub(lambda entity: _character(entity[0]), bare)


_character = lru_cache(maxsize=4096)(unescape)


def is_html(text: str) -> bool:
    """True if a text that should be plain is HTML nevertheless."""
    return bool(_BREAK.search(text))


def prose(text: str) -> tuple[str, str]:
    """A body and its markup from text that should be plain: paragraphs between empty lines, or one on each line.

    Raises Unreadable for a text that is too long.
    """
    check_length(text)
    if is_html(text):
        return text, "html"
    lines = [layout.tidy(line) for line in layout.raw_lines(text)]
    width = layout.wrapped_at(lines)
    if "" not in lines:
        lines = layout.parted(lines, width)
    elif not width:
        return "\n".join(lines), "text"
    return "\n\n".join(layout.paragraphs(lines, width)), "text"


def filled(table: Mapping[str, object]) -> Table:
    """`table` without empty values."""
    return {key: value for key, value in table.items() if several(value)}


def holding(table: Mapping[str, object]) -> Table:
    """Embargo and expiry if their keys are there, even with empty values: an unreadable one holds the article back.

    Raises Unreadable for an unknown key that may mean an embargo, and for two embargoes that differ.
    """
    keys = {key.lower(): key for key in table}
    odd = [key for name, key in keys.items() if name.startswith("embargo") and name not in _EMBARGOES]
    if odd:
        raise Unreadable(f"{odd[0]}: is no known key, and may hold the article back", "call it embargo")
    said = {words(table[keys[name]]) for name in _EMBARGOES if name in keys}
    if len(said) > 1:
        raise Unreadable(f"{' and '.join(_EMBARGOES)} differ", "take one of the two out")
    found: Table = {"embargo": said.pop()} if said else {}
    return found | ({"expires": words(table[keys["expires"]])} if "expires" in keys else {})


_EMBARGOES = ("embargoed", "embargo")
