"""What one regeneration did."""

from datetime import datetime

from feedsvc.model.base import Value


class Report(Value, frozen=True, kw_only=True):
    """What one regeneration did."""

    edition: int
    finished: datetime
    read: int = 0
    gone: int = 0
    documents: int = 0
    """How many changed, each address counted."""
    unsettled: bool = False
    """Some file was still being written; regenerate again soon."""
    backlog_remaining: bool = False
    """Only what feeds hold was entered, of an archive that is new; regenerate again at once."""
    pending_pages: int = 0
    """Pages of articles, none of them in a feed, and archives, that are still to be printed."""
    next_change_at: datetime | None = None
    """When the next article opens or closes."""
