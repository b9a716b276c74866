"""From the ledger to Feeds: what stands in each section and in each feed of the operator's own, at one instant."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import quote

from cachetools import LRUCache
from msgspec.structs import asdict, replace
from sqlalchemy import Connection, Row

from feedsvc.excerpt import excerpt
from feedsvc.identity import absolute, tag
from feedsvc.media import present
from feedsvc.model import DAWN, SITE, Article, Copy, Feed, Link, Outline, Section
from feedsvc.pages import Site
from feedsvc.plan import FeedPlan, Plan, Terms
from feedsvc.ports import Format, Profile
from feedsvc.preflight import OwnFeed, sift, turn, unsuited
from feedsvc.readers import to_html
from feedsvc.sections import EVERYTHING, admits, chain_paths, select
from feedsvc.store import editions, ledger
from feedsvc.store.schema import FOREVER
from feedsvc.text import slugify
from feedsvc.withdrawal import taken_back, with_notices

KEPT = 2_000
"""Articles that stay made while an Edition is: those of a few feeds, not all of a large newsroom."""


def home(path: str) -> str:
    """The page of a section."""
    return f"{SITE}/{quote(path)}/" if path else f"{SITE}/"


def below(path: str, name: str) -> str:
    """The path of the document `name` of a section."""
    return f"/{path}/{name}" if path else f"/{name}"


def own_page(article: Article) -> str:
    """The path of the article's page here, or empty where it has a `url` of its own."""
    path = f"/articles/{article.key}/{article.slug}"
    return path if article.url == SITE + quote(path) else ""


