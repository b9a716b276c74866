"""The report of one regeneration."""

from datetime import datetime

from feedsvc.model.base import Value


class Report(Value, frozen=True, kw_only=True):
    """The work that one regeneration did, and the work that it left."""

    edition: int
    """The number of the Edition that is current now."""
    finished: datetime
    read: int = 0
    """Files that were read."""
    gone: int = 0
    """Files that were removed."""
    documents: int = 0
    """Documents that changed, counted once for each address."""
    news: tuple[str, ...] = ()
    """Sentences that name the stories which were published or withdrawn."""
    unsettled: bool = False
    """True if a file was still being written: regenerate again soon."""
    backlog_remaining: bool = False
    """True if only the articles that feeds need were imported, and a backlog remains: regenerate again at once."""
    pending_pages: int = 0
    """Pages of articles that are in no feed, and archives, that are still to be rendered."""
    next_change_at: datetime | None = None
    """The next instant at which an article opens or closes; None if there is none."""
