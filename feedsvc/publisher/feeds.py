"""From the ledger to Feeds: what stands in each section and in each feed of the operator's own, at one instant."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from heapq import merge
from typing import Any, NamedTuple
from urllib.parse import quote

from cachetools import LRUCache
from msgspec.structs import asdict, replace
from sqlalchemy import Connection, Row

from feedsvc.library.media import present
from feedsvc.model.article import Article, Copy, Section
from feedsvc.model.codec import FOREVER
from feedsvc.model.excerpt import excerpt
from feedsvc.model.feed import DAWN, Feed, Link, Outline
from feedsvc.model.format import Format
from feedsvc.model.identity import absolute, tag
from feedsvc.model.plan import FeedPlan, Plan, Terms
from feedsvc.model.selection import EVERYTHING, admits, chain_paths, select
from feedsvc.model.text import slugify
from feedsvc.model.urls import SITE, below, home
from feedsvc.pages import Site
from feedsvc.publisher import window
from feedsvc.publisher.rules import OwnFeed, sift, turn, unsuited
from feedsvc.publisher.section_tree import Sections
from feedsvc.publisher.withdrawals import Gone, taken_back
from feedsvc.readers import html_of
from feedsvc.store import archives, ledger
from feedsvc.store.archives import Archive
from feedsvc.store.windows import Standing, newest, newest_copies, standing

KEPT = 2_000
"""Articles that stay made while an Edition is: those of a few feeds, not all of a large newsroom."""


class Held(NamedTuple):
    """What the feed `name` holds: `rows`, what is `gone` from it, and how its window stands then."""

    name: str
    rows: list[Row[Any]]
    gone: list[Gone]
    standing: Standing


class Composer(Sections):
    """Reads one ledger at one instant; articles are made once, however many feeds they stand in."""

    def __init__(self, connection: Connection, plan: Plan, formats: Mapping[str, Format], now: datetime) -> None:
        super().__init__(connection, plan)
        self._now = now
        self._formats = formats
        self._made: LRUCache[int, Article] = LRUCache(KEPT)
        self.standings: dict[str, Standing] = {}
        """How the windows of all feeds that were made stand."""
        self.used: set[int] = set()
        """The numbers of all articles that were made for some feed or page."""

    # --- articles -----------------------------------------------------------------------------------------------------

    def article(self, row: Row[Any]) -> Article:
        self.used.add(row.number)
        made: Article | None = self._made.get(row.number)
        if made is None:
            made = self._made[row.number] = self._make(row)
        return made

    def _make(self, row: Row[Any], *, texts: bool = True) -> Article:
        copy = ledger.copy_of(row)
        said = self._said(copy)
        content = html_of(copy.markup, row.body, row.path.rpartition("/")[0]) if texts else ""
        places = tuple(place for place in map(self._place, copy.sections) if place)
        own = {
            "id": row.id,
            "iri": absolute(self._plan.authority, row.id),
            "key": row.key,
            "slug": row.slug,
            "url": self._plan.address(said["url"], row.key, row.slug),
            "published": ledger.instant(row.published),
            "updated": ledger.instant(row.updated),
            "summary": copy.summary or excerpt(content),
            "content": content.replace(f'="{self._plan.addresses[0]}/', f'="{SITE}/'),
            "sections": tuple(tuple(map(self._called, place)) for place in places),
            "places": places,
        }
        return Article(**(asdict(copy) | said | own))

    def spoken(self, copy: Copy) -> Copy:
        """`copy` in a language, with the media that can be published."""
        said = self._said(copy)
        return copy if all(getattr(copy, name) == value for name, value in said.items()) else replace(copy, **said)

    def _said(self, copy: Copy) -> dict[str, Any]:
        return {
            "language": copy.language or self._plan.language,
            "media": present(copy),
            "url": self._plan.here(copy.url),
        }

    def _place(self, chain: tuple[str, ...]) -> tuple[Section, ...]:
        """The sections down `chain` by their published titles; as the file calls them where they are not published."""
        steps = ((path, name, self.entry(path)) for path, name in chain_paths(chain))
        return tuple(Section(path=path, title=entry.title if entry else name) for path, name, entry in steps)

    def _called(self, place: Section) -> str:
        """The published title, if the path can be told from it again, as those do who read `Article.sections`."""
        word = place.path.rpartition("/")[2]
        entry = self.entry(place.path)
        return place.title if slugify(place.title) == word else (entry and entry.name) or word

    def admits(self, plan: FeedPlan, copy: Copy) -> bool:
        """Whether the article that the ledger keeps as `copy` belongs to a feed of the operator's own, while open."""
        spoken = self.spoken(copy)
        return admits(plan.selection, spoken) and not unsuited(self.form(plan).profile, spoken, plan.options)

    # --- feeds --------------------------------------------------------------------------------------------------------

    def section_feed(self, path: str) -> Feed:
        terms = self._plan.terms(path)
        before = window.under(self._standing(path), terms)
        rows = newest(self._connection, path, ledger.seconds(self._now), before.floor)
        held = self._hold(path, rows, before, terms)
        return self._feed(self.shell(path), held, tuple(self._told(held, {})))

    def archive_feed(self, archive: Archive) -> Feed:
        """The feed that a closed document of a section is: what it holds, as far as it may be seen."""
        shell = self.shell(archive.section)
        rows = archives.articles_of(self._connection, archive, ledger.seconds(self._now))
        articles = select(EVERYTHING, map(self.article, rows), self._now, len(rows))
        older = archives.before(self._connection, archive)
        return replace(
            shell,
            articles=articles,
            updated=max((article.updated for article in articles), default=DAWN),
            links=self.archive_links(archive),
            older=self.archive_links(older) if older else (),
            current=shell.links,
        )

    def archive_links(self, archive: Archive) -> tuple[Link, ...]:
        forms = [self._formats[name] for name in self._plan.terms(archive.section).formats]
        place = f"{archive.section}/{archive.name}" if archive.section else archive.name
        return tuple(self._link(form.name, below(place, form.filename)) for form in forms if form.chained)

    def shell(self, path: str) -> Feed:
        """The feed of a section without its articles: all that a list of feeds shows of it."""
        terms = self._plan.terms(path)
        names = " / ".join(step.title for step in self.trail(path))
        title = f"{self._plan.title} – {names}" if path else self._plan.title
        description = self.section(path).description or (title if path else self._plan.description or title)
        links = tuple(self._link(name, below(path, self._formats[name].filename)) for name in terms.formats)
        return self._shell(f"/{path}/" if path else "/", title, description, home(path), links, terms)

    def operator_feed(self, plan: FeedPlan) -> OwnFeed:
        profile = self.form(plan).profile
        tag = plan.selection.language or self._plan.language
        told = {"options": plan.options, "live": self._plan.live, "pictures": self._plan.measured, "language": tag}
        shell = replace(self.operator_shell(plan), **told)
        before = window.under(self._standing(plan.path), plan.terms, plan.selection)
        rows: list[Row[Any]] = []
        judged = sift(profile, self._candidates(plan, before, rows), shell, plan.terms.limit)
        accepted = {row.number: each.article for row, each in zip(rows, judged, strict=False) if each.accepted}
        stay = (row for row in rows if row.number in accepted)
        held = self._hold(plan.path, stay, before, plan.terms, notices=not profile.rules)
        held = held._replace(standing=window.filled(held.rows, held.standing, plan.terms))
        articles = tuple(self._told(held, accepted))
        return OwnFeed(self._feed(shell, held, articles), [row.number for row in rows], judged, turn(profile, judged))

    def _candidates(self, plan: FeedPlan, before: Standing, rows: list[Row[Any]]) -> Iterator[Article]:
        """Those that the feed could hold, newest first; their `rows` are noted."""
        profile, chosen, now = self.form(plan).profile, plan.selection.sections, ledger.seconds(self._now)
        only = chosen[0] if len(chosen) == 1 else ""  # one section has its own index; several are found in the whole
        oldest = now - profile.window if profile.window else -FOREVER
        for row in newest_copies(self._connection, only, now, before.floor):
            if row.available <= oldest:  # and all that follow
                return
            if row.published <= oldest or not self.admits(plan, ledger.copy_of(row)):
                continue
            whole = ledger.find(self._connection, number=row.number)
            if whole is not None:
                rows.append(row)
                yield self.article(whole) if profile.texts else self._make(whole, texts=False)

    def _is_listed(self, plan: FeedPlan) -> bool:
        return self.form(plan).profile.for_readers and not plan.token

    def form(self, plan: FeedPlan) -> Format:
        return self._formats[plan.terms.formats[0]]

    def operator_shell(self, plan: FeedPlan) -> Feed:
        chosen = plan.selection.sections
        page = home(chosen[0]) if len(chosen) == 1 and self.is_there(chosen[0]) else home("")
        title = plan.title or (f"{self._plan.title} – {plan.path}" if self._is_listed(plan) else self._plan.title)
        links = (self._link(plan.terms.formats[0], plan.path),)
        return self._shell(plan.path, title, plan.description or title, page, links, plan.terms)

    def outlines(self, sections: Iterable[str]) -> tuple[Outline, ...]:
        """The whole site's feed, those of `sections` as a tree, then the operator's own."""
        below: dict[str, list[str]] = {}
        for path in filter(None, sections):
            below.setdefault(path.rpartition("/")[0], []).append(path)
        own = tuple(Outline(feed=self.operator_shell(plan)) for plan in self._plan.feeds if self._is_listed(plan))
        return (Outline(feed=self.shell("")), *self._branches(below, ""), *own)

    def _branches(self, below: dict[str, list[str]], path: str) -> tuple[Outline, ...]:
        return tuple(
            Outline(feed=self.shell(child), children=self._branches(below, child)) for child in below.get(path, ())
        )

    def _link(self, name: str, path: str) -> Link:
        form = self._formats[name]
        return Link(format=form.name, href=SITE + quote(path), type=form.type)

    def site(self, opml: str) -> Site:
        """What every page says; `opml` is the path of the list of feeds."""
        plan = self._plan
        return Site(
            title=plan.title,
            description=plan.description,
            language=plan.language,
            author=plan.author,
            copyright=plan.copyright,
            links=self.shell("").links,
            opml=SITE + opml,
        )

    def _shell(self, name: str, title: str, description: str, page: str, links: tuple[Link, ...], terms: Terms) -> Feed:
        plan = self._plan
        return Feed(
            id=tag(plan.authority, name),
            path=name,
            title=title,
            description=description,
            home=page,
            updated=DAWN,
            language=plan.language,
            links=links,
            full=terms.full,
            interval=terms.interval,
            author=plan.author or plan.title,
            copyright=plan.copyright,
            logo=plan.logo,
            icon=plan.icon,
            cover=plan.cover,
            accent=plan.accent,
        )

    def _standing(self, name: str) -> Standing:
        return self.standings.get(name) or standing(self._connection, name)

    def _hold(
        self, name: str, rows: Iterable[Row[Any]], before: Standing, terms: Terms, *, notices: bool = True
    ) -> Held:
        """The window of the feed `name` over `rows`; with `notices`, what was taken back of late has them there."""
        gone = taken_back(self._connection, self._plan, name, self._now)
        told = (each.row for each in gone if notices and each.stand_in)
        stand_ins = [row for row in told if window.is_above(row, before.floor)]
        if stand_ins:
            rows = merge(rows, sorted(stand_ins, key=window.newest_first), key=window.newest_first)
        held, now = window.cut(rows, before, terms, ledger.seconds(self._now))
        there = {row.number for row in held}
        return Held(name, held, [each if each.row.number in there else each.without_notice() for each in gone], now)

    def _told(self, held: Held, made: Mapping[int, Article]) -> Iterator[Article]:
        """The articles of the window; those that are not `made` yet are made of its rows."""
        stand_ins = {each.row.number: each.stand_in for each in held.gone}
        for row in held.rows:
            if (notice := stand_ins.get(row.number)) is not None:
                yield notice
            else:
                yield from select(EVERYTHING, (made.get(row.number) or self.article(row),), self._now, 1)

    def _feed(self, shell: Feed, held: Held, articles: tuple[Article, ...]) -> Feed:
        languages = {article.language for article in articles}
        changes = (*(article.updated for article in articles), *(each.told.when for each in held.gone))
        updated = max(*changes, DAWN, ledger.instant(held.standing.updated))
        self.standings[held.name] = held.standing._replace(updated=ledger.seconds(updated))
        values = asdict(shell) | {
            "articles": articles,
            "updated": updated,
            "language": languages.pop() if len(languages) == 1 else self._plan.language,
            "withdrawn": tuple(each.told for each in held.gone),
        }
        return Feed(**values)
