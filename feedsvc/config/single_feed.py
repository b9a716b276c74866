"""Checks one table of [[feeds]] that is not in the file yet, as if it were."""

from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from feedsvc.config.conflicts import conflicts
from feedsvc.config.errors import Issue
from feedsvc.config.formats import format_issues
from feedsvc.config.tables import Config, FeedTable
from feedsvc.config.validation import Validator
from feedsvc.model.format import Format


def read_feed(
    config: Config, formats: Mapping[str, Format], values: Mapping[str, object]
) -> tuple[FeedTable, tuple[str, ...]]:
    """The table of `values`, and its errors within `config`, each as one line: the key, the reason and the remedy.

    The format must be one of `formats`, by name; files are not accepted.
    """
    validator = Validator(Path(), formats)
    number = len(config.feeds)
    key = f"feeds[{number}]"
    given = dict(values)
    if str(given.get("format")).endswith(".py"):
        given["format"] = ""
    table: FeedTable = validator.table(FeedTable, given, key)
    whole = replace(config, feeds=(*config.feeds, table))
    found = [*validator.issues, *format_issues(whole, formats), *conflicts(whole)]
    if table.path in {feed.path for feed in config.feeds} - {""}:
        found.append(Issue(f"{key}.path", "there is a feed at this path", "name another path"))
    own = (each for each in found if each.key.startswith(key))
    return table, tuple(f"{each.key.removeprefix(key).lstrip('.')}: {each.reason} ({each.remedy})" for each in own)
