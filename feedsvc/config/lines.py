"""Where a place (`sections[1].every`) stands in the file."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from typing import Any


def join(place: str, key: str) -> str:
    """The place of `key` in the table at `place`, which is empty for the whole document."""
    return f"{place}.{key}" if place else key


def line_of(lines: dict[str, int], place: str) -> int:
    """The line of `place` or of the nearest thing around it, 0 if there is none."""
    while place and place not in lines:
        place = place.rpartition("[" if place.endswith("]") else ".")[0]
    return lines.get(place, 0)


def lines_of(text: str) -> dict[str, int]:
    """The line where each place (`sections[1].every`) of a good TOML document is set, counted from 1.

    A header and a key with its value are documents of their own, so the parser itself tells where each of them ends.
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
            continue  # the value goes on in the next line
        if statement.lstrip().startswith("["):
            header = _enter(part, counts)
            lines.setdefault(header, start)
        else:
            lines.update((place, start) for place in _places(part, header))
        statement = ""
    return lines


def _enter(part: Any, counts: Counter[str]) -> str:
    """The place that a header opens: `[feeds.exclude]` belongs to the last of `[[feeds]]`."""
    place = ""
    while part:
        ((key, part),) = part.items()
        place = join(place, key)
        if isinstance(part, list):
            counts[place] += 1
            part = part[0]
        place += f"[{counts[place] - 1}]" if place in counts else ""
    return place


def _places(part: Any, place: str) -> Iterator[str]:
    for key, value in part.items():
        yield join(place, key)
        if isinstance(value, dict):
            yield from _places(value, join(place, key))
