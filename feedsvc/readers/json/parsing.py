"""Parses JSON into plain tables and lists in which every scalar is a string, as in front matter; refuses ambiguity.

Numbers stay as they are written, so that one of a thousand digits is only a string that some field rejects.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import count
from typing import NoReturn

from feedsvc.model.reader import Unreadable
from feedsvc.model.text import xml_safe

_DEEPEST = 64
_MOST = 200_000
"""Most values in one document, including tables and lists."""
_LONE = re.compile("[\ud800-\udfff]")
_HALF = "half a character (a lone surrogate) is replaced by U+FFFD"
_REMEDY = "correct it there, or export it again"

_Warn = Callable[[str], None]


def parse(text: str, warn: _Warn) -> object:
    """The value of a JSON document; `null` is the empty string. `warn` is called if characters had to be replaced.

    Raises Unreadable, with line or key, for a text that is not JSON (or has NaN), a key that is there twice, too great
    a depth, or too many values.
    """
    with _as_unreadable():
        return _plain(_decoder().decode(text), 0, count(1), warn)


def leading_table(text: str) -> tuple[dict[str, object], int]:
    """The JSON table with which `text` begins, and the index of its end. Raises Unreadable as `parse` does."""
    with _as_unreadable():
        value, end = _decoder().raw_decode(text, len(text) - len(text.lstrip()))
        table = _plain(value, 0, count(1), lambda _reason: None)
    if not isinstance(table, dict):
        raise Unreadable("is no JSON table", _REMEDY)
    return table, end


# Not strict: line ends within strings are a common fault of templates, and are unambiguous.
@lru_cache(1)
def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(
        strict=False, object_pairs_hook=_table, parse_int=str, parse_float=str, parse_constant=_no_number
    )


@contextmanager
def _as_unreadable() -> Iterator[None]:
    try:
        yield
    except json.JSONDecodeError as error:
        raise Unreadable(f"is not JSON: line {error.lineno}: {error.msg}", _REMEDY) from error
    except RecursionError as error:  # the decoder recurses without a limit of its own
        raise _too_deep() from error


def _table(pairs: list[tuple[str, object]]) -> dict[str, object]:
    table = dict(pairs)
    if len(table) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise Unreadable(f"the key {xml_safe(twice)[:80]!r} is there twice", "take one of the two out")
    return table


def _no_number(name: str) -> NoReturn:
    raise Unreadable(f"is not JSON: {name} is no number", _REMEDY)


def _too_deep() -> Unreadable:
    return Unreadable(f"is nested more than {_DEEPEST} levels deep", "make it flatter")


def _plain(value: object, depth: int, counted: Iterator[int], warn: _Warn) -> object:
    if depth > _DEEPEST:
        raise _too_deep()
    if next(counted) > _MOST:
        raise Unreadable(f"has more than {_MOST:,} values", "an article is text; move the rest elsewhere")
    if isinstance(value, dict):
        return {xml_safe(key): _plain(item, depth + 1, counted, warn) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, depth + 1, counted, warn) for item in value]
    if isinstance(value, str):
        return _whole(value, warn)
    return "" if value is None else str(value).lower()


def _whole(text: str, warn: _Warn) -> str:
    if text.isprintable():  # as most are; neither surrogates nor illegal characters are printable
        return text
    if _LONE.search(text):
        warn(_HALF)
        text = _LONE.sub("\ufffd", text)
    return xml_safe(text)
