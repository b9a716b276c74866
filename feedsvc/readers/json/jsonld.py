"""Finds the article in JSON-LD, in the forms that are used on the web; no context is fetched."""

import re
from collections.abc import Iterator

from feedsvc.readers.json.nodes import Table, all_words, several, tables

_PREFIX = re.compile(r"(?:https?://schema\.org/|schema:)")
_KINDS = (re.compile(r"\w*NewsArticle"), re.compile(r"\w*Article|Report|(?:Live)?BlogPosting"))
_PAGE = re.compile(r"\w*Page")


def articles(value: object) -> list[Table]:
    """Every news article in a JSON-LD document, or every other article if there is none; the first is the page's own.

    They may be alone, in lists, in `@graph`, or the main entity of a page; references by `@id` are followed.
    """
    nodes, known = _known(value)
    found = ([node for node in nodes if _is(node, kind)] for kind in _KINDS)
    return [_followed(node, known) for node in next(filter(None, found), [])]


def page(value: object) -> Table:
    """A table with the author of the page that a JSON-LD document describes; empty if the document names none."""
    nodes, known = _known(value)
    found = (_followed(node, known) for node in nodes if _is(node, _PAGE) and "author" in node)
    return next(({"author": node["author"]} for node in found), {})


def _known(value: object) -> tuple[list[Table], dict[str, Table]]:
    """The nodes of a document, and those of them to which others may refer, by `@id`."""
    nodes = [*_nodes(_compact(value))]
    return nodes, {str(node["@id"]): node for node in nodes if "@id" in node and not _is_reference(node)}


def _compact(value: object) -> object:
    """`value` without prefixes, value objects and containers (JSON-LD 1.1, section 4)."""
    if isinstance(value, list):
        return [_compact(item) for item in value]
    if not isinstance(value, dict):
        return value
    for wrapper in ("@value", "@list", "@set"):
        if wrapper in value:
            return _compact(value[wrapper])
    return {_PREFIX.sub("", key, count=1): _compact(item) for key, item in value.items()}


def _nodes(value: object) -> Iterator[Table]:
    for node in tables(value):
        yield node
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _nodes(node.get(key))
    for item in several(value):
        if isinstance(item, list):
            yield from _nodes(item)


def _is(node: Table, kind: re.Pattern[str]) -> bool:
    types = (_PREFIX.sub("", text) for text in all_words(node.get("@type")))
    return not _is_reference(node) and any(map(kind.fullmatch, types))


def _is_reference(node: Table) -> bool:
    return node.keys() <= {"@id", "@type"}


def _followed(node: Table, known: dict[str, Table]) -> Table:
    def target(item: object) -> object:
        return known.get(str(item["@id"]), item) if isinstance(item, dict) and item.keys() == {"@id"} else item

    return {
        key: [target(item) for item in value] if isinstance(value, list) else target(value)
        for key, value in node.items()
    }
