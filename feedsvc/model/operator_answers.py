"""Answers to operators about feeds and Editions: articles a partner accepts, changes of an Edition, search results."""

from feedsvc.model.base import Value


class PartnerFeed(Value, frozen=True, kw_only=True):
    """A feed of the newsroom's own, as the configuration has it."""

    path: str
    format: str
    title: str
    locked: bool
    """True if only a token opens it."""


class PreflightReport(Value, frozen=True, kw_only=True):
    """The report on one feed. Articles are named by title and address."""

    feed: str
    format: str
    asks: tuple[str, ...]
    """The requirements of the partner, in words."""
    accepted: tuple[str, ...]
    held: tuple[tuple[str, str], ...]
    """The rejected articles, each with the rules that it breaks and their remedies."""
    doubtful: tuple[tuple[str, str], ...]
    """The accepted articles that break soft rules, in the same form."""
    near: tuple[tuple[str, str], ...]
    """The articles that come close to a limit, each with how close."""
    documents: tuple[tuple[str, int], ...]
    """Path and bytes of each document."""
    notes: tuple[str, ...]
    """Remarks on the feed as a whole."""


class FeedDraft(Value, frozen=True, kw_only=True):
    """A feed that is not in the configuration yet."""

    table: str = ""
    """The table of config.toml that makes it; empty if there is none yet."""
    issues: tuple[str, ...] = ()
    """The errors in its values, each with its remedy. If there are any, only `formats` is set besides."""
    report: PreflightReport | None = None
    note: str = ""
    formats: tuple[str, ...] = ()
    """The formats that it may have."""


class FeedChanges(Value, frozen=True, kw_only=True):
    """The articles that one Edition added to a feed, changed in it and removed from it. Articles that readers can see
    are named by their headlines, all others by their keys."""

    feed: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


class FoundArticle(Value, frozen=True, kw_only=True):
    """An article that a search found."""

    key: str
    path: str
    """The path of its file below the articles folder; empty if that is gone."""
    title: str
    """Its headline; empty while readers cannot see it."""
    is_open: bool
    """True if readers can see it."""
