"""Audience figures: the subscribers of feeds, and the revisions of an article that partners have fetched."""

from datetime import datetime
from enum import StrEnum

from feedsvc.model.base import Value

DAYS = 7
"""Days over which subscribers are counted."""


LONGEST_AGENT = 400
"""Characters of a User-Agent that are examined."""


class Kind(StrEnum):
    """A kind of program that fetches feeds."""

    SERVICE = "service"
    """Fetches a feed for many people, and mostly reports how many."""
    READER = "reader"
    """Fetches for one person."""
    LIBRARY = "library"
    """A custom program that uses a known library."""
    UNKNOWN = "unknown"
    BOT = "bot"
    BROWSER = "browser"


class Confidence(StrEnum):
    """The basis of a number."""

    REPORTED = "reported"
    """The number that the service reports."""
    ESTIMATED = "estimated"
    """The distinct readers of a day, as the median of the days."""
    UNKNOWN = "unknown"
    """Programs that may or may not have people behind them; counted like readers."""


class ServiceAudience(Value, frozen=True, kw_only=True):
    """The subscribers of one feed by one service, or by one kind of reader."""

    service: str
    subscribers: int
    confidence: Confidence


class FeedAudience(Value, frozen=True, kw_only=True):
    """The subscribers of one feed in the last DAYS days."""

    feed: str
    reported: int
    estimated: int
    unknown: int
    days: tuple[int, ...]
    """Subscribers, reported and estimated, of each day; the last one is today, which is not over."""
    services: tuple[ServiceAudience, ...]
    """In descending order of subscribers."""

    @property
    def subscribers(self) -> int:
        """The reported and estimated subscribers, without those of unknown programs."""
        return self.reported + self.estimated


class Taking(Value, frozen=True, kw_only=True):
    """The first fetch of one revision of an article from one feed by one partner."""

    feed: str
    partner: str
    """The program, and the beginning of the token's hash if the feed has one."""
    revision: int
    """0 if the article had left the feed by then."""
    at: datetime
    edition: int
    had: bool
    """True if the partner already had it by its own account, so that the answer was 304."""


class AwaitedTaking(Value, frozen=True, kw_only=True):
    """A partner that has not fetched the revision of an article that is in its feed."""

    feed: str
    partner: str
    """Empty if nobody has fetched the feed yet."""
    revision: int
    last: datetime | None
    """Its last fetch of the feed."""


class MadeRevision(Value, frozen=True, kw_only=True):
    """A revision of an article that readers saw."""

    number: int
    made: datetime
    changed: tuple[str, ...]
    """The fields that changed with it; none for the first."""


class DeliveryReport(Value, frozen=True, kw_only=True):
    """The proof of what partners fetched of one article."""

    article: str
    """Its headline, file and key, for people."""
    revisions: tuple[MadeRevision, ...]
    takings: tuple[Taking, ...]
    """In chronological order."""
    awaited: tuple[AwaitedTaking, ...]
