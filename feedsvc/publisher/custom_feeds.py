"""Publishes the operator's own feeds (custom feeds): which of them changed, in how many documents, and until when."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from feedsvc.model import codec
from feedsvc.model.article import ArticleCopy
from feedsvc.model.format import Format, FormatFault
from feedsvc.model.plan import FeedPlan
from feedsvc.publisher import render
from feedsvc.publisher.context import Publication
from feedsvc.publisher.feeds import CustomFeed, FeedBuilder
from feedsvc.publisher.output import Output
from feedsvc.publisher.paging import pages
from feedsvc.publisher.records import FeedRecord, make_record
from feedsvc.publisher.rules import feed_warnings, problems
from feedsvc.store import custom_feeds, documents, pending, state
from feedsvc.store.transaction import Transaction


class Schedule(NamedTuple):
    """The custom feeds that can be published now, and those that must be."""

    plans: tuple[FeedPlan, ...]
    """Empty while a backlog is being read: what the feeds hold is not known yet."""
    due: frozenset[str]
    """The paths of those that change though no article did: an article got too old, or they were put off."""
    expiries: Mapping[str, int]
    """The instants (seconds) at which an article gets too old for a feed, or its format is tried again, by the feed's
    path."""


class WrittenCustomFeed(NamedTuple):
    """A custom feed that was written, or could not be."""

    path: str
    record: FeedRecord | None
    """None if its format cannot be used, so that all stays as it was."""
    expires: int | None
    """When an article gets too old for it, or it is tried again (seconds); None if it need not be looked at."""


def postpone(publication: Publication) -> Schedule:
    """Puts all custom feeds off until the backlog is read."""
    paths = [plan.path for plan in publication.plan.feeds]
    state.POSTPONED_FEEDS.put(publication.transaction, paths)
    return Schedule((), frozenset(), state.FEED_EXPIRIES.get(publication.transaction))


def schedule(publication: Publication) -> Schedule:
    """The schedule of a publication that knows all articles."""
    transaction, plans = publication.transaction, publication.plan.feeds
    expiries, postponed = state.FEED_EXPIRIES.get(transaction), state.POSTPONED_FEEDS.get(transaction)
    if postponed is not None:
        state.POSTPONED_FEEDS.remove(transaction)
    paths = frozenset(plan.path for plan in plans)
    return Schedule(plans, due_paths(expiries, publication.seconds) & paths | (paths & {*(postponed or ())}), expiries)


def due_paths(expiries: Mapping[str, int], now: int) -> frozenset[str]:
    """The paths of the feeds in which an article is too old at `now`."""
    return frozenset(path for path, expires in expiries.items() if expires <= now)


def find_affected(publication: Publication, feeds: FeedBuilder, plans: Collection[FeedPlan]) -> frozenset[str]:
    """The paths of those of `plans` that hold, or held, an article that has changed."""
    if not plans:
        return frozenset()
    now = publication.seconds
    changed = (
        (article.number, article.copy if article.is_open(now) else None)
        for article in pending.marked_articles(publication.transaction)
    )
    held = {plan.path: frozenset(custom_feeds.get(publication.transaction, plan.path).judged) for plan in plans}

    def may_match(plan: FeedPlan, copy: ArticleCopy) -> bool:
        try:
            return feeds.matches(plan, copy)
        except FormatFault:  # then it is told when the feed is written
            return True

    return affected_feeds(changed, plans, held, may_match)


def affected_feeds(
    changed: Iterable[tuple[int, ArticleCopy | None]],
    plans: Collection[FeedPlan],
    held: Mapping[str, Collection[int]],
    matches: Callable[[FeedPlan, ArticleCopy], bool],
) -> frozenset[str]:
    """The paths of the feeds that the articles `changed` concern: number and copy, None for one that is not open.

    `held` are the numbers of the articles that were judged for each feed before; `matches` selects new ones.
    """
    return frozenset(
        plan.path
        for number, copy in changed
        for plan in plans
        if number in held[plan.path] or (copy is not None and matches(plan, copy))
    )


def write_custom_feed(
    publication: Publication, feeds: FeedBuilder, output: Output, plan: FeedPlan
) -> WrittenCustomFeed:
    """Writes a custom feed in as many documents as its format divides it into, and keeps what it holds.

    If its format cannot be used, all stays as it was, until the next attempt.
    """
    form = feeds.channels.format_of(plan)
    try:
        return _write(publication, feeds, output, plan, form)
    except FormatFault as fault:
        output.replace_problems(plan.path, (render.problem_of(fault, form, plan.path),))
        return WrittenCustomFeed(plan.path, None, publication.seconds + fault.retry)


def _write(
    publication: Publication, feeds: FeedBuilder, output: Output, plan: FeedPlan, form: Format
) -> WrittenCustomFeed:
    """Writes a custom feed. All stays as it was if no article could be judged. Raises FormatFault."""
    built = feeds.custom_feed(plan)
    found = [*problems(form.name, plan.path, built.results), *feed_warnings(form.profile, built.feed)]
    is_judged = not built.results or not all(each.failed for each in built.results)
    parts = pages(form, built.feed) if is_judged else []
    for part in parts:
        found += output.write_part(part.feed, part.form, part.path)
    output.replace_problems(plan.path, found)
    if not is_judged:
        return WrittenCustomFeed(plan.path, None, None)
    return _keep(publication, output, plan, built, [part.path for part in parts], needs_text=form.profile.needs_text)


def _keep(
    publication: Publication, output: Output, plan: FeedPlan, built: CustomFeed, paths: list[str], *, needs_text: bool
) -> WrittenCustomFeed:
    """Keeps what a custom feed holds in its documents at `paths`, and takes out those that it has no more."""
    transaction = publication.transaction
    output.writer.drop(set(custom_feeds.get(transaction, plan.path).documents) - set(paths), documents.GONE)
    judged = [number for number, _ in built.judged]
    accepted = [number for number, result in built.judged if result.accepted]
    custom_feeds.put(transaction, plan.path, judged, accepted, paths)
    leads_to = frozenset(judged) if needs_text else frozenset[int]()
    record = make_record(plan.path, built.window, built.feed, (plan.path,), leads_to)
    return WrittenCustomFeed(plan.path, record, codec.seconds(built.expires) if built.expires else None)


def next_expiries(
    before: Mapping[str, int], written: Iterable[WrittenCustomFeed], paths: Collection[str]
) -> dict[str, int]:
    """The expiries of the feeds at `paths` after those `written`, in the order of their paths."""
    after = dict(before)
    for each in written:
        after.pop(each.path, None)
        if each.expires is not None:
            after[each.path] = each.expires
    return {path: after[path] for path in sorted(after.keys() & set(paths))}


def put_tokens(transaction: Transaction, plans: Collection[FeedPlan]) -> bool:
    """Keeps which token opens which document, with the Edition, so that no document is ever served without. Returns
    True if that has changed."""
    tokens = {
        path: plan.token
        for plan in plans
        if plan.token
        for path in (plan.path, *custom_feeds.get(transaction, plan.path).documents)
    }
    has_changed = tokens != state.TOKENS.get(transaction)
    if has_changed:
        state.TOKENS.put(transaction, tokens)
    return has_changed


def document_paths(publication: Publication) -> frozenset[str]:
    """The paths of all documents of custom feeds."""
    transaction, plans = publication.transaction, publication.plan.feeds
    return frozenset(path for plan in plans for path in custom_feeds.get(transaction, plan.path).documents)


def next_change(expiries: Mapping[str, int], other: datetime | None) -> datetime | None:
    """The earliest of `expiries` and the instant `other`; None if there is none."""
    instants = [codec.instant(expires) for expires in expiries.values()]
    return min([*instants, *([other] if other else [])], default=None)
