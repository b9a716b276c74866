"""Finds the lines of a TOML file on which keys are set. A key is written as `sections[1].every`."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from typing import Any


def join(table: str, name: str) -> str:
    """The key of `name` in the table at the key `table`, which is empty for the whole document."""
    return f"{table}.{name}" if table else name


def line_of(lines: dict[str, int], key: str) -> int:
    """The line of `key`, or of the nearest enclosing key; 0 if there is none."""
    while key and key not in lines:
        key = key.rpartition("[" if key.endswith("]") else ".")[0]
    return lines.get(key, 0)


def lines_of(text: str) -> dict[str, int]:
    """The line, from 1, on which each key of a valid TOML document is set.

    A header is a complete TOML document, and so is a key with its value: the end of each is found by parsing it.
    """
    lines: dict[str, int] = {}
    counts: Counter[str] = Counter()
    header, statement, start = "", "", 1
    for number, line in enumerate(text.split("\n"), 1):
        start = start if statement else number
        statement += line + "\n"
        try:
            part = tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue  # the value continues on the next line
        if statement.lstrip().startswith("["):
            header = _opened_table(part, counts)
            lines.setdefault(header, start)
        else:
            lines.update((key, start) for key in _keys(part, header))
        statement = ""
    return lines


def _opened_table(part: Any, counts: Counter[str]) -> str:
    """The key of the table that a header opens: `[feeds.exclude]` belongs to the last of `[[feeds]]`.

    `counts` has the number of tables in each list so far, and is updated.
    """
    key = ""
    while part:
        ((name, part),) = part.items()
        key = join(key, name)
        if isinstance(part, list):
            counts[key] += 1
            part = part[0]
        key += f"[{counts[key] - 1}]" if key in counts else ""
    return key


def _keys(part: Any, table: str) -> Iterator[str]:
    for name, value in part.items():
        yield join(table, name)
        if isinstance(value, dict):
            yield from _keys(value, join(table, name))
