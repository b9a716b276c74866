"""From the previous Edition to the next: renders what changed, and writes it in one transaction. The single writer."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import chain
from pathlib import Path

from feedsvc import pages
from feedsvc.library.options import Scope, UpdateOptions, UpdateResult
from feedsvc.library.update import Library
from feedsvc.model import codec
from feedsvc.model.document import Document
from feedsvc.model.feed import Feed
from feedsvc.model.format import Format
from feedsvc.model.plan import FeedPlan, Plan
from feedsvc.model.problem import Problem
from feedsvc.model.progress import ProgressCallback, no_progress
from feedsvc.model.report import Report
from feedsvc.model.urls import document_path
from feedsvc.publisher import render, section_tree
from feedsvc.publisher.archives import SLICE, Archives
from feedsvc.publisher.article_pages import ArticlePages
from feedsvc.publisher.custom_feeds import CustomFeeds, print_feed
from feedsvc.publisher.feeds import Composer
from feedsvc.publisher.listings import DIRECTORY, OPML, Listings
from feedsvc.publisher.media_documents import MediaDocuments
from feedsvc.publisher.render_cache import RenderCache
from feedsvc.publisher.section_tree import SectionChanges
from feedsvc.publisher.withdrawals import note_withdrawals
from feedsvc.publisher.writer import EditionWriter
from feedsvc.store import documents, history, item_counts, ledger, pending, sections, state, windows, withdrawals
from feedsvc.store.lease import Lease, renew
from feedsvc.store.problems import replace_problems, troubled
from feedsvc.store.sqlite.database import Store
from feedsvc.store.transaction import Transaction

Clock = Callable[[], datetime]


class Publisher:
    """`formats` are the output formats by name."""

    def __init__(self, store: Store, library: Library, plan: Plan, formats: Mapping[str, Format]) -> None:
        self._store = store
        self._library = library
        self._plan = plan
        self._formats = formats
        self._proofs = RenderCache()

    def publish(
        self,
        lease: Lease,
        clock: Clock,
        *,
        hints: frozenset[str] | None = None,
        patient: bool = True,
        accept_removals: bool = False,
        tick: ProgressCallback = no_progress,
    ) -> Report:
        """One regeneration: look at the folder, then publish what changed. Raises LeaseLost if another publishes, and
        StoreError where the store cannot be written; then nothing has changed.

        The ledger is written before the Edition: a crash between the two leaves the changes marked, for the next run.
        `hints`, `patient` and `accept_removals` are the library's; `tick` is told how far it is.
        """
        with self._store.write() as transaction:
            renew(transaction, lease, clock())
            everything = state.CONFIGURATION.get(transaction) != self._plan.digest
            options = UpdateOptions(
                now=clock(),
                scope=Scope.ALL if hints is None else Scope.PATHS,
                paths=hints or frozenset(),
                reread=everything,
                wait_for_writers=patient,
                accept_removals=accept_removals,
                candidates_needed=self._plan.candidates_needed,
                progress=tick,
            )
            look = self._library.update(transaction, options)
            renew(transaction, lease, clock())
        return self._print(lease, clock, look, tick, everything=everything)

    def publish_backlog(self, lease: Lease, clock: Clock) -> Report:
        """Print some of the pages that wait, without a look at the folder. Raises as `publish` does."""
        return self._print(lease, clock, None, no_progress, everything=False)

    def _print(
        self, lease: Lease, clock: Clock, look: UpdateResult | None, tick: ProgressCallback, *, everything: bool
    ) -> Report:
        with self._store.write() as transaction:

            def keep(documents: int) -> None:
                self._store.commit_and_continue(transaction)
                renew(transaction, lease, clock())
                tick("documents printed", documents, 0)

            given = transaction, self._plan, self._formats, self._proofs, self._library.root, clock(), keep
            run = _Publication(*given, everything=everything)
            report = run.publish(look) if look is not None else run.go_on()
            if report.documents:
                documents.close(transaction, report.edition, clock())
            renew(transaction, lease, clock())
        return report


class _Publication:
    """One publication, within one transaction. `everything`: print it all, because the configuration is another."""

    def __init__(
        self,
        transaction: Transaction,
        plan: Plan,
        formats: Mapping[str, Format],
        proofs: RenderCache,
        root: Path,
        now: datetime,
        keep: Callable[[int], None],
        *,
        everything: bool,
    ) -> None:
        self._transaction = transaction
        self._plan = plan
        self._formats = formats
        self._root = root
        self._now = now
        self._seconds = codec.seconds(now)
        self._everything = everything
        self._edition = state.current_edition(transaction) + 1
        # Nobody sees the very first Edition before it is closed. In one transaction, that of a large archive would take
        # the same room on the disk once more.
        self._press = EditionWriter(
            transaction, plan.addresses, self._edition, proofs, keep if self._edition == 1 else None
        )
        self._own = {feed.path for feed in plan.feeds}
        self._items: dict[str, int] = {}
        self._feeds = CustomFeeds(transaction, plan.feeds, self._press, self._seconds)
        self._record = history.EditionRecorder(transaction, self._edition, self._seconds)
        self._troubled = troubled(transaction)
        # Readers get the very first Edition as soon as can be, and its archives after it.
        self._archives = Archives(transaction, plan, formats, self._seconds, SLICE if self._edition > 1 else 0)

    def publish(self, look: UpdateResult) -> Report:
        pending.mark_opened_or_closed(self._transaction, state.LAST_TICK.get(self._transaction), self._seconds)
        pending.mark(
            self._transaction, (), withdrawals.expire(self._transaction, self._seconds - self._plan.withdrawal.keep)
        )
        pending.mark(self._transaction, (), windows.expired(self._transaction, self._seconds))
        if self._edition == 1:
            documents.clear(self._transaction)
        if self._everything:
            documents.drop_addresses(self._transaction, len(self._plan.addresses))
        self._feeds.begin(whole=look.complete)
        if self._everything or self._feeds.due or pending.exist(self._transaction):
            with self._press:
                self._print_news()
        self._record.close(self._press.changed)
        return self._close(look)

    def go_on(self) -> Report:
        # As it was at the last regeneration: what opened since comes with the next one, in all places at once.
        now = codec.instant(state.LAST_TICK.get(self._transaction) or self._seconds)
        self._compose(Composer(self._transaction, self._plan, self._formats, now))
        with self._press:
            self._article_pages().render_some()
            self._archives.print_some()
            for path in windows.pending(self._transaction):
                if self._archives.budget > 0 and self._composer.is_there(path):
                    self._print_section(path)
            windows.keep_all(self._transaction, self._composer.standings)
        self._record.keep()
        return self._report(UpdateResult())

    def _compose(self, composer: Composer) -> None:
        self._composer = composer
        self._lists = Listings(self._transaction, composer)
        self._archives.bind(composer, self._print_feed)

    def _close(self, look: UpdateResult) -> Report:
        report = self._report(look)
        state.LAST_TICK.put(self._transaction, self._seconds)
        state.LAST_REPORT.put(self._transaction, report)
        if self._everything:
            state.CONFIGURATION.put(self._transaction, self._plan.digest)
        return report

    def _report(self, look: UpdateResult) -> Report:
        changed = self._press.changed
        return Report(
            edition=self._edition if changed else self._edition - 1,
            finished=self._now,
            read=look.read,
            gone=look.gone,
            documents=changed,
            unsettled=look.unsettled,
            backlog_remaining=look.backlog_remaining,
            pending_pages=pending.count_unprinted(self._transaction) + self._archives.waiting(),
            next_change_at=self._feeds.next_turn(ledger.next_change_at(self._transaction, self._seconds)),
        )

    def _print_news(self) -> None:
        stale = None if self._everything else pending.stale_sections(self._transaction)
        moves = section_tree.refresh_sections(self._transaction, self._plan, self._now, stale)
        self._compose(Composer(self._transaction, self._plan, self._formats, self._now))
        moved = self._around(moves)
        stale = pending.stale_sections(self._transaction)  # own feeds among them, where a withdrawal lapsed
        touched = {plan.path for plan in self._plan.feeds if moved or self._everything or plan.path in stale}
        note_withdrawals(self._transaction, self._plan)
        pending.put_unprinted(self._transaction)
        touched |= self._feeds.due
        self._archives.mark_changed()
        self._archives.print_urgent()
        touched |= self._feeds.affected(self._composer, touched)
        files = MediaDocuments(self._transaction, self._press, self._root, self._plan.defaults.interval)
        files.print(self._seconds)
        files.publish_site_images(*self._plan.pictures())
        stale = pending.stale_sections(self._transaction) | moved | {""}
        for path in sorted(self._composer.titles if self._everything else filter(self._composer.is_there, stale)):
            self._print_section(path)
            self._press.checkpoint()
        for plan in self._feeds.among(touched):
            self._print_own(plan)
        self._feeds.close()
        self._article_pages().render_urgent(self._composer.used)
        for asset in pages.ASSETS if self._everything else ():
            self._press.write(asset)
        if moved or self._everything:
            self._print_lists()
            self._retire(moves.gone)
        item_counts.put(self._transaction, self._items)
        windows.keep_all(self._transaction, self._composer.standings)
        pending.clear(self._transaction)

    def _around(self, moves: SectionChanges) -> set[str]:
        """The sections that came, went or changed their titles, and those around them.

        An article is told with the titles of its sections, so those of a section that is called otherwise are marked.
        """
        for path in moves.renamed:
            pending.put_members(self._transaction, path)
        parents = {path.rpartition("/")[0] for path in moves.all}
        tops = () if self._everything else moves.all  # else all are printed anyway
        inside = {each for path in tops for each in sections.inside(self._transaction, path)}
        self._archives.mark(None if self._everything else (inside | moves.renamed) - moves.came)
        return inside | parents | moves.all

    # --- articles -----------------------------------------------------------------------------------------------------

    def _article_pages(self) -> ArticlePages:
        site, age = self._composer.site(OPML), self._plan.defaults.interval
        return ArticlePages(self._transaction, self._press, self._composer, site, self._seconds, age, self._attempt)

    # --- feeds and their pages ----------------------------------------------------------------------------------------

    def _print_section(self, path: str) -> None:
        feed = self._archives.link_archives(path, self._composer.section_feed(path))
        self._record.note(feed)
        forms = {document_path(path, self._formats[name].filename): name for name in self._plan.policy(path).formats}
        for place in sorted(forms.keys() - self._own):  # where the operator has a feed of his own, that one stands
            self._print_feed(feed, forms[place], place)
        self._print_page(
            document_path(path, ""), lambda: self._lists.page(path, feed), document_path(path, ""), feed.interval
        )

    def _print_own(self, plan: FeedPlan) -> None:
        own = self._composer.custom_feed(plan)
        self._record.note(own.feed)
        self._items[plan.path] = len(own.feed.articles)
        self._complain(plan.path, self._feeds.print(plan, self._composer.format(plan), own))

    def _print_feed(self, feed: Feed, name: str, path: str, max_age: int = 0, *, shelved: bool = False) -> None:
        if not shelved:
            self._items[path] = len(feed.articles)
        found = print_feed(self._press, self._formats[name], feed, path, max_age, shelved=shelved)
        self._complain(path, found)

    def _print_page(self, path: str, make: Callable[[], bytes], place: str, max_age: int) -> None:
        if (body := self._attempt(path, make, place)) is not None:
            self._press.write(Document(path=path, type=pages.TYPE, body=body, max_age=max_age))

    def _attempt(self, path: str, make: Callable[[], bytes], place: str) -> bytes | None:
        """A page; None if it cannot be made, and stays as it was. `place` is what a Problem names."""
        body, problem = render.guarded(make, place, f"the page {path} cannot be made")
        self._complain(f"the page of {place}", (problem,) if problem else ())
        return body

    def _complain(self, origin: str, problems: Iterable[Problem]) -> None:
        found = tuple(problems)
        if found or origin in self._troubled:
            replace_problems(self._transaction, origin, found)

    def _print_lists(self) -> None:
        """Every feed for machines, and every section for people where no other page has room for them."""
        age = self._plan.policy("").interval
        self._press.write(Document(path=OPML, type="text/x-opml; charset=utf-8", body=self._lists.opml(), max_age=age))
        if self._lists.needs_directory:
            self._print_page(DIRECTORY, self._lists.directory, DIRECTORY, age)

    def _retire(self, gone: frozenset[str]) -> None:
        """Take out the feeds and pages of the sections that are `gone`; of formats and feeds too, if the configuration
        is another one.

        Style and script of former versions stay: what names them may be in caches, or wait to be printed anew.
        """
        former = set(chain.from_iterable(map(self._documents, gone))) - self._own - self._feeds.parts()
        if self._everything:
            titles = self._composer.titles
            expected = {OPML, DIRECTORY, *self._own, *self._feeds.parts()}
            self._press.flush()
            former = documents.live_feeds(self._transaction).difference(expected, *map(self._documents, titles))
            former = {path for path in former if not pages.is_asset(path)}
            gone = frozenset(windows.known(self._transaction) - titles.keys() - self._own)
        if not self._lists.needs_directory:
            former.add(DIRECTORY)
        self._press.drop(former, documents.GONE)
        self._record.note_gone(former)
        for path in former:
            self._complain(path, ())
            self._complain(f"the page of {path}", ())
        self._archives.retire(None if self._everything else gone, self._press)
        windows.retire(self._transaction, gone)

    def _documents(self, path: str) -> Iterator[str]:
        """The paths of all that a section consists of."""
        for name in ("", *(self._formats[name].filename for name in self._plan.policy(path).formats)):
            yield document_path(path, name)
