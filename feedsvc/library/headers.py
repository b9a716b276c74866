"""A glance at a file: where its article would stand, and since when; at a part of what a Draft of it takes."""

from datetime import datetime
from typing import NamedTuple

from feedsvc.library import dates
from feedsvc.library.parsing import FileParser, moment, resolve_sections
from feedsvc.library.signature import FileChange
from feedsvc.model.codec import seconds, visibility_columns
from feedsvc.model.selection import section_folder, visibility_span


class Header(NamedTuple):
    """As the Draft of the same file has it, instants in seconds."""

    published: int
    opens: int
    closes: int
    id: str
    """Empty if the file does not give it."""
    sections: dict[str, str]


def parse_header(drafting: FileParser, change: FileChange, now: datetime) -> Header:
    """Raises Unreadable, or what the reader stumbles over."""
    source = drafting.load(change)
    copy = drafting.reads.glance(source, drafting.rules)
    published = copy.published or dates.published(copy, None, moment(change.newest, now), now)
    _, sections = resolve_sections(copy, section_folder(source.path))
    return Header(
        published=seconds(published),
        **visibility_columns(visibility_span(copy, published)),
        id=copy.id,
        sections={"": "", **sections},
    )
