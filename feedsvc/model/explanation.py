"""What is told of an article that is asked about: for each feed yes or no, and the one reason."""

from feedsvc.model.base import Value


class Verdict(Value, frozen=True, kw_only=True):
    """On one feed, named by its path (a section's feeds by that of its page)."""

    feed: str
    included: bool
    reason: str
    served: str = ""
    """Which revision the feed shows, or showed last and until when; empty if it did in no Edition that is kept."""


class Explanation(Value, frozen=True, kw_only=True):
    """`article` names it; `note` is what holds for it everywhere."""

    article: str
    note: str = ""
    verdicts: tuple[Verdict, ...] = ()


class NotFound(Exception):
    """There is no such article, or no such feed; says what there is."""
