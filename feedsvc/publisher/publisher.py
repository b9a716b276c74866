"""From the previous Edition to the next: renders what changed, and writes it in one transaction. The single writer."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import chain
from pathlib import Path

from sqlalchemy import Connection

from feedsvc import pages
from feedsvc.library.update import Library, UpdateResult
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
from feedsvc.store import documents, history, item_counts, ledger, notes, pending, sections, windows, withdrawals
from feedsvc.store.lease import Lease, renew
from feedsvc.store.problems import replace_problems, troubled
from feedsvc.store.sqlite.database import Store

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
        with self._store.write() as connection:
            renew(connection, lease, clock())
            everything = notes.get(connection, "digest") != self._plan.digest
            options = {"everything": everything, "patient": patient, "accept_removals": accept_removals}
            look = self._library.update(
                connection, clock(), hints=hints, room=self._plan.candidates_needed, tick=tick, **options
            )
            renew(connection, lease, clock())
        return self._print(lease, clock, look, tick, everything=everything)

    def publish_backlog(self, lease: Lease, clock: Clock) -> Report:
        """Print some of the pages that wait, without a look at the folder. Raises as `publish` does."""
        return self._print(lease, clock, None, no_progress, everything=False)

    def _print(
        self, lease: Lease, clock: Clock, look: UpdateResult | None, tick: ProgressCallback, *, everything: bool
    ) -> Report:
        with self._store.write() as connection:

            def keep(documents: int) -> None:
                self._store.commit_and_continue(connection)
                renew(connection, lease, clock())
                tick("documents printed", documents, 0)

            given = connection, self._plan, self._formats, self._proofs, self._library.root, clock(), keep
            run = _Publication(*given, everything=everything)
            report = run.publish(look) if look is not None else run.go_on()
            if report.documents:
                documents.close(connection, report.edition, clock())
            renew(connection, lease, clock())
        return report


class _Publication:
    """One publication, within one transaction. `everything`: print it all, because the configuration is another."""

    def __init__(
        self,
        connection: Connection,
        plan: Plan,
        formats: Mapping[str, Format],
        proofs: RenderCache,
        root: Path,
        now: datetime,
        keep: Callable[[int], None],
        *,
        everything: bool,
    ) -> None:
        self._connection = connection
        self._plan = plan
        self._formats = formats
        self._root = root
        self._now = now
        self._seconds = ledger.seconds(now)
        self._everything = everything
        self._edition = notes.current(connection) + 1
        # Nobody sees the very first Edition before it is closed. In one transaction, that of a large archive would take
        # the same room on the disk once more.
        self._press = EditionWriter(
            connection, plan.addresses, self._edition, proofs, keep if self._edition == 1 else None
        )
        self._own = {feed.path for feed in plan.feeds}
        self._items: dict[str, int] = {}
        self._feeds = CustomFeeds(connection, plan.feeds, self._press, self._seconds)
        self._record = history.EditionRecorder(connection, self._edition, self._seconds)
        self._troubled = troubled(connection)
        # Readers get the very first Edition as soon as can be, and its archives after it.
        self._archives = Archives(connection, plan, formats, self._seconds, SLICE if self._edition > 1 else 0)

    def publish(self, look: UpdateResult) -> Report:
        pending.mark_opened_or_closed(self._connection, int(notes.get(self._connection, "tick", 0)), self._seconds)
        pending.mark(
            self._connection, (), withdrawals.expire(self._connection, self._seconds - self._plan.withdrawal.keep)
        )
        pending.mark(self._connection, (), windows.expired(self._connection, self._seconds))
        if self._edition == 1:
            documents.clear(self._connection)
        if self._everything:
            documents.drop_addresses(self._connection, len(self._plan.addresses))
        self._feeds.begin(whole=look.whole)
        if self._everything or self._feeds.due or pending.exist(self._connection):
            with self._press:
                self._print_news()
        self._record.close(self._press.changed)
        return self._close(look)

    def go_on(self) -> Report:
        # As it was at the last regeneration: what opened since comes with the next one, in all places at once.
        now = ledger.instant(notes.get(self._connection, "tick", self._seconds))
        self._compose(Composer(self._connection, self._plan, self._formats, now))
        with self._press:
            self._article_pages().render_some()
            self._archives.print_some()
            for path in windows.pending(self._connection):
                if self._archives.budget > 0 and self._composer.is_there(path):
                    self._print_section(path)
            windows.keep_all(self._connection, self._composer.standings)
        self._record.keep()
        return self._report(UpdateResult())

    def _compose(self, composer: Composer) -> None:
        self._composer = composer
        self._lists = Listings(self._connection, composer)
        self._archives.bind(composer, self._print_feed)

    def _close(self, look: UpdateResult) -> Report:
        report = self._report(look)
        noted = {"tick": self._seconds, "report": report} | ({"digest": self._plan.digest} if self._everything else {})
        for name, value in noted.items():
            notes.put(self._connection, name, value)
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
            backlog_remaining=look.rest,
            pending_pages=pending.count_unprinted(self._connection) + self._archives.waiting(),
            next_change_at=self._feeds.next_turn(ledger.next_change_at(self._connection, self._seconds)),
        )

    def _print_news(self) -> None:
        stale = None if self._everything else pending.stale_sections(self._connection)
        moves = section_tree.refresh_sections(self._connection, self._plan, self._now, stale)
        self._compose(Composer(self._connection, self._plan, self._formats, self._now))
        moved = self._around(moves)
        stale = pending.stale_sections(self._connection)  # own feeds among them, where a withdrawal lapsed
        touched = {plan.path for plan in self._plan.feeds if moved or self._everything or plan.path in stale}
        note_withdrawals(self._connection, self._plan)
        pending.put_unprinted(self._connection)
        touched |= self._feeds.due
        self._archives.mark_changed()
        self._archives.print_urgent()
        touched |= self._feeds.affected(self._composer, touched)
        files = MediaDocuments(self._connection, self._press, self._root, self._plan.defaults.interval)
        files.print(self._seconds)
        files.publish_site_images(*self._plan.pictures())
        stale = pending.stale_sections(self._connection) | moved | {""}
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
        item_counts.put(self._connection, self._items)
        windows.keep_all(self._connection, self._composer.standings)
        pending.clear(self._connection)

    def _around(self, moves: SectionChanges) -> set[str]:
        """The sections that came, went or changed their titles, and those around them.

        An article is told with the titles of its sections, so those of a section that is called otherwise are marked.
        """
        for path in moves.renamed:
            pending.put_members(self._connection, path)
        parents = {path.rpartition("/")[0] for path in moves.all}
        tops = () if self._everything else moves.all  # else all are printed anyway
        inside = {each for path in tops for each in sections.inside(self._connection, path)}
        self._archives.mark(None if self._everything else (inside | moves.renamed) - moves.came)
        return inside | parents | moves.all

    # --- articles -----------------------------------------------------------------------------------------------------

    def _article_pages(self) -> ArticlePages:
        site, age = self._composer.site(OPML), self._plan.defaults.interval
        return ArticlePages(self._connection, self._press, self._composer, site, self._seconds, age, self._attempt)

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
            replace_problems(self._connection, origin, found)

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
            former = documents.live_feeds(self._connection).difference(expected, *map(self._documents, titles))
            former = {path for path in former if not pages.is_asset(path)}
            gone = frozenset(windows.known(self._connection) - titles.keys() - self._own)
        if not self._lists.needs_directory:
            former.add(DIRECTORY)
        self._press.drop(former, documents.GONE)
        self._record.note_gone(former)
        for path in former:
            self._complain(path, ())
            self._complain(f"the page of {path}", ())
        self._archives.retire(None if self._everything else gone, self._press)
        windows.retire(self._connection, gone)

    def _documents(self, path: str) -> Iterator[str]:
        """The paths of all that a section consists of."""
        for name in ("", *(self._formats[name].filename for name in self._plan.policy(path).formats)):
            yield document_path(path, name)
