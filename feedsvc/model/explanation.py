"""The answer to the question why an article is in a feed, or not."""

from feedsvc.model.base import Value


class Verdict(Value, frozen=True, kw_only=True):
    """The answer for one feed."""

    feed: str
    """Its path; that of the section's page for all feeds of a section."""
    included: bool
    reason: str
    unrelated: bool = False
    """True if the article is not in the feed because it names other sections, so that nobody would expect it there."""
    served: str = ""
    """The revision that the feed shows, or the last one that it showed and until when; empty if no kept Edition has
    one."""


class Explanation(Value, frozen=True, kw_only=True):
    """The answers for one article."""

    article: str
    """Its name and title, for people."""
    path: str = ""
    """The path of its file below the articles folder; empty if that is gone."""
    page: str = ""
    """The URL at which it is read, or would be; empty if that is not known."""
    state: str = ""
    """The date from which readers may see it, or the reason why they may not; empty if that is not known."""
    note: str = ""
    """A reason that holds in every feed; empty if there is none."""
    verdicts: tuple[Verdict, ...] = ()


class NotFound(Exception):
    """There is no such article or feed. The message lists the ones that exist."""
