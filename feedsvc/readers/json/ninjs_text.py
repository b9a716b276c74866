"""Reads texts of ninjs under the names of its versions: `headline`, `headline_main`, `headlines[]`."""

from feedsvc.readers.json.nodes import Table, first, tables, words

_MAIN = ("main", "text", "summary", "caption")
"""The roles of texts for all readers."""


def lowered(table: Table) -> Table:
    """`table` with its keys in lower case: ninjs 3.x has them in camelCase, earlier versions do not."""
    return {key.lower(): value for key, value in table.items()}


def main(item: Table, name: str) -> str:
    """The text of `name`; of several, the main one."""
    entries = [lowered(entry) for entry in tables(item.get(f"{name}s"))]
    entries.sort(key=lambda entry: words(entry.get("role")).lower() not in _MAIN)
    alike = sorted(key for key in item if key.startswith(f"{name}_"))
    said = (words(item.get(f"{name}_text")), words(item.get(name)), *map(words, entries), words(first(item, *alike)))
    return next(filter(None, said), "")
