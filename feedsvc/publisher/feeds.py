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
from feedsvc.model.article import Article, ArticleCopy, Section
from feedsvc.model.codec import FOREVER
from feedsvc.model.excerpt import excerpt
from feedsvc.model.feed import EPOCH_DATE, Feed, Link, Outline
from feedsvc.model.format import Format
from feedsvc.model.identity import absolute, tag
from feedsvc.model.plan import FeedPlan, FeedPolicy, Plan
from feedsvc.model.selection import MATCH_ALL, matches, section_paths, select
from feedsvc.model.text import slugify
from feedsvc.model.urls import SITE, document_path, section_page
from feedsvc.pages import Site
from feedsvc.publisher import window
from feedsvc.publisher.rules import JudgedFeed, first_expiry, irrelevant_reason, judge_until
from feedsvc.publisher.section_tree import SectionIndex
from feedsvc.publisher.withdrawals import WithdrawnItem, recent_withdrawals
from feedsvc.readers import html_of
from feedsvc.store import archives, ledger
from feedsvc.store.archives import Archive
from feedsvc.store.windows import WindowState, newest, newest_copies, state

KEPT = 2_000
"""Articles that stay made while an Edition is: those of a few feeds, not all of a large newsroom."""


class WindowContents(NamedTuple):
    """What the feed `name` holds: `rows`, what is `gone` from it, and how its window stands then."""

    name: str
    rows: list[Row[Any]]
    gone: list[WithdrawnItem]
    standing: WindowState


