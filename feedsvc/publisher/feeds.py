"""Builds feeds from the ledger as of one instant: section feeds, their archives, and custom feeds."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from msgspec.structs import replace

from feedsvc.model import codec
from feedsvc.model.article import Article, ArticleCopy
from feedsvc.model.codec import FOREVER
from feedsvc.model.feed import EPOCH_DATE, Feed
from feedsvc.model.format import Format
from feedsvc.model.plan import FeedPlan, Plan
from feedsvc.model.selection import MATCH_ALL, matches, select
from feedsvc.publisher import window
from feedsvc.publisher.articles import ArticleBuilder, KeptArticles, normalised
from feedsvc.publisher.channels import ChannelBuilder
from feedsvc.publisher.rules import RuleResult, first_expiry, irrelevant_reason, judge_until
from feedsvc.publisher.section_tree import SectionIndex
from feedsvc.publisher.window import WindowItem
from feedsvc.publisher.withdrawals import FeedContents, contents_of, recent_withdrawals
from feedsvc.store import archives, ledger, state, windows
from feedsvc.store.archives import Archive
from feedsvc.store.entries import WindowCandidate
from feedsvc.store.transaction import Transaction
from feedsvc.store.windows import Key, WindowState


class BuiltFeed(NamedTuple):
    """A feed with the state of its window."""

    feed: Feed
    window: WindowState
    articles: frozenset[int]
    """The numbers of the articles that the feed links to."""


class CustomFeed(NamedTuple):
    """A custom feed, and the judgements of its partner's rules on the candidates."""

    feed: Feed
    window: WindowState
    judged: tuple[tuple[int, RuleResult], ...]
    """The judgements with the articles' numbers, newest first, including rejected articles."""
    expires: datetime | None
    """The instant at which the first article becomes too old for the partner; None for never."""

    @property
    def results(self) -> tuple[RuleResult, ...]:
        return tuple(result for _, result in self.judged)


