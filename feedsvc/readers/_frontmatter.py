"""Front matter as plain tables in which every scalar is a string.

YAML would make `section: no` a false and `id: 0123` an 83; so it is read event by event, and no scalar is interpreted.
Only what a newsroom needs is let in: no aliases (a small file could grow without bounds), no tags, little depth.
"""

import re
import tomllib
from collections.abc import Iterator
from datetime import date, time
from typing import Any

import yaml

from feedsvc.model.reader import Unreadable
from feedsvc.model.text import xml_safe
from feedsvc.readers._plainyaml import plain_yaml

_DEEPEST = 20
_LONGEST = 256 * 1024
_FENCE = re.compile(r"\s*^(---|\+\+\+)[ \t]*(?:\n|\Z)", re.MULTILINE)
_CLOSING = {
    "---": re.compile(r"\n(?:---|\.\.\.)[ \t]*(?=\n|\Z)"),
    "+++": re.compile(r"\n\+\+\+[ \t]*(?=\n|\Z)"),
}
"""With the end of the line before it, for which a search goes through a text many times as fast."""
_DOTTED = re.compile(
    r"""(?:^|[{,])[ \t]*+\[{0,2}+[ \t]*+(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){50}""", re.MULTILINE
)
"""Keys within keys."""
_NULLS = ("~", "null")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def split(text: str) -> tuple[dict[str, object], str]:
    """The front matter's table (`---` YAML, `+++` TOML, or none and empty), and the text after it.

    Raises Unreadable, with the line, for front matter that is broken or not closed.
    """
    opening = _FENCE.match(text)
    if opening is None:
        return {}, text
    fence, start = opening[1], opening.end()
    closing = _CLOSING[fence].search(text, start - 1)
    if closing is None:
        raise Unreadable(f"the front matter that {fence} opens has no end", f"close it with a line {fence}")
    # Empty lines in place of what came before it, so that errors count lines as the file does.
    block = "\n" * text.count("\n", 0, start) + text[start : closing.start() + 1]
    return (parse_yaml if fence == "---" else parse_toml)(block), text[closing.end() :]


def parse_toml(text: str) -> dict[str, object]:
    """A TOML document with numbers, booleans and dates as strings. Raises Unreadable, with the line."""
    _check_size(text)
    if _DOTTED.search(text):  # tomllib takes quadratic time over these
        raise _too_deep()
    try:
        return _table(tomllib.loads(text, parse_float=str), 0)
    except ValueError as error:  # TOMLDecodeError is one, and so is what Python says of a number of 5,000 digits
        raise Unreadable(f"is not TOML: {error}", "correct it there; text belongs in quotes") from error
    except RecursionError as error:  # tomllib descends by recursion, and sets itself no limit
        raise _too_deep() from error


def parse_yaml(text: str) -> dict[str, object]:
    """A YAML document whose scalars stay as they are written. Raises Unreadable, with the line."""
    _check_size(text)
    plain = plain_yaml(text)
    return parsed(text) if plain is None else plain


def parsed(text: str) -> dict[str, object]:
    """The same by a parser of all YAML."""
    try:
        return _document(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        raise _broken(error.problem_mark or error.context_mark, error.problem or "cannot be read") from error
    except yaml.YAMLError as error:
        raise _broken(None, str(error)) from error


def _check_size(text: str) -> None:
    if len(text) > _LONGEST:
        raise Unreadable("has more than 256 KiB of front matter", "move the text below the front matter")


def _broken(mark: Any, problem: str) -> Unreadable:
    line = mark.line + 1 if mark else 1
    return Unreadable(f"front matter, line {line}: {problem}", "correct it there; put text with : or # in quotes")


def _too_deep() -> Unreadable:
    return Unreadable(f"its front matter is nested more than {_DEEPEST} levels deep", "make it flatter")


def _table(values: dict[str, object], depth: int) -> dict[str, object]:
    return {xml_safe(key): _plain(value, depth + 1) for key, value in values.items()}


def _plain(value: object, depth: int) -> object:
    if depth > _DEEPEST:
        raise _too_deep()
    if isinstance(value, dict):
        return _table(value, depth)
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date | time) else xml_safe(str(value))


_Events = Iterator[yaml.Event]


def _document(events: _Events) -> dict[str, object]:
    nodes = (event for event in events if isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent))
    first = next(nodes, None)
    if first is None:
        return {}
    table = _value(first, nodes, 0)
    if not isinstance(table, dict):
        raise _at(first, "it is not made of `key: value` lines")
    if second := next(nodes, None):
        raise _at(second, "a second document begins")
    return table


def _value(event: yaml.Event, nodes: _Events, depth: int) -> object:
    if not isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
        raise _at(event, "aliases are not taken")
    if event.tag not in (None, "tag:yaml.org,2002:str"):
        raise _at(event, "tags are not taken")
    if isinstance(event, yaml.ScalarEvent):
        return "" if event.value in _NULLS and event.implicit[0] else xml_safe(event.value)
    if depth == _DEEPEST:
        raise _too_deep()
    if isinstance(event, yaml.SequenceStartEvent):
        return [_value(item, nodes, depth + 1) for item in _items(nodes)]
    return _mapping(nodes, depth)


def _mapping(nodes: _Events, depth: int) -> dict[str, object]:
    table: dict[str, object] = {}
    for event in _items(nodes):
        key = _value(event, nodes, depth + 1)
        if not isinstance(key, str):
            raise _at(event, "a key is not text")
        if key in table:
            raise _at(event, f"the key {key!r} is there twice")
        table[key] = _value(next(nodes), nodes, depth + 1)
    return table


def _items(nodes: _Events) -> _Events:
    for event in nodes:
        if isinstance(event, yaml.CollectionEndEvent):
            return
        yield event


def _at(event: yaml.Event, problem: str) -> Unreadable:
    return _broken(event.start_mark, problem)
