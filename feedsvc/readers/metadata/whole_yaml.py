"""Reads YAML front matter into plain tables in which every scalar is a string.

YAML would read `section: no` as false and `id: 0123` as 83; so it is read event by event, and no scalar is interpreted.
Only what a newsroom needs is allowed: no aliases (a small file could grow without bounds), no tags except those of
text, and limited depth.
"""

from collections.abc import Iterator
from typing import Any

import yaml

from feedsvc.model.reader import Unreadable
from feedsvc.model.text import xml_safe
from feedsvc.readers.metadata.bounds import DEEPEST, too_deep

_NULLS = ("~", "null")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_Events = Iterator[yaml.Event]


def whole_yaml(text: str) -> dict[str, object]:
    """The table in `text`. Raises Unreadable, with the line, for YAML that is broken or not allowed."""
    try:
        return _document(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        raise _broken(error.problem_mark or error.context_mark, error.problem or "cannot be read") from error
    except yaml.YAMLError as error:
        raise _broken(None, str(error)) from error


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
    if event.tag not in (None, "tag:yaml.org,2002:str") and not _is_marked_text(event):
        raise _at(event, "tags are not taken")
    if isinstance(event, yaml.ScalarEvent):
        return "" if event.value in _NULLS and event.implicit[0] else xml_safe(event.value)
    if depth == DEEPEST:
        raise too_deep()
    if isinstance(event, yaml.SequenceStartEvent):
        return [_value(item, nodes, depth + 1) for item in _items(nodes)]
    return _mapping(nodes, depth)


def _is_marked_text(event: yaml.NodeEvent) -> bool:
    """True for `! 'A title'`, as old versions of Ruby write texts that need quotes."""
    return isinstance(event, yaml.ScalarEvent) and event.tag == "!" and event.style in ("'", '"')


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


def _broken(mark: Any, problem: str) -> Unreadable:
    line = mark.line + 1 if mark else 1
    return Unreadable(f"front matter, line {line}: {problem}", "correct it there; put text with : or # in quotes")
