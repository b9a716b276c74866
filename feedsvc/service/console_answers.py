"""Answers the requests of the console in a serving process. Readers and formats are imported by the first request that
needs them."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import cache

from feedsvc.config import Config
from feedsvc.model import codec
from feedsvc.model.audience import DeliveryReport, FeedAudience
from feedsvc.model.explanation import Explanation, NotFound
from feedsvc.model.format import Format
from feedsvc.model.operator_answers import FeedChanges, FeedDraft, FoundArticle, PartnerFeed, PreflightReport
from feedsvc.model.plan import Plan
from feedsvc.service.settings import now
from feedsvc.store.audience import deliveries
from feedsvc.store.audience.database import AudienceStore
from feedsvc.store.audience.deliveries import LastFetch
from feedsvc.store.errors import StoreError
from feedsvc.store.transaction import Transaction
from feedsvc.web.audience.figures import read_audiences

MOST = 500
"""The largest number of articles that one search returns."""


class ConsoleAnswers:
    """Answers according to the configuration `settings`, within the caller's transactions."""

    def __init__(self, settings: Config) -> None:
        self._settings = settings
        self._planned = cache(lambda: _planned(settings))
        self._audience = AudienceStore(settings.state.path)

    def explain(self, transaction: Transaction, article: str, feed: str) -> Explanation:
        """The reason why `article` is or is not in `feed`; for all feeds if `feed` is empty. Raises NotFound."""
        from feedsvc.publisher.explain import explain

        plan, formats = self._planned()
        return explain(transaction, plan, formats, now(), article=article, feed=feed)

    def search(self, transaction: Transaction, wanted: str) -> tuple[FoundArticle, ...]:
        """The articles that match `wanted` best, at most MOST."""
        from feedsvc.publisher.article_search import best_matches
        from feedsvc.store import ledger

        seconds = codec.seconds(now())
        matches = best_matches(wanted, ledger.names(transaction))[:MOST]
        entries = (ledger.find(transaction, number=each.number) for each in matches)
        return tuple(
            FoundArticle(
                key=entry.key, path=entry.path or "", title=entry.copy.title if is_open else "", is_open=is_open
            )
            for entry in entries
            if entry
            for is_open in [entry.is_open(seconds)]
        )

    def partners(self) -> tuple[PartnerFeed, ...]:
        """The custom feeds, in the order of the configuration."""
        plan, _ = self._planned()
        return tuple(
            PartnerFeed(path=each.path, format=each.policy.formats[0], title=each.title, locked=bool(each.token))
            for each in plan.feeds
        )

    def preflight(self, transaction: Transaction, feed: str) -> PreflightReport:
        """The items of `feed` as its partner judges them. Raises NotFound for an unknown feed, or if its format cannot
        be used at present."""
        from feedsvc.model.format import FormatFault
        from feedsvc.publisher.preflight import preflight

        plan, formats = self._planned()
        try:
            return preflight(transaction, plan, formats, now(), feed=feed)
        except FormatFault as fault:
            raise NotFound(str(fault)) from None

    def build(self, transaction: Transaction, asked: Mapping[str, str]) -> FeedDraft:
        """The draft of the feed for the form fields `asked`. Errors in the form are part of the draft; nothing is
        raised for them."""
        from feedsvc.service.feed_drafts import draft_feed

        plan, formats = self._planned()
        return draft_feed(transaction, self._settings, plan, formats, now(), asked)

    def changes(self, transaction: Transaction, edition: int) -> tuple[FeedChanges, ...]:
        """The changes in `edition`, by feed. Raises NotFound if `edition`, or the one before it, is not kept."""
        from feedsvc.library.rollback import UnknownEdition, changes_with

        try:
            found = changes_with(transaction, edition)
        except UnknownEdition as error:
            raise NotFound(str(error)) from None
        names = _Headlines(transaction)
        return tuple(
            FeedChanges(
                feed=each.feed, added=names(each.added), changed=names(each.changed), removed=names(each.removed)
            )
            for each in found
        )

    def delivered(self, transaction: Transaction, article: str) -> DeliveryReport:
        """The fetches by partners of each revision of `article`. Raises NotFound."""
        from feedsvc.service.audience_operations import deliveries_by

        plan, _ = self._planned()
        with self._audience.read() as proof:
            return deliveries_by(plan, transaction, proof, article)

    def audiences(self, feeds: Collection[str]) -> Mapping[str, FeedAudience]:
        """The subscribers of `feeds`, by path; empty if they cannot be read."""
        with suppress(StoreError):
            return {each.feed: each for each in read_audiences(self._audience, codec.seconds(now()), feeds)}
        return {}

    def last_fetches(self) -> Mapping[str, LastFetch]:
        """The last fetch of each document by any partner, by path; empty if they cannot be read."""
        with suppress(StoreError), self._audience.read() as transaction:
            found = deliveries.last(transaction) if transaction else []
            return {each.partner.document: each for each in sorted(found, key=lambda each: each.at)}
        return {}


class _Headlines:
    """Looks up the names of articles by key, each once."""

    def __init__(self, transaction: Transaction) -> None:
        self._name = cache(lambda key: _name(transaction, key))

    def __call__(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self._name(key) for key in keys)


def _name(transaction: Transaction, key: str) -> str:
    """The headline of the article if readers can see it; otherwise its key."""
    from feedsvc.store import ledger

    entry = ledger.find(transaction, key=key)
    return entry.copy.title if entry is not None and entry.is_open(codec.seconds(now())) else key


def _planned(settings: Config) -> tuple[Plan, dict[str, Format]]:
    from feedsvc.service.wiring import formats_of, make_plan

    formats = formats_of(settings)
    return make_plan(settings, formats), formats
