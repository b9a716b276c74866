"""The forms of the console, as values: their fields, and the values given."""

from collections.abc import Mapping
from typing import NamedTuple

from feedsvc.model.operator_answers import FeedDraft
from feedsvc.web.console_listings import Cell, Listing, preflight_listings


class Field(NamedTuple):
    """One field of a form."""

    name: str
    label: str
    value: str = ""
    choices: tuple[str, ...] = ()
    """The values to choose from, besides none; empty if the field takes any text."""
    required: bool = False


ARTICLE = Field("article", "Article: part of the headline, file, id, key or URL", required=True)
FEED = Field("feed", "Feed, if not all")
_BUILD = (
    Field("path", "Path, such as /partners/evening.xml", required=True),
    Field("format", "Format", required=True),
    Field("title", "Title, if not that of the site"),
    Field("description", "Description, if not that of the site"),
    Field("sections", "Only these sections: paths with commas between them, such as news/eu, sport"),
    Field("tags", "Only stories with one of these tags"),
    Field("authors", "Only stories by one of these authors"),
    Field("language", "Only stories in this language, such as en"),
    Field("media", "Only stories with", choices=("image", "audio", "video")),
    Field("without_sections", "But not these sections"),
    Field("without_tags", "But not with these tags"),
    Field("without_authors", "But not by these authors"),
    Field("limit", "Stories at most"),
    Field("max_age", "No older than, such as 2d"),
    Field("content", "Texts", choices=("full", "summary")),
    Field("options", 'Options of the format, such as name = "The Ledger"'),
)
BUILD = tuple(field.name for field in _BUILD)
"""The names of the form fields for a new feed."""


def search_form(article: str, feed: str) -> tuple[Field, ...]:
    """The search form, filled in with the values given."""
    return ARTICLE._replace(value=article), FEED._replace(value=feed)


def build_form(asked: Mapping[str, str], formats: tuple[str, ...]) -> tuple[Field, ...]:
    """The form for a new feed, filled in with the values of `asked`."""
    filled = (field._replace(value=asked.get(field.name, "")) for field in _BUILD)
    return tuple(field._replace(choices=formats) if field.name == "format" else field for field in filled)


def draft_listings(draft: FeedDraft, most: int) -> tuple[Listing, ...]:
    """The tables for a draft of a feed: its problems, or the articles that it would hold."""
    if draft.issues:
        rows = tuple((Cell(each),) for each in draft.issues)
        return (Listing("What is wrong", ("Field, reason and remedy",), rows, ""),)
    return preflight_listings(draft.report, most, linked=False) if draft.report else ()
