"""The steps of one publication, in order: from the changes to the documents of an Edition, and its records."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from feedsvc import pages
from feedsvc.model.plan import FeedPlan
from feedsvc.publisher import address_warnings, archives, former_path_warnings, section_warnings
from feedsvc.publisher.archives import Archives
from feedsvc.publisher.article_pages import ArticlePages
from feedsvc.publisher.changes import Changes, find_changes, stale_custom_feeds
from feedsvc.publisher.context import Publication
from feedsvc.publisher.custom_feeds import (
    Schedule,
    WrittenCustomFeed,
    find_affected,
    next_expiries,
    put_tokens,
    write_custom_feed,
)
from feedsvc.publisher.feeds import FeedBuilder, make_feed_builder
from feedsvc.publisher.listings import Listings
from feedsvc.publisher.media_documents import MediaDocuments
from feedsvc.publisher.older_stories import OlderStories
from feedsvc.publisher.output import Output, make_output
from feedsvc.publisher.page_batches import PageBatches
from feedsvc.publisher.records import FeedRecord, save_records
from feedsvc.publisher.removal import Removal
from feedsvc.publisher.section_documents import SectionDocuments, custom_paths
from feedsvc.publisher.site_files import write_site_files
from feedsvc.publisher.writer import EditionWriter
from feedsvc.store import pending, state, windows


class PublishedChanges(NamedTuple):
    """The outcome of `publish_changes`, besides the documents."""

    records: tuple[FeedRecord, ...] = ()
    removed: frozenset[str] = frozenset()
    """The paths of the documents that were removed, except archives, pages of articles and media."""
    expiries: Mapping[str, int] = {}
    """The instants (seconds) at which articles become too old for custom feeds, by the feeds' paths."""
    have_tokens_changed: bool = False


class _Writers(NamedTuple):
    """The builders and writers of the documents of one publication."""

    feeds: FeedBuilder
    output: Output
    archives: Archives
    listings: Listings
    sections: SectionDocuments
    older: OlderStories
    pages: ArticlePages


def publish_changes(publication: Publication, schedule: Schedule, writer: EditionWriter) -> PublishedChanges:
    """Writes all documents that changed since the last Edition, and removes those that are gone."""
    changes = find_changes(publication)
    writers = _make_writers(publication, publication.now, writer)
    urgent = writers.archives.write_urgent()
    plans = _affected_custom_feeds(publication, schedule, changes, writers.feeds)
    _write_media(publication, writer)
    sections = _write_sections(publication, changes, writers)
    writers.older.write_changed()
    written = [write_custom_feed(publication, writers.feeds, writers.output, plan) for plan in plans]
    expiries, have_tokens_changed = _save_custom_feeds(publication, schedule, written)
    records = (*sections, *(each.record for each in written if each.record is not None))
    _write_pages(publication, urgent.union(*(record.articles for record in records)), writers)
    removed = _write_listings(publication, changes, writers)
    _write_warnings(publication, changes, writers)
    save_records(publication, records)
    pending.clear(publication.transaction)
    pending.mark(publication.transaction, (), [path.strip("/") for path in sorted(writers.output.put_off)])
    return PublishedChanges(records, removed, expiries, have_tokens_changed)


def publish_pending(publication: Publication, as_of: datetime, writer: EditionWriter) -> tuple[FeedRecord, ...]:
    """Writes some of the pending pages and archives, with the articles as of an earlier instant. Returns the records of
    the feeds that link to more archives now."""
    writers = _make_writers(publication, as_of, writer)
    writers.pages.write_some()
    writers.archives.write_some()
    writers.older.write_some()
    records = [
        writers.sections.write(section)
        for section in windows.pending(publication.transaction)
        if writers.archives.has_budget and writers.feeds.sections.is_there(section)
    ]
    save_records(publication, records)
    return tuple(records)


