"""Figures of who reads: the subscribers of feeds, and what partners have fetched of an article."""

from datetime import datetime
from enum import StrEnum

from feedsvc.model.base import Value

DAYS = 7
"""Days over which subscribers are counted."""


LONGEST_AGENT = 400
"""Characters of a User-Agent that are looked at."""


class Kind(StrEnum):
    """A kind of program that fetches feeds."""

    SERVICE = "service"
    """Fetches a feed for many people, and mostly says for how many."""
    READER = "reader"
    """Is one person's."""
    LIBRARY = "library"
    """Is somebody's own program, made with a known library."""
    UNKNOWN = "unknown"
    BOT = "bot"
    BROWSER = "browser"


class Confidence(StrEnum):
    """The ground on which a number is known."""

    REPORTED = "reported"
    """The service says so."""
    ESTIMATED = "estimated"
    """Different readers in a day, the median of the days."""
    UNKNOWN = "unknown"
    """Programs of which nobody knows whether people read by them; counted like readers."""


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
    """Subscribers, reported and estimated, of each of the days, today last; today has only begun."""
    services: tuple[ServiceAudience, ...]
    """By number."""

    @property
    def subscribers(self) -> int:
        """All that may count as people."""
        return self.reported + self.estimated


class Taking(Value, frozen=True, kw_only=True):
    """The first fetch of one revision of an article from one feed by one partner."""

    feed: str
    partner: str
    """The program, and the beginning of the token's hash where the feed has one."""
    revision: int
    """0 if the article had left the feed by then."""
    at: datetime
    edition: int
    had: bool
    """True if the partner had it already, as far as it said: the answer was 304."""


class AwaitedTaking(Value, frozen=True, kw_only=True):
    """A partner that has not fetched the revision of an article that its feed has."""

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
    """In the order of time."""
    awaited: tuple[AwaitedTaking, ...]