class Composer:
    """Reads one ledger at one instant; articles are made once, however many feeds they stand in.

    `stale` are the sections that may have changed since the last Edition; None for all of them.
    """

    def __init__(
        self, connection: Connection, plan: Plan, formats: Mapping[str, Format], now: datetime, stale: set[str] | None
    ) -> None:
        self._connection = connection
        self._plan = plan
        self._formats = formats
        self._now = now
        self._stale = stale
        self._made: LRUCache[int, Article] = LRUCache(KEPT)
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
        copy = self.spoken(ledger.copy_of(row))
        content = to_html(replace(copy, body=row.body), row.path.rpartition("/")[0]) if texts else ""
        places = tuple(place for place in map(self._place, copy.sections) if place)
        own = {
            "id": row.id,
            "iri": absolute(self._plan.authority, row.id),
            "key": row.key,
            "slug": row.slug,
            "url": self._plan.address(copy.url, row.key, row.slug),
            "published": ledger.instant(row.published),
            "updated": ledger.instant(row.updated),
            "summary": copy.summary or excerpt(content),
            "content": content.replace(f'="{self._plan.addresses[0]}/', f'="{SITE}/'),
            "sections": tuple(tuple(map(self._called, place)) for place in places),
            "places": places,
        }
        return Article(**(asdict(copy) | own))

    def spoken(self, copy: Copy) -> Copy:
        """`copy` in a language, with the media that can be published."""
        shown, url = present(copy), self._plan.here(copy.url)
        if copy.language and len(shown) == len(copy.media) and url == copy.url:
            return copy
        return replace(copy, language=copy.language or self._plan.language, media=shown, url=url)

    def _place(self, chain: tuple[str, ...]) -> tuple[Section, ...]:
        """The sections down `chain` by their published titles; as the file calls them where they are not published."""
        return tuple(Section(path=path, title=self.titles.get(path, name)) for path, name in chain_paths(chain))

    def _called(self, place: Section) -> str:
        """The published title, if the path can be told from it again, as those do who read `Article.sections`."""
        word = place.path.rpartition("/")[2]
        return place.title if slugify(place.title) == word else self.names.get(place.path, word)

    def admits(self, plan: FeedPlan, copy: Copy) -> bool:
        """Whether the article that the ledger keeps as `copy` belongs to a feed of the operator's own, while open."""
        spoken = self.spoken(copy)
        return admits(plan.selection, spoken) and not unsuited(self.form(plan).profile, spoken, plan.options)

    def _newest(self, section: str) -> Iterator[Article]:
        return map(self.article, ledger.newest(self._connection, section, ledger.seconds(self._now)))

    # --- sections -----------------------------------------------------------------------------------------------------

    @cached_property
    def names(self) -> dict[str, str]:
        """Path to name, as articles name it, of every section that has been published and is still named."""
        before: dict[str, str] = editions.recall(self._connection, "names", {})
        now = ledger.seconds(self._now)
        if self._stale is None:
            kept = {path: before[path] for path in before.keys() & ledger.named_sections(self._connection)}
            return dict(sorted((kept | ledger.section_names(self._connection, now)).items()))
        for path in self._stale:
            name = ledger.section_name(self._connection, path, now)
            if name is not None:
                before[path] = name
            elif not ledger.is_named(self._connection, path):  # else it has articles, though none is open: it stays
                before.pop(path, None)
        return dict(sorted(before.items()))

    @cached_property
    def titles(self) -> dict[str, str]:
        """Path to title of every section that is published, those above it included."""
        named = dict(self.names)
        for path in self._plan.sections:
            parts = path.split("/")
            for depth in range(1, len(parts) + 1):
                named.setdefault("/".join(parts[:depth]), parts[depth - 1].replace("-", " ").capitalize())
        named |= {path: plan.title for path, plan in self._plan.sections.items() if plan.title}
        named[""] = self._plan.title
        return dict(sorted(named.items()))

    @cached_property
    def _below(self) -> dict[str, list[str]]:
        """The sections directly below each."""
        tree: dict[str, list[str]] = {}
        for path in self.titles:
            if path:
                tree.setdefault(path.rpartition("/")[0], []).append(path)
        return tree

    def trail(self, path: str) -> tuple[Section, ...]:
        """The sections from the top down to `path`, itself included."""
        parts = path.split("/") if path else []
        paths = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
        return tuple(self.section(each) for each in paths)

    def section(self, path: str) -> Section:
        plan = self._plan.sections.get(path)
        title = self.titles.get(path) or path.rpartition("/")[2]
        return Section(path=path, title=title, description=plan.description if plan else "")

    def children(self, path: str) -> tuple[Section, ...]:
        return tuple(map(self.section, self._below.get(path, ())))

    def article_trail(self, article: Article) -> tuple[Section, ...]:
        """The trail to the first section that the article names."""
        return self.trail(article.places[0][-1].path) if article.places else ()

    # --- feeds --------------------------------------------------------------------------------------------------------

    def section_feed(self, path: str) -> Feed:
        terms = self._plan.terms(path)
        articles = select(EVERYTHING, self._newest(path), self._now, terms.limit)
        return self._feed(self.shell(path), articles, path, terms.limit)

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
        numbers: list[int] = []
        judged = sift(profile, self._candidates(plan, profile, numbers), shell, plan.terms.limit)
        accepted = tuple(each.article for each in judged if each.accepted)
        feed = self._feed(shell, accepted, plan.path, plan.terms.limit, notices=not profile.rules)
        return OwnFeed(feed, numbers, judged, turn(profile, judged))

    def _candidates(self, plan: FeedPlan, profile: Profile, numbers: list[int]) -> Iterator[Article]:
        """Those that the feed could hold, newest first; their numbers are noted."""
        chosen = plan.selection.sections
        only = chosen[0] if len(chosen) == 1 else ""  # one section has its own index; several are found in the whole
        oldest = ledger.seconds(self._now) - profile.window if profile.window else -FOREVER
        for number, copy in ledger.newest_copies(self._connection, only, ledger.seconds(self._now)):
            if not self.admits(plan, copy):
                continue
            row = ledger.find(self._connection, number=number)
            if row is None:
                continue
            if row.published <= oldest:
                return
            numbers.append(number)
            yield self.article(row) if profile.texts else self._make(row, texts=False)

    def _is_listed(self, plan: FeedPlan) -> bool:
        return self.form(plan).profile.for_readers and not plan.token

    def form(self, plan: FeedPlan) -> Format:
        return self._formats[plan.terms.formats[0]]

    def operator_shell(self, plan: FeedPlan) -> Feed:
        chosen = plan.selection.sections
        page = home(chosen[0]) if len(chosen) == 1 and chosen[0] in self.titles else home("")
        title = plan.title or (f"{self._plan.title} – {plan.path}" if self._is_listed(plan) else self._plan.title)
        links = (self._link(plan.terms.formats[0], plan.path),)
        return self._shell(plan.path, title, plan.description or title, page, links, plan.terms)

    @cached_property
    def outlines(self) -> tuple[Outline, ...]:
        """Every feed: the whole site's, the sections' as a tree, then the operator's own."""
        own = tuple(Outline(feed=self.operator_shell(plan)) for plan in self._plan.feeds if self._is_listed(plan))
        return (Outline(feed=self.shell("")), *self._branches(""), *own)

    def _branches(self, path: str) -> tuple[Outline, ...]:
        return tuple(
            Outline(feed=self.shell(child), children=self._branches(child)) for child in self._below.get(path, ())
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
            author=plan.author,
            copyright=plan.copyright,
            logo=plan.logo,
            icon=plan.icon,
            cover=plan.cover,
            accent=plan.accent,
        )

    def _feed(self, shell: Feed, articles: tuple[Article, ...], name: str, limit: int, *, notices: bool = True) -> Feed:
        """`name` is what its withdrawals are noted under; with `notices`, these stand in the place of what is gone."""
        gone = taken_back(self._connection, self._plan, name, self._now)
        told = with_notices(articles, gone)[:limit] if notices else articles
        languages = {article.language for article in articles}
        changes = (*(article.updated for article in told), *(each.told.when for each in gone))
        values = asdict(shell) | {
            "articles": told,
            "updated": max(changes, default=DAWN),
            "language": languages.pop() if len(languages) == 1 else self._plan.language,
            "withdrawn": tuple(each.told for each in gone),
        }
        return Feed(**values)
