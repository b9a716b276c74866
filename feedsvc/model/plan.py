"""The plan of what is published, as plain values.

The service makes the Plan from the configuration; the publisher follows it.
"""

from collections.abc import Iterator

from msgspec import field

from feedsvc.model.article import Media
from feedsvc.model.base import Value
from feedsvc.model.feed import LiveStream
from feedsvc.model.follow import ReaderService
from feedsvc.model.robots import RobotRules
from feedsvc.model.selection import Selection
from feedsvc.model.urls import MEDIA, SITE, article_url


class FeedPolicy(Value, frozen=True, kw_only=True):
    """The terms of publishing a feed."""

    formats: tuple[str, ...]
    """The names of its formats."""
    limit: int
    """Most articles."""
    full: bool
    """True for full texts, False for summaries."""
    interval: int
    """Seconds between two publications: polling more often gains nothing."""
    max_age: int = 0
    """Seconds after its publication for which an article stays; 0 for as long as there is room."""
    archive: bool = False
    """True if articles that leave the feed go to an archive (RFC 5005), about a third of the feed at a time."""

    @property
    def batch(self) -> int:
        """The number of articles that leave the feed together."""
        return max(1, self.limit // 3) if self.archive else 1

    @property
    def candidates_needed(self) -> int:
        """The number of newest articles to look at, to decide which of them stay."""
        return self.limit + self.batch

    @property
    def archive_page(self) -> int:
        """About how many articles one archive document holds."""
        return min(self.limit, 100)


class WithdrawalPolicy(Value, frozen=True, kw_only=True):
    """The terms of announcing withdrawn articles in feeds."""

    keep: int = 30 * 86_400
    """Seconds for which they announce it."""
    notice: str = ""
    """The text in place of the article; empty if only a tombstone is published (RFC 6721)."""


class SectionPlan(Value, frozen=True, kw_only=True):
    """A section as the configuration has it. An empty title or description is taken from the articles."""

    path: str
    title: str
    description: str
    policy: FeedPolicy


class FeedPlan(Value, frozen=True, kw_only=True):
    """A custom feed: at its own path, in one format, with its own selection."""

    path: str
    title: str
    description: str
    policy: FeedPolicy
    selection: Selection
    options: dict[str, object]
    """The options of its format."""
    token: str = ""
    """SHA-256 (hex) of the token that opens the feed; empty for a public feed."""


class Plan(Value, frozen=True, kw_only=True):
    """The whole site. URLs of its own pictures start with SITE."""

    title: str
    description: str
    language: str
    author: str
    copyright: str
    logo: str
    icon: str
    cover: str = ""
    accent: str = ""
    """A colour, RRGGBB; empty for none."""
    addresses: tuple[str, ...]
    """Scheme and host of each address of the service, the canonical one first."""
    authority: str
    """`host,year` of the ids that are minted here (RFC 4151)."""
    defaults: FeedPolicy
    """The policy of sections that are not in `sections`."""
    sections: dict[str, SectionPlan]
    """The sections that the configuration names, by path."""
    feeds: tuple[FeedPlan, ...]
    live: tuple[LiveStream, ...] = ()
    pictures: tuple[Media, ...] = ()
    """The pictures at `picture_urls` that lie below the articles folder, with their sizes."""
    digest: str
    """A hash of everything that published bytes depend on except the articles: the configuration and this program."""
    withdrawal: WithdrawalPolicy = WithdrawalPolicy()
    hubs: tuple[str, ...] = ()
    """The URLs of the hubs that public feeds name (WebSub); one of this site starts with SITE."""
    redirects: dict[str, str] = field(default_factory=dict)
    """The new path or URL of each path that has moved, as the configuration has them."""
    robots: RobotRules = RobotRules()
    readers: tuple[ReaderService, ...] | None = None
    """The feed readers that are offered on pages for following; None for those known to this program."""
    timezone: str = "UTC"
    """The time zone of the newsroom, in which times are shown to people."""

    def canonical_to_site(self, url: str) -> str:
        """`url` with SITE in place of the canonical address, so that readers of a mirror stay on the mirror."""
        canonical = self.addresses[0]
        return SITE + url.removeprefix(canonical) if url.startswith(f"{canonical}/") else url

    def address(self, url: str, key: str, slug: str) -> str:
        """The URL of an article: its own `url`, or that of its page on this site if it has none."""
        return self.canonical_to_site(url) or article_url(key, slug)

    def picture_urls(self) -> Iterator[str]:
        """The URLs of the pictures that the configuration names for the site, its streams and its partners.

        URLs that are not set are empty.
        """
        yield from (self.logo, self.icon, self.cover)
        yield from (live.picture.url for live in self.live)
        for feed in self.feeds:
            values = (value for value in feed.options.values() if isinstance(value, str))
            yield from (SITE + value for value in values if value.startswith(MEDIA))

    def candidates_needed(self, section: str) -> int:
        """The number of newest articles of `section` to look at, to decide which of them its feed holds."""
        return self.policy(section).candidates_needed

    def policy(self, section: str) -> FeedPolicy:
        """The policy of the feeds of `section`."""
        return self.sections[section].policy if section in self.sections else self.defaults
