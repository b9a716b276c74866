"""Checks of the configuration that depend on the formats: their use in sections, their options, and their limits."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from feedsvc.config.errors import Issue
from feedsvc.config.tables import Config, FeedTable
from feedsvc.config.validation import Validator
from feedsvc.model.format import Format


def format_issues(config: Config, formats: Mapping[str, Format]) -> Iterator[Issue]:
    """The issues of the formats that `config` names. Names that are not in `formats` are skipped."""
    yield from _not_for_sections("defaults", config.defaults.formats, formats)
    for number, section in enumerate(config.sections):
        yield from _not_for_sections(f"sections[{number}]", section.formats or (), formats)
    for number, feed in enumerate(config.feeds):
        if feed.format in formats:
            yield from _feed_issues(feed, formats[feed.format], f"feeds[{number}]")


def _not_for_sections(table: str, names: tuple[str, ...], formats: Mapping[str, Format]) -> Iterator[Issue]:
    for number, name in enumerate(names):
        if name in formats and not formats[name].filename:
            reason = f'found "{name}", which is for one partner, not for every section'
            remedy = f'make it a feed of its own: [[feeds]] with path and format = "{name}"'
            yield Issue(f"{table}.formats[{number}]", reason, remedy)


def _feed_issues(feed: FeedTable, form: Format, table: str) -> Iterator[Issue]:
    if form.unusable:  # then its options are not known either, and the publication reports why
        return
    profile = form.profile
    options = Validator(Path(), {})
    options.table(profile.options, feed.options if isinstance(feed.options, dict) else {}, f"{table}.options")
    yield from options.issues
    if profile.max_items and feed.limit and feed.limit > profile.max_items:
        reason = f"found {feed.limit}, but {feed.format} takes at most {profile.max_items} articles"
        yield Issue(f"{table}.limit", reason, f"write a number up to {profile.max_items}")
