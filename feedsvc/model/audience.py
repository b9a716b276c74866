"""Figures of who reads: the subscribers of feeds, and what partners have fetched of an article."""

from enum import StrEnum

from feedsvc.model.base import Value

DAYS = 7
"""Days over which subscribers are counted."""


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
