"""Makes the next Edition: finds the changes in the ledger, renders and writes them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from feedsvc.model import codec
from feedsvc.model.format import Format
from feedsvc.model.plan import Plan
from feedsvc.model.worker_pool import WorkerPool
from feedsvc.publisher import custom_feeds, news, steps
from feedsvc.publisher.archives import count_pending
from feedsvc.publisher.articles import KeptArticles
from feedsvc.publisher.changes import prepare
from feedsvc.publisher.context import Publication
from feedsvc.publisher.page_maker import PageMaker
from feedsvc.publisher.page_workers import PageWorkers
from feedsvc.publisher.records import save_contents
from feedsvc.publisher.render_cache import RenderCache
from feedsvc.publisher.steps import PublishedChanges
from feedsvc.publisher.writer import EditionWriter
from feedsvc.store import history, ledger, pending, state
from feedsvc.store.transaction import Transaction

Checkpoint = Callable[[int], None]
"""Commits everything written so far; called with the number of documents. Raises LeaseLost."""


class PublicationResult(NamedTuple):
    """The result of one publication."""

    edition: int
    """The number of the Edition that is current afterwards."""
    documents: int
    """The number of documents that changed, counted for each address; 0 if there is no new Edition."""
    pending_pages: int
    """The number of pages of articles and archives that are still to be written; none of these articles is in a
    feed."""
    news: tuple[str, ...]
    """Sentences about the stories published and withdrawn."""
    next_change_at: datetime | None
    """The instant at which the next article opens, closes, or becomes too old for a feed; None for never."""


class Publisher:
    """Publishes the ledger by `plan`, in `formats` (by name), with media files from below `root`. If there are many
    pages, `workers` make them."""

    def __init__(self, plan: Plan, formats: Mapping[str, Format], root: Path, workers: WorkerPool) -> None:
        self.plan = plan
        self._formats = formats
        self._root = root
        self._cache = RenderCache()
        self._kept = KeptArticles()
        self._pages = PageWorkers(PageMaker(plan, self._kept), workers)

    def must_rebuild(self, transaction: Transaction) -> bool:
        """True if another configuration or program made the last publication: then everything is published."""
        return state.CONFIGURATION.get(transaction) != self.plan.digest

    def publish(
        self, transaction: Transaction, now: datetime, checkpoint: Checkpoint, *, everything: bool, backlog_read: bool
    ) -> PublicationResult:
        """Publishes the changes in the ledger, or `everything`, as of `now`.

        `backlog_read` is False while only the first articles of a new backlog are in the ledger. If documents changed,
        the new Edition becomes visible once the caller closes it (`store.documents.close`).
        """
        publication = self._publication(transaction, now, everything=everything)
        prepare(publication)
        schedule = custom_feeds.schedule(publication) if backlog_read else custom_feeds.postpone(publication)
        published, changed, told = PublishedChanges(expiries=schedule.expiries), 0, tuple[str, ...]()
        if everything or schedule.due or pending.any_marked(transaction):
            told = news.tell(publication)
            with self._writer(publication, checkpoint) as writer:
                published = steps.publish_changes(publication, schedule, writer)
            changed = writer.changed + published.have_tokens_changed
        _note(publication, published, changed)
        return self._finish(_result(publication, changed, published.expiries, told))

    def publish_pending(self, transaction: Transaction, now: datetime, checkpoint: Checkpoint) -> PublicationResult:
        """Publishes some of the pages and archives that earlier publications left.

        Feeds and archives are as of the last publication: articles that opened since appear with the next one,
        everywhere at once.
        """
        publication = self._publication(transaction, now, everything=False)
        as_of = codec.instant(state.LAST_TICK.get(transaction) or publication.seconds)
        with self._writer(publication, checkpoint) as writer:
            records = steps.publish_pending(publication, as_of, writer)
        save_contents(publication, records)
        return self._finish(_result(publication, writer.changed, state.FEED_EXPIRIES.get(transaction)))

    def _finish(self, result: PublicationResult) -> PublicationResult:
        """`result`, after the workers were ended if there is nothing left for them."""
        if not result.pending_pages:
            self.end_workers()
        return result

    def end_workers(self) -> None:
        """Ends the workers, until there are many files or pages again."""
        self._pages.end()

    def _publication(self, transaction: Transaction, now: datetime, *, everything: bool) -> Publication:
        edition = state.next_edition(transaction)
        return Publication(
            transaction, self.plan, self._formats, self._root, now, self._kept, self._pages, edition, everything
        )

    def _writer(self, publication: Publication, checkpoint: Checkpoint) -> EditionWriter:
        # In a single transaction, the first Edition of a large backlog would take twice its size on disk.
        commit = checkpoint if publication.is_first else None
        return EditionWriter(publication.transaction, self.plan.addresses, publication.edition, self._cache, commit)


def _note(publication: Publication, published: PublishedChanges, changed: int) -> None:
    """Stores the data for the next publication, and the new Edition if there is one."""
    transaction = publication.transaction
    if changed:
        save_contents(publication, published.records, published.removed)
        history.record_edition(transaction, publication.edition, publication.seconds, changed)
    state.note_tick(transaction, publication.seconds)
    if publication.everything:
        state.CONFIGURATION.put(transaction, publication.plan.digest)


def _pending_pages(transaction: Transaction) -> int:
    """The number of pages and archives that are still to be written; all pages of older stories count as one."""
    older = int(state.OLDER_FROM.get(transaction) is not None)
    return pending.count_queued(transaction) + count_pending(transaction) + older


def _result(
    publication: Publication, changed: int, expiries: Mapping[str, int], told: tuple[str, ...] = ()
) -> PublicationResult:
    transaction = publication.transaction
    return PublicationResult(
        edition=publication.edition if changed else state.current_edition(transaction),
        documents=changed,
        news=told,
        pending_pages=_pending_pages(transaction),
        next_change_at=custom_feeds.next_change(expiries, ledger.next_change_at(transaction, publication.seconds)),
    )
