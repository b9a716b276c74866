"""The texts of ninjs under the names that its versions give them: `headline`, `headline_main`, `headlines[]`."""

from feedsvc.readers.json.nodes import Table, first, tables, words

_MAIN = ("main", "text", "summary", "caption")
"""The roles of what is meant for every reader."""


def lowered(table: Table) -> Table:
    """With keys in lower case: 3.x is in camelCase, and what came before it is not."""
    return {key.lower(): value for key, value in table.items()}


def main(item: Table, name: str) -> str:
    """The text of `name`; of several, the main one."""
    entries = [lowered(entry) for entry in tables(item.get(f"{name}s"))]
    entries.sort(key=lambda entry: words(entry.get("role")).lower() not in _MAIN)
    alike = sorted(key for key in item if key.startswith(f"{name}_"))
    said = (words(item.get(f"{name}_text")), words(item.get(name)), *map(words, entries), words(first(item, *alike)))
    return next(filter(None, said), "")
