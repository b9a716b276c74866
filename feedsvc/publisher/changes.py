"""Finds what a publication has to write again: sections that were added, removed or renamed, and their neighbours."""

from collections.abc import Collection
from typing import NamedTuple

from feedsvc.model import clock
from feedsvc.publisher.context import Publication
from feedsvc.publisher.section_tree import SectionChanges, refresh_sections
from feedsvc.store import archives, custom_feeds, documents, ledger, pending, sections, state, windows, withdrawals
from feedsvc.store.problems import settle


class Changes(NamedTuple):
    """The changes since the last publication, except those of articles, which are marked in the store."""

    sections: SectionChanges
    affected: frozenset[str]
    """The sections that changed, and those whose documents name them."""
    pending: frozenset[str]
    """The sections whose articles changed; also custom feeds in which a withdrawal need no longer be announced."""


def prepare(publication: Publication) -> None:
    """Marks what has changed by time alone, and deletes what an earlier publication left behind."""
    _mark_due(publication)
    _forget_leftovers(publication)


def _mark_due(publication: Publication) -> None:
    """Marks changes that come with time alone: articles that open or close, withdrawals that are no longer announced,
    articles that are too old for a feed."""
    transaction, now = publication.transaction, publication.seconds
    since = state.LAST_TICK.get(transaction)
    pending.mark_opened_or_closed(transaction, since, now)
    ledger.note_phases(transaction, since, now)
    record = state.clock_record(transaction)
    settle(transaction, clock.PLACE, clock.problems(record, now))
    if clock.was_ahead(record, now):
        _forget_future(publication)
    pending.mark(transaction, (), withdrawals.expire(transaction, now - publication.plan.withdrawal.keep))
    pending.mark(transaction, (), windows.expired(transaction, now))


def _forget_future(publication: Publication) -> None:
    """Undoes the effects of a clock that was ahead and is right again: articles closed, articles made too old for a
    feed, dates of feeds.

    Articles that it opened stay open, since readers saw them. The dates of documents stay in the store, since clients
    have them; no answer shows a date in its future.
    """
    transaction, now = publication.transaction, publication.seconds
    pending.mark_articles(transaction, ledger.reopen_unexpired(transaction, now))
    pending.mark(transaction, (), windows.forget_future(transaction, now))
    pending.mark(transaction, (), windows.reopen_aged(transaction))
    pending.mark(transaction, (), [feed.path for feed in publication.plan.feeds])


def _forget_leftovers(publication: Publication) -> None:
    """Deletes documents of a first Edition that was never closed, and those of addresses that are gone."""
    if publication.is_first:
        documents.clear(publication.transaction)
    if publication.everything:
        documents.drop_addresses(publication.transaction, len(publication.plan.addresses))


def find_changes(publication: Publication) -> Changes:
    """Updates the tree of sections, and marks the articles, pages and archives that depend on the changes."""
    transaction, everything = publication.transaction, publication.everything
    stale = None if everything else pending.marked_sections(transaction)
    found = refresh_sections(transaction, publication.plan, publication.now, stale)
    for path in found.renamed:  # articles show the titles of their sections
        pending.mark_members(transaction, path)
    inside = () if everything else [each for path in found.all for each in sections.inside(transaction, path)]
    archives.mark(transaction, None if everything else {*inside, *found.renamed} - found.came)
    for feed in publication.plan.feeds:  # for sections this is recorded when the article is withdrawn
        withdrawals.add_from(transaction, feed.path, custom_feeds.get(transaction, feed.path).accepted)
    pending.queue_pages(transaction)
    archives.mark_changed(transaction, publication.seconds)
    return Changes(found, affected_sections(found, inside), frozenset(pending.marked_sections(transaction)))


def affected_sections(changes: SectionChanges, inside: Collection[str]) -> frozenset[str]:
    """The sections whose documents name a changed section: itself, its parent, and those `inside` it."""
    above = {path.rpartition("/")[0] for path in changes.all}
    return changes.all | above | frozenset(inside)


def stale_custom_feeds(changes: Changes, paths: Collection[str], due: Collection[str]) -> frozenset[str]:
    """The paths, out of `paths`, of the custom feeds that must be written again even if none of their articles
    changed."""
    return frozenset(paths) if changes.affected else frozenset(paths) & (changes.pending | frozenset(due))
