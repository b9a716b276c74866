"""From the previous Edition to the next: renders what changed, and writes it in one transaction. The single writer."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, delete, select

from feedsvc import media, pages, press
from feedsvc.compose import Composer, Means, below, own_page
from feedsvc.library import Library, Look, Tick
from feedsvc.model import Article, Document, Feed, Problem, Report
from feedsvc.outline import render as render_outline
from feedsvc.plan import Plan
from feedsvc.press import Press
from feedsvc.store import editions, ledger
from feedsvc.store.database import Store
from feedsvc.store.lease import Lease, renew
from feedsvc.store.schema import dirty, stale

OPML = "/feeds.opml"
Clock = Callable[[], datetime]


class Publisher:
    def __init__(self, store: Store, library: Library, plan: Plan, means: Means) -> None:
        self._store = store
        self._library = library
        self._plan = plan
        self._means = means

    def publish(
        self,
        lease: Lease,
        clock: Clock,
        *,
        patient: bool = True,
        accept_removals: bool = False,
        tick: Tick | None = None,
    ) -> Report:
        """One regeneration: look at the folder, then publish what changed. Raises LeaseLost if another publishes.

        The ledger is written before the Edition: a crash between the two leaves the changes marked, for the next run.
        `patient`, `accept_removals` and `tick` are the library's.
        """
        with self._store.write() as connection:
            renew(connection, lease, clock())
            everything = editions.recall(connection, "digest") != self._plan.digest
            options = {"everything": everything, "patient": patient, "accept_removals": accept_removals}
            look = self._library.look(connection, clock(), tick=tick, **options)
        with self._store.write() as connection:
            run = _Run(connection, self._plan, self._means, self._library, clock())
            report = run.publish(look, everything=everything)
            if run.changed:
                editions.close(connection, report.edition, clock())
            renew(connection, lease, clock())
        return report


class _Run:
    """One publication, within one transaction. `everything`: print it all, because the configuration is another."""

    def __init__(self, connection: Connection, plan: Plan, means: Means, library: Library, now: datetime) -> None:
        self._connection = connection
        self._plan = plan
        self._formats = means.formats
        self._root = library.root
        self._now = now
        self._seconds = ledger.seconds(now)
        self._composer = Composer(connection, plan, means, now)
        self._edition = editions.current(connection) + 1
        self._press = Press(connection, plan.addresses, self._edition)
        self._items: dict[str, int] = {}

    def publish(self, look: Look, *, everything: bool) -> Report:
        ledger.mark_turned(self._connection, int(editions.recall(self._connection, "tick", 0)), self._seconds)
        if everything:
            editions.drop_addresses(self._connection, len(self._plan.addresses))
            editions.remember(self._connection, "digest", self._plan.digest)
        if everything or ledger.has_news(self._connection):
            self._print_news(everything=everything)
        return self._close(look)

    @property
    def changed(self) -> int:
        return self._press.changed

    def _close(self, look: Look) -> Report:
        report = Report(
            edition=self._edition if self.changed else self._edition - 1,
            finished=self._now,
            read=look.read,
            gone=look.gone,
            documents=self.changed,
            unsettled=look.unsettled,
            next_turn=ledger.next_turn(self._connection, self._seconds),
        )
        for name, value in (("tick", self._seconds), ("report", report)):
            editions.remember(self._connection, name, value)
        return report

    def _print_news(self, *, everything: bool) -> None:
        self._site = self._composer.site(OPML)
        for number in list(self._connection.scalars(select(dirty.c.article))):
            self._print_article(number)
        moved = self._moved_sections()
        titles = self._composer.titles
        touched = set(self._connection.scalars(select(stale.c.section)))
        for path in sorted(titles if everything else (touched | moved | {""}) & titles.keys()):
            self._print_section(path)
        for plan in self._plan.feeds:
            self._print_feed(self._composer.operator_feed(plan), plan.terms.formats[0], plan.path)
        self._print_outline()
        if moved or everything:
            self._retire()
        self._note_items()
        for table in (dirty, stale):
            self._connection.execute(delete(table))

    def _note_items(self) -> None:
        """How many items each feed has, for the status; of feeds that are gone no more."""
        live = editions.live_feeds(self._connection)
        items: dict[str, int] = editions.recall(self._connection, "items", {}) | self._items
        editions.remember(self._connection, "items", {path: items[path] for path in sorted(items.keys() & live)})

    def _moved_sections(self) -> set[str]:
        """The sections that came, went or changed their titles since the last Edition, and those around them."""
        before: dict[str, str] = editions.recall(self._connection, "sections", {})
        after = self._composer.titles
        moved = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
        parents = {path.rpartition("/")[0] for path in moved}
        inside = {path for path in after if any(top and path.startswith(f"{top}/") for top in moved)}
        editions.remember(self._connection, "sections", after)
        return moved | parents | inside

    # --- articles -----------------------------------------------------------------------------------------------------

    def _print_article(self, number: int) -> None:
        row = ledger.find(self._connection, number=number)
        if row is None:
            return
        article = self._composer.article(row) if row.opens <= self._seconds < row.closes else None
        page = own_page(article) if article else ""
        if article and page:
            trail = self._composer.article_trail(article)
            links = self._composer.shell(trail[-1].path if trail else "").links
            self._print_page(page, pages.article(self._site, article, trail, links), self._plan.defaults.interval)
        former = editions.below(self._connection, f"/articles/{row.key}/").keys() - {page}
        self._press.drop(former, editions.FORGOTTEN if page else editions.GONE)
        self._print_files(number, row.path or "", article)

    def _print_files(self, number: int, place: str, article: Article | None) -> None:
        """Publish the local files that the article shows, and take back those that no open article shows any more."""
        kinds = media.shown(article) if article else {}
        missing = [file for file, kind in kinds.items() if not (kind and self._print_file(file, kind))]
        ledger.replace_problems(self._connection, f"files of {place}", [_not_there(place, file) for file in missing])
        kept = {file: kind for file, kind in kinds.items() if file not in missing}
        former = editions.attach(self._connection, number, kept)
        unused = {f"/media/{file}" for file in former if not editions.is_attached(self._connection, file)}
        self._press.drop(unused, editions.GONE)

    def _print_file(self, file: str, kind: str) -> bool:
        if media.length(self._root, file) is None:
            return False
        head = Document(path=f"/media/{file}", type=kind, body=b"", max_age=self._plan.defaults.interval)
        return self._press.print_file(self._root, file, head)

    # --- feeds and their pages ----------------------------------------------------------------------------------------

    def _print_section(self, path: str) -> None:
        feed = self._composer.section_feed(path)
        for name in self._plan.terms(path).formats:
            self._print_feed(feed, name, below(path, self._formats[name].filename))
        if path:
            page = pages.section(self._site, feed, self._composer.trail(path), self._composer.children(path))
        else:
            page = pages.front(self._site, feed, self._composer.outlines())
        self._print_page(below(path, ""), page, feed.interval)

    def _print_feed(self, feed: Feed, name: str, path: str) -> None:
        """Where the format fails, the last good document stays."""
        body, problems = press.render(self._formats[name], feed)
        ledger.replace_problems(self._connection, path, problems)
        self._items[path] = len(feed.articles)
        if body is not None:
            kind = f"{self._formats[name].type}; charset=utf-8"
            self._press.print(Document(path=path, type=kind, body=body, max_age=feed.interval))

    def _print_page(self, path: str, body: bytes, max_age: int) -> None:
        self._press.print(Document(path=path, type="text/html; charset=utf-8", body=body, max_age=max_age))

    def _print_outline(self) -> None:
        whole = self._composer.section_feed("")
        body = render_outline(whole.title, whole.updated, self._composer.outlines())
        kind = "text/x-opml; charset=utf-8"
        self._press.print(Document(path=OPML, type=kind, body=body, max_age=whole.interval))

    def _retire(self) -> None:
        """Take out the feeds and pages of what is there no more: sections that no article names, formats, feeds."""
        expected = {OPML, *(plan.path for plan in self._plan.feeds)}
        for path in self._composer.titles:
            names = ("", *(self._formats[name].filename for name in self._plan.terms(path).formats))
            expected |= {below(path, name) for name in names}
        self._press.drop(editions.live_feeds(self._connection) - expected, editions.GONE)


def _not_there(place: str, file: str) -> Problem:
    reason = f"it shows the file {file}, which is not there or is not of a kind that is published"
    return Problem(place=place, reason=reason, remedy="put it there, or take the link out", warning=True)