class Composer(SectionIndex):
    """Reads one ledger at one instant; articles are made once, however many feeds they stand in."""

    def __init__(self, connection: Connection, plan: Plan, formats: Mapping[str, Format], now: datetime) -> None:
        super().__init__(connection, plan)
        self._now = now
        self._formats = formats
        self._made: LRUCache[int, Article] = LRUCache(KEPT)
        self.standings: dict[str, WindowState] = {}
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

    def normalised(self, copy: ArticleCopy) -> ArticleCopy:
        """`copy` in a language, with the media that can be published."""
        said = self._said(copy)
        return copy if all(getattr(copy, name) == value for name, value in said.items()) else replace(copy, **said)

    def _said(self, copy: ArticleCopy) -> dict[str, Any]:
        return {
            "language": copy.language or self._plan.language,
            "media": present(copy),
            "url": self._plan.canonical_to_site(copy.url),
        }

    def _place(self, chain: tuple[str, ...]) -> tuple[Section, ...]:
        """The sections down `chain` by their published titles; as the file calls them where they are not published."""
        steps = ((path, name, self.entry(path)) for path, name in section_paths(chain))
        return tuple(Section(path=path, title=entry.title if entry else name) for path, name, entry in steps)

    def _called(self, place: Section) -> str:
        """The published title, if the path can be told from it again, as those do who read `Article.sections`."""
        word = place.path.rpartition("/")[2]
        entry = self.entry(place.path)
        return place.title if slugify(place.title) == word else (entry and entry.name) or word

    def matches(self, plan: FeedPlan, copy: ArticleCopy) -> bool:
        """Whether the article that the ledger keeps as `copy` belongs to a feed of the operator's own, while open."""
        spoken = self.normalised(copy)
        return matches(plan.selection, spoken) and not irrelevant_reason(
            self.format(plan).profile, spoken, plan.options
        )

    # --- feeds --------------------------------------------------------------------------------------------------------

    def section_feed(self, path: str) -> Feed:
        terms = self._plan.policy(path)
        before = window.for_policy(self._standing(path), terms)
        rows = newest(self._connection, path, ledger.seconds(self._now), before.floor)
        held = self._hold(path, rows, before, terms)
        return self._feed(self.empty_feed(path), held, tuple(self._told(held, {})))

    def archive_feed(self, archive: Archive) -> Feed:
        """The feed that a closed document of a section is: what it holds, as far as it may be seen."""
        shell = self.empty_feed(archive.section)
        rows = archives.articles_of(self._connection, archive, ledger.seconds(self._now))
        articles = select(MATCH_ALL, map(self.article, rows), self._now, len(rows))
        older = archives.before(self._connection, archive)
        return replace(
            shell,
            articles=articles,
            updated=max((article.updated for article in articles), default=EPOCH_DATE),
            links=self.archive_links(archive),
            older=self.archive_links(older) if older else (),
            current=shell.links,
        )

    def archive_links(self, archive: Archive) -> tuple[Link, ...]:
        forms = [self._formats[name] for name in self._plan.policy(archive.section).formats]
        place = f"{archive.section}/{archive.name}" if archive.section else archive.name
        return tuple(self._link(form.name, document_path(place, form.filename)) for form in forms if form.chained)

    def empty_feed(self, path: str) -> Feed:
        """The feed of a section without its articles: all that a list of feeds shows of it."""
        terms = self._plan.policy(path)
        names = " / ".join(step.title for step in self.trail(path))
        title = f"{self._plan.title} – {names}" if path else self._plan.title
        description = self.section(path).description or (title if path else self._plan.description or title)
        links = tuple(self._link(name, document_path(path, self._formats[name].filename)) for name in terms.formats)
        return self._shell(f"/{path}/" if path else "/", title, description, section_page(path), links, terms)

    def custom_feed(self, plan: FeedPlan) -> JudgedFeed:
        profile = self.format(plan).profile
        tag = plan.selection.language or self._plan.language
        told = {"options": plan.options, "live": self._plan.live, "pictures": self._plan.measured, "language": tag}
        shell = replace(self.empty_custom_feed(plan), **told)
        before = window.for_policy(self._standing(plan.path), plan.policy, plan.selection)
        rows: list[Row[Any]] = []
        judged = judge_until(profile, self._candidates(plan, before, rows), shell, plan.policy.limit)
        accepted = {row.number: each.article for row, each in zip(rows, judged, strict=False) if each.accepted}
        stay = (row for row in rows if row.number in accepted)
        held = self._hold(plan.path, stay, before, plan.policy, notices=not profile.rules)
        held = held._replace(standing=window.close_below(held.rows, held.standing, plan.policy))
        articles = tuple(self._told(held, accepted))
        return JudgedFeed(
            self._feed(shell, held, articles), [row.number for row in rows], judged, first_expiry(profile, judged)
        )

    def _candidates(self, plan: FeedPlan, before: WindowState, rows: list[Row[Any]]) -> Iterator[Article]:
        """Those that the feed could hold, newest first; their `rows` are noted."""
        profile, chosen, now = self.format(plan).profile, plan.selection.sections, ledger.seconds(self._now)
        only = chosen[0] if len(chosen) == 1 else ""  # one section has its own index; several are found in the whole
        oldest = now - profile.max_age if profile.max_age else -FOREVER
        for row in newest_copies(self._connection, only, now, before.floor):
            if row.available <= oldest:  # and all that follow
                return
            if row.published <= oldest or not self.matches(plan, ledger.copy_of(row)):
                continue
            whole = ledger.find(self._connection, number=row.number)
            if whole is not None:
                rows.append(row)
                yield self.article(whole) if profile.needs_text else self._make(whole, texts=False)

    def _is_listed(self, plan: FeedPlan) -> bool:
        return self.format(plan).profile.for_readers and not plan.token

    def format(self, plan: FeedPlan) -> Format:
        return self._formats[plan.policy.formats[0]]

    def empty_custom_feed(self, plan: FeedPlan) -> Feed:
        chosen = plan.selection.sections
        page = section_page(chosen[0]) if len(chosen) == 1 and self.is_there(chosen[0]) else section_page("")
        title = plan.title or (f"{self._plan.title} – {plan.path}" if self._is_listed(plan) else self._plan.title)
        links = (self._link(plan.policy.formats[0], plan.path),)
        return self._shell(plan.path, title, plan.description or title, page, links, plan.policy)

    def outlines(self, sections: Iterable[str]) -> tuple[Outline, ...]:
        """The whole site's feed, those of `sections` as a tree, then the operator's own."""
        below: dict[str, list[str]] = {}
        for path in filter(None, sections):
            below.setdefault(path.rpartition("/")[0], []).append(path)
        own = tuple(Outline(feed=self.empty_custom_feed(plan)) for plan in self._plan.feeds if self._is_listed(plan))
        return (Outline(feed=self.empty_feed("")), *self._branches(below, ""), *own)

    def _branches(self, below: dict[str, list[str]], path: str) -> tuple[Outline, ...]:
        return tuple(
            Outline(feed=self.empty_feed(child), children=self._branches(below, child)) for child in below.get(path, ())
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
            links=self.empty_feed("").links,
            opml=SITE + opml,
        )

    def _shell(
        self, name: str, title: str, description: str, page: str, links: tuple[Link, ...], terms: FeedPolicy
    ) -> Feed:
        plan = self._plan
        return Feed(
            id=tag(plan.authority, name),
            path=name,
            title=title,
            description=description,
            home=page,
            updated=EPOCH_DATE,
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

    def _standing(self, name: str) -> WindowState:
        return self.standings.get(name) or state(self._connection, name)

    def _hold(
        self, name: str, rows: Iterable[Row[Any]], before: WindowState, terms: FeedPolicy, *, notices: bool = True
    ) -> WindowContents:
        """The window of the feed `name` over `rows`; with `notices`, what was taken back of late has them there."""
        gone = recent_withdrawals(self._connection, self._plan, name, self._now)
        told = (each.row for each in gone if notices and each.stand_in)
        stand_ins = [row for row in told if window.is_above(row, before.floor)]
        if stand_ins:
            rows = merge(rows, sorted(stand_ins, key=window.newest_first), key=window.newest_first)
        held, now = window.apply_limits(rows, before, terms, ledger.seconds(self._now))
        there = {row.number for row in held}
        return WindowContents(
            name, held, [each if each.row.number in there else each.without_notice() for each in gone], now
        )

    def _told(self, held: WindowContents, made: Mapping[int, Article]) -> Iterator[Article]:
        """The articles of the window; those that are not `made` yet are made of its rows."""
        stand_ins = {each.row.number: each.stand_in for each in held.gone}
        for row in held.rows:
            if (notice := stand_ins.get(row.number)) is not None:
                yield notice
            else:
                yield from select(MATCH_ALL, (made.get(row.number) or self.article(row),), self._now, 1)

    def _feed(self, shell: Feed, held: WindowContents, articles: tuple[Article, ...]) -> Feed:
        languages = {article.language for article in articles}
        changes = (*(article.updated for article in articles), *(each.told.when for each in held.gone))
        updated = max(*changes, EPOCH_DATE, ledger.instant(held.standing.updated))
        self.standings[held.name] = held.standing._replace(updated=ledger.seconds(updated))
        values = asdict(shell) | {
            "articles": articles,
            "updated": updated,
            "language": languages.pop() if len(languages) == 1 else self._plan.language,
            "withdrawn": tuple(each.told for each in held.gone),
        }
        return Feed(**values)