class FeedBuilder:
    """Builds the feeds of one publication, each on request."""

    def __init__(
        self,
        transaction: Transaction,
        plan: Plan,
        now: datetime,
        told: datetime,
        sections: SectionIndex,
        channels: ChannelBuilder,
        articles: ArticleBuilder,
        deepest: int | None = None,
    ) -> None:
        """`told` is the newest instant that readers may be shown, `now` unless the clock is behind what was published.
        `deepest` is the maximum number of stories that are examined for a custom feed; None for no limit."""
        self._transaction = transaction
        self._plan = plan
        self._now = now
        self._seconds = codec.seconds(now)
        self._deepest = deepest
        self._told = told
        self.sections = sections
        self.channels = channels
        self.articles = articles

    # --- sections -----------------------------------------------------------------------------------------------------

    def section_feed(self, path: str) -> BuiltFeed:
        """The feed of a section, without links to its archives."""
        policy = self._plan.policy(path)
        before = window.for_policy(windows.state(self._transaction, path), policy)
        entries = windows.newest(self._transaction, path, self._seconds, before.floor)
        gone = recent_withdrawals(self._transaction, self._plan, path, self._now)
        told = codec.seconds(self._told)
        contents = contents_of(entries, gone, before, policy, told, window.size_under(policy))
        built = {
            entry.number: self.articles.article(entry)
            for entry in contents.items
            if entry.number not in contents.notices
        }
        feed, state = self._feed(self.channels.section(path), contents, built)
        return BuiltFeed(feed, state, frozenset(built))

    def archive_feed(self, archive: Archive) -> tuple[Feed, frozenset[int]]:
        """The feed of an archive document, with those of its articles that are open; and their numbers."""
        channel = self.channels.section(archive.section)
        entries = archives.articles_of(self._transaction, archive, self._seconds)
        articles = tuple(each for entry in entries for each in self._gated(entry, self.articles.article(entry)))
        older = archives.before(self._transaction, archive)
        feed = replace(
            channel,
            articles=articles,
            updated=self._newest(article.updated for article in articles),
            links=self.channels.archive_links(archive.section, archive.name),
            older=self.channels.archive_links(older.section, older.name) if older else (),
            current=channel.links,
            hubs=(),  # an archive is closed
        )
        return feed, frozenset(entry.number for entry in entries)

    # --- custom feeds -------------------------------------------------------------------------------------------------

    def custom_feed(self, plan: FeedPlan) -> CustomFeed:
        """The custom feed of `plan`, with the candidates that the rules of its format accept."""
        profile, policy = self.channels.format_of(plan).profile, plan.policy
        channel = self._custom_channel(plan)
        before = window.for_policy(windows.state(self._transaction, plan.path), policy, plan.selection)
        judged = judge_until(profile, self._candidates(plan, before.floor), channel, policy.limit)
        accepted = {candidate.number: result.article for candidate, result in judged if result.accepted}
        # A partner with rules would reject a notice as too short.
        gone = recent_withdrawals(self._transaction, self._plan, plan.path, self._now)
        told = [each.without_notice() for each in gone] if profile.rules else gone
        stay = (candidate for candidate, result in judged if result.accepted)
        contents = contents_of(stay, told, before, policy, codec.seconds(self._told))
        contents = contents._replace(window=window.close_below(contents.items, contents.window, policy))
        feed, state = self._feed(channel, contents, accepted)
        numbered = tuple((candidate.number, result) for candidate, result in judged)
        return CustomFeed(feed, state, numbered, first_expiry(profile, (result for _, result in numbered)))

    def matches(self, plan: FeedPlan, copy: ArticleCopy) -> bool:
        """True if the article with the copy `copy` belongs to a custom feed while it is open. Raises FormatFault."""
        normal = normalised(copy, self._plan)
        profile = self.channels.format_of(plan).profile
        return matches(plan.selection, normal) and not irrelevant_reason(profile, normal, plan.options)

    def _custom_channel(self, plan: FeedPlan) -> Feed:
        return replace(
            self.channels.custom(plan),
            options=plan.options,
            live=self._plan.live,
            pictures=self._plan.pictures,
        )

    def _candidates(self, plan: FeedPlan, floor: Key) -> Iterator[tuple[WindowCandidate, Article]]:
        """The articles that the feed could hold, newest first, each built on request."""
        profile, chosen = self.channels.format_of(plan).profile, plan.selection.sections
        only = chosen[0] if len(chosen) == 1 else ""  # one section has its own index; several need all articles
        oldest = codec.seconds(self._told) - profile.max_age if profile.max_age else -FOREVER
        build = self.articles.article if profile.needs_text else self.articles.without_text
        candidates = windows.newest_copies(self._transaction, only, self._seconds, floor)
        for candidate in islice(candidates, self._deepest):
            if candidate.available <= oldest:  # so are all that follow
                return
            if candidate.published <= oldest or not self.matches(plan, candidate.copy):
                continue
            if (entry := ledger.find(self._transaction, number=candidate.number)) is not None:
                yield candidate, build(entry)

    # --- all of them --------------------------------------------------------------------------------------------------

    def _feed(
        self, channel: Feed, contents: FeedContents[WindowItem], built: Mapping[int, Article]
    ) -> tuple[Feed, WindowState]:
        """The feed of `contents`. `built` has its articles by number, without notices. The date of the feed only goes
        back after a clock that was ahead."""
        articles = tuple(self._shown(contents, built))
        languages = {article.language for article in articles}
        changes = [*(article.updated for article in articles), *(each.told.when for each in contents.gone)]
        if contents.window.updated:  # 0: it has never changed
            changes.append(codec.instant(contents.window.updated))
        updated = self._newest(changes)
        feed = replace(
            channel,
            articles=articles,
            updated=updated,
            language=languages.pop() if len(languages) == 1 else self._plan.language,
            withdrawn=tuple(each.told for each in contents.gone),
        )
        return feed, contents.window._replace(updated=codec.seconds(updated) if changes else 0)

    def _shown(self, contents: FeedContents[WindowItem], built: Mapping[int, Article]) -> Iterator[Article]:
        """The articles and notices of `contents`. All but notices pass the final check that every output passes."""
        for item in contents.items:
            if item.number in contents.notices:
                yield contents.notices[item.number]
            else:
                yield from self._gated(item, built[item.number])

    def _gated(self, item: WindowItem, article: Article) -> tuple[Article, ...]:
        """The article; empty if its own dates or its status forbid showing it."""
        return select(MATCH_ALL, (article,), codec.instant(item.judged_at(self._seconds)), 1)

    def _newest(self, changes: Iterable[datetime]) -> datetime:
        """The newest of `changes` that is not in the future, where a clock that was ahead may have put some."""
        return max((each for each in changes if each <= self._told), default=EPOCH_DATE)


def make_feed_builder(
    transaction: Transaction,
    plan: Plan,
    formats: Mapping[str, Format],
    now: datetime,
    kept: KeptArticles | None = None,
    deepest: int | None = None,
) -> FeedBuilder:
    """A builder of the feeds of `plan` as of `now`, with the sections as published at this moment. `kept` caches
    articles under the same plan; `deepest` is as for FeedBuilder."""
    sections = SectionIndex(transaction, plan)
    channels = ChannelBuilder(plan, formats, sections)
    # A store that several machines share cannot be rebuilt, so the database's own checksums have to do.
    builder = ArticleBuilder(plan, sections, kept, proves=not transaction.is_shared)
    told = codec.instant(state.read_clock(transaction, now).told)
    return FeedBuilder(transaction, plan, now, told, sections, channels, builder, deepest)
