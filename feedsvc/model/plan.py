"""What a newsroom wants published, as plain values. The wiring makes it from config.toml; the publisher follows it."""

from collections.abc import Iterator
from urllib.parse import quote

from feedsvc.model.article import Media
from feedsvc.model.base import Value
from feedsvc.model.feed import LiveStream
from feedsvc.model.selection import Selection
from feedsvc.model.urls import SITE


class FeedPolicy(Value, frozen=True, kw_only=True):
    """How a feed is published: formats by name, most items, full texts or summaries, seconds between regenerations;
    `oldest` is for how many seconds an article stands in it at most, 0 for as long as there is room."""

    formats: tuple[str, ...]
    limit: int
    full: bool
    interval: int
    max_age: int = 0
    archive: bool = False
    """Whether what leaves the feed goes to an archive, about a third of the feed at a time."""

    @property
    def chunk(self) -> int:
        """How many leave together."""
        return max(1, self.limit // 3) if self.archive else 1

    @property
    def reach(self) -> int:
        """How many have to be known to tell which of them stay."""
        return self.limit + self.chunk

    @property
    def page(self) -> int:
        """About how many stand in one document of the archive."""
        return min(self.limit, 100)


class WithdrawalPolicy(Value, frozen=True, kw_only=True):
    """How feeds tell of what was taken back, and for how many seconds: with a `notice` in its place, or without."""

    keep: int = 30 * 86_400
    notice: str = ""


class SectionPlan(Value, frozen=True, kw_only=True):
    """What config says of a section; an empty title or description leaves it to the articles."""

    path: str
    title: str
    description: str
    terms: FeedPolicy


class FeedPlan(Value, frozen=True, kw_only=True):
    """A feed of the operator's own, at its own path and in one format."""

    path: str
    title: str
    description: str
    policy: FeedPolicy
    selection: Selection
    options: dict[str, object]
    token: str = ""
    """SHA-256 (hex) of what opens it; empty for a public feed."""


class Plan(Value, frozen=True, kw_only=True):
    """The whole site. `addresses` are scheme and host, the canonical one first; `authority` is as in RFC 4151."""

    title: str
    description: str
    language: str
    author: str
    copyright: str
    logo: str
    icon: str
    cover: str = ""
    accent: str = ""
    addresses: tuple[str, ...]
    authority: str
    defaults: FeedPolicy
    sections: dict[str, SectionPlan]
    feeds: tuple[FeedPlan, ...]
    live: tuple[LiveStream, ...] = ()
    measured: tuple[Media, ...] = ()
    """Of `pictures`, those that lie below the articles folder."""
    digest: str
    """Of everything, this program included, on which the published bytes depend besides the articles."""
    withdrawal: WithdrawalPolicy = WithdrawalPolicy()

    def canonical_to_site(self, url: str) -> str:
        """`url` for readers of any address, if it is one of the canonical address: a mirror's readers stay there."""
        canonical = self.addresses[0]
        return SITE + url.removeprefix(canonical) if url.startswith(f"{canonical}/") else url

    def address(self, url: str, key: str, slug: str) -> str:
        """Where an article is read: at its own `url`, or on its page here."""
        return self.canonical_to_site(url) or f"{SITE}/articles/{key}/{quote(slug)}"

    def pictures(self) -> Iterator[str]:
        """The addresses of pictures that the config names, for the site, its streams and its partners."""
        yield from (self.logo, self.icon, self.cover)
        yield from (live.picture.url for live in self.live)
        for feed in self.feeds:
            told = (value for value in feed.options.values() if isinstance(value, str))
            yield from (SITE + value for value in told if value.startswith("/media/"))

    def candidates_needed(self, section: str) -> int:
        return self.policy(section).reach

    def policy(self, section: str) -> FeedPolicy:
        return self.sections[section].terms if section in self.sections else self.defaults
