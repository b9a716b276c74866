"""A glance at a file: where its article would stand, and since when; at a part of what a Draft of it takes."""

from datetime import datetime
from typing import NamedTuple

from feedsvc import dating
from feedsvc.drafts import Drafting, moment, standing
from feedsvc.sections import opening, section_folder
from feedsvc.stamps import Change
from feedsvc.store.notation import seconds, span


class Glimpse(NamedTuple):
    """As the Draft of the same file has it, instants in seconds."""

    published: int
    opens: int
    closes: int
    id: str
    """Empty if the file does not give it."""
    sections: dict[str, str]


def glance(drafting: Drafting, change: Change, now: datetime) -> Glimpse:
    """Raises Unreadable, or what the reader stumbles over."""
    source = drafting.load(change)
    copy = drafting.reads.glance(source, drafting.rules)
    published = copy.published or dating.published(copy, None, moment(change.newest, now), now)
    _, sections = standing(copy, section_folder(source.path))
    return Glimpse(
        published=seconds(published), **span(opening(copy, published)), id=copy.id, sections={"": "", **sections}
    )
