"""Publishes custom feeds: which of them changed, their documents, and the instants at which they change by time
alone."""

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
    """Empty while a backlog is being read: the contents of the feeds are not known yet."""
    due: frozenset[str]
    """The paths of feeds that change without a change of an article: an article became too old, or they were
    postponed."""
    expiries: Mapping[str, int]
    """The instant (seconds), by path, at which an article becomes too old for the feed, or its format is tried
    again."""


class WrittenCustomFeed(NamedTuple):
    """The outcome for one custom feed, written or not."""

    path: str
    record: FeedRecord | None
    """None if the feed was not written and stays as it was."""
    expires: int | None
    """The instant (seconds) at which an article becomes too old for it, or it is tried again; None for never."""


def postpone(publication: Publication) -> Schedule:
    """Postpones all custom feeds until the backlog is read."""
    paths = [plan.path for plan in publication.plan.feeds]
    state.POSTPONED_FEEDS.put(publication.transaction, paths)
    return Schedule((), frozenset(), state.FEED_EXPIRIES.get(publication.transaction))


def schedule(publication: Publication) -> Schedule:
    """The schedule of a publication for which the whole backlog is read."""
    transaction, plans = publication.transaction, publication.plan.feeds
    expiries, postponed = state.FEED_EXPIRIES.get(transaction), state.POSTPONED_FEEDS.get(transaction)
    if postponed is not None:
        state.POSTPONED_FEEDS.remove(transaction)
    paths = frozenset(plan.path for plan in plans)
    return Schedule(plans, due_paths(expiries, publication.seconds) & paths | (paths & {*(postponed or ())}), expiries)


def due_paths(expiries: Mapping[str, int], now: int) -> frozenset[str]:
    """The paths of the feeds that have expired at `now`."""
    return frozenset(path for path, expires in expiries.items() if expires <= now)


def find_affected(publication: Publication, feeds: FeedBuilder, plans: Collection[FeedPlan]) -> frozenset[str]:
    """The paths of the feeds of `plans` that hold, or held, a changed article."""
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
        except FormatFault:  # reported when the feed is written
            return True

    return affected_feeds(changed, plans, held, may_match)


def affected_feeds(
    changed: Iterable[tuple[int, ArticleCopy | None]],
    plans: Collection[FeedPlan],
    held: Mapping[str, Collection[int]],
    matches: Callable[[FeedPlan, ArticleCopy], bool],
) -> frozenset[str]:
    """The paths of the feeds that the changed articles concern. `changed` yields number and copy, None as the copy of
    one that is not open.

    `held` has the numbers of the articles that were judged for each feed before; `matches` selects new ones.
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
    """Writes a custom feed in as many documents as its format requires, and records its contents.

    If its format cannot be used, everything stays as it was until the next attempt.
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
    """Writes a custom feed. Everything stays as it was if no article could be judged. Raises FormatFault."""
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
    """Records the contents of a custom feed and its documents at `paths`, and removes its former documents."""
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
    """The expiries of the feeds at `paths` after `written` were written, in the order of their paths."""
    after = dict(before)
    for each in written:
        after.pop(each.path, None)
        if each.expires is not None:
            after[each.path] = each.expires
    return {path: after[path] for path in sorted(after.keys() & set(paths))}


def put_tokens(transaction: Transaction, plans: Collection[FeedPlan], edition: int) -> bool:
    """Stores the token of each document, together with the `edition`, so that no document is ever served without its
    token. Returns True if the tokens have changed."""
    tokens = {
        path: plan.token
        for plan in plans
        if plan.token
        for path in (plan.path, *custom_feeds.get(transaction, plan.path).documents)
    }
    before, since = state.TOKENS.get(transaction), state.LOCKED_SINCE.get(transaction)
    has_changed = tokens != before
    if has_changed:
        state.TOKENS.put(transaction, tokens)
        started = {path: since.get(path, 0) if path in before else edition for path in tokens}
        state.LOCKED_SINCE.put(transaction, started)
    return has_changed


def document_paths(publication: Publication) -> frozenset[str]:
    """The paths of all documents of custom feeds."""
    transaction, plans = publication.transaction, publication.plan.feeds
    return frozenset(path for plan in plans for path in custom_feeds.get(transaction, plan.path).documents)


def next_change(expiries: Mapping[str, int], other: datetime | None) -> datetime | None:
    """The earliest of `expiries` and the instant `other`; None if there is none."""
    instants = [codec.instant(expires) for expires in expiries.values()]
    return min([*instants, *([other] if other else [])], default=None)