def _make_writers(publication: Publication, as_of: datetime, writer: EditionWriter) -> _Writers:
    feeds = make_feed_builder(publication.transaction, publication.plan, publication.formats, as_of, publication.kept)
    output = make_output(publication.transaction, writer)
    # The first Edition must be visible as soon as possible, so its archives follow later.
    chain = Archives(publication, feeds, output, 0 if publication.is_first else archives.SLICE)
    listings, batches = Listings(publication, feeds), PageBatches(feeds, proves=not publication.transaction.is_shared)
    older = OlderStories(publication, feeds, batches, output)
    sections = SectionDocuments(publication, feeds, chain, listings, older, output)
    return _Writers(feeds, output, chain, listings, sections, older, ArticlePages(publication, batches, output))


def _affected_custom_feeds(
    publication: Publication, schedule: Schedule, changes: Changes, feeds: FeedBuilder
) -> list[FeedPlan]:
    """The custom feeds that must be written."""
    plans = {plan.path: plan for plan in schedule.plans}
    stale = plans.keys() if publication.everything else stale_custom_feeds(changes, plans.keys(), schedule.due)
    others = [plan for path, plan in plans.items() if path not in stale]
    affected = find_affected(publication, feeds, others)
    found = [plan for path, plan in plans.items() if path in stale or path in affected]
    return sorted(found, key=lambda plan: feeds.channels.format_of(plan).foreign)  # ours first: they cannot fail


def _write_media(publication: Publication, writer: EditionWriter) -> None:
    media = MediaDocuments(publication, writer)
    media.write_changed()
    media.write_site_images(publication.plan.picture_urls())


def _write_sections(publication: Publication, changes: Changes, writers: _Writers) -> list[FeedRecord]:
    """Writes the affected sections, and the whole site."""
    index = writers.feeds.sections
    affected = changes.pending | changes.affected | {""}
    records = []
    for section in sorted(index.titles if publication.everything else filter(index.is_there, affected)):
        records.append(writers.sections.write(section))
        if publication.everything or section in changes.affected:
            writers.sections.write_follow_page(section)
        writers.output.writer.checkpoint()
    return records


def _save_custom_feeds(
    publication: Publication, schedule: Schedule, written: Iterable[WrittenCustomFeed]
) -> tuple[dict[str, int], bool]:
    """Stores the expiries of custom feeds, and the tokens. Returns the expiries, and True if the tokens have
    changed."""
    transaction, plan = publication.transaction, publication.plan
    expiries = next_expiries(schedule.expiries, written, custom_paths(plan))
    state.FEED_EXPIRIES.put(transaction, expiries)
    return expiries, put_tokens(transaction, plan.feeds, publication.edition)


def _write_pages(publication: Publication, needed: frozenset[int], writers: _Writers) -> None:
    """Writes the pages of the articles `needed` and of some others; also style and script if everything is written."""
    writers.pages.write_urgent(needed)
    if publication.everything:
        for asset in pages.ASSETS:
            writers.output.writer.write(asset)
        write_site_files(publication, writers.output.writer)


def _write_listings(publication: Publication, changes: Changes, writers: _Writers) -> frozenset[str]:
    """Writes the lists of sections, and removes what is gone, if sections changed. Returns the paths removed."""
    if not (changes.affected or publication.everything):
        return frozenset()
    writers.listings.write(writers.output)
    writers.older.remove(changes.sections.gone)
    removal = Removal(publication, writers.feeds, writers.sections, writers.archives, writers.listings, writers.output)
    return removal.remove_unplanned() if publication.everything else removal.remove_sections(changes.sections.gone)


def _write_warnings(publication: Publication, changes: Changes, writers: _Writers) -> None:
    """Updates the warnings that depend on the published sections and documents."""
    transaction, index = publication.transaction, writers.feeds.sections
    is_other_tree = bool(changes.affected) or publication.everything
    if is_other_tree:
        writers.output.writer.flush()
        places = {path: section for section in index.titles for path in writers.sections.paths(section)}
        address_warnings.write_warnings(transaction, publication.plan, places)
    former_path_warnings.write_warnings(transaction, afresh=is_other_tree)
    if is_other_tree or section_warnings.are_stale(transaction, changes.pending):
        section_warnings.write_warnings(transaction, publication.plan, index.titles, publication.seconds)
