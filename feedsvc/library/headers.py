"""Reads only what places an article (id, dates, sections), at a fraction of the cost of parsing its whole file."""

from datetime import datetime
from typing import NamedTuple

from feedsvc.library import dates
from feedsvc.library.parsing import FileParser, file_time, resolve_sections
from feedsvc.library.signature import FileChange
from feedsvc.model.codec import seconds, visibility_columns
from feedsvc.model.selection import section_folder, visibility_span


class Header(NamedTuple):
    """A part of the ParsedFile of the same file. Instants are seconds."""

    published: int
    opens: int
    closes: int
    id: str
    """Empty if the file gives none."""
    sections: dict[str, str]


def parse_header(parser: FileParser, change: FileChange, now: datetime) -> Header:
    """The header of one file. Raises Unreadable, or any other error of the reader."""
    source = parser.load(change)
    copy = parser.readers.parse_header(source, parser.options)
    published = copy.published or dates.published(copy, None, file_time(change.newest, now), now)
    _, sections = resolve_sections(copy, section_folder(source.path))
    return Header(
        published=seconds(published),
        **visibility_columns(visibility_span(copy, published)),
        id=copy.id,
        sections={"": "", **sections},
    )
