"""Builds the channels of feeds (titles, links and terms, as a Feed without articles), and the Site for pages."""

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from msgspec.structs import replace

from feedsvc.model.feed import EPOCH_DATE, Feed, Link, Outline
from feedsvc.model.format import Format
from feedsvc.model.identity import tag
from feedsvc.model.plan import FeedPlan, FeedPolicy, Plan
from feedsvc.model.urls import OPML, SITE, document_path, section_page
from feedsvc.pages import READERS, Site
from feedsvc.publisher.section_tree import SectionIndex


class ChannelBuilder:
    """Builds the channels of sections and of custom feeds."""

    def __init__(self, plan: Plan, formats: Mapping[str, Format], sections: SectionIndex) -> None:
        self._plan = plan
        self._formats = formats
        self._sections = sections

    def section(self, path: str) -> Feed:
        """The channel of a section; of the whole site for the empty path."""
        policy = self._plan.policy(path)
        names = " / ".join(step.title for step in self._sections.trail(path))
        title = f"{self._plan.title} – {names}" if path else self._plan.title
        own = self._plan.sections.get(path)
        description = (own and own.description) or (title if path else self._plan.description or title)
        links = tuple(self._link(name, document_path(path, self._formats[name].filename)) for name in policy.formats)
        channel = self._channel(f"/{path}/" if path else "/", title, description, section_page(path), links, policy)
        return replace(channel, hubs=self._plan.hubs)

    def custom(self, plan: FeedPlan) -> Feed:
        """The channel of a custom feed. Its page is that of the section that it selects, if it selects exactly one."""
        chosen = plan.selection.sections
        has_page = len(chosen) == 1 and self._sections.is_there(chosen[0])
        page = section_page(chosen[0] if has_page else "")
        title = plan.title or (f"{self._plan.title} – {plan.path}" if self._is_listed(plan) else self._plan.title)
        links = (self._link(plan.policy.formats[0], plan.path),)
        channel = self._channel(plan.path, title, plan.description or title, page, links, plan.policy)
        language = plan.selection.language or self._plan.language
        return replace(channel, language=language, hubs=self._plan.hubs if self._is_listed(plan) else ())

    def format_of(self, plan: FeedPlan) -> Format:
        """The format of a custom feed."""
        return self._formats[plan.policy.formats[0]]

    def archive_links(self, section: str, name: str) -> tuple[Link, ...]:
        """The links to the archive document `name` of a section, in each format that can be archived."""
        forms = [self._formats[each] for each in self._plan.policy(section).formats]
        folder = f"{section}/{name}" if section else name
        return tuple(self._link(form.name, document_path(folder, form.filename)) for form in forms if form.chained)

    def outlines(self, sections: Iterable[str]) -> tuple[Outline, ...]:
        """The whole site's feed, those of `sections` as a tree, then the custom feeds that readers can subscribe to."""
        below: dict[str, list[str]] = {}
        for path in filter(None, sections):
            below.setdefault(path.rpartition("/")[0], []).append(path)
        custom = tuple(Outline(feed=self.custom(plan)) for plan in self._plan.feeds if self._is_listed(plan))
        return (Outline(feed=self.section("")), *self._branches(below, ""), *custom)

    def followed_at(self, page: str) -> tuple[Feed, ...]:
        """The channels of the custom feeds that readers can subscribe to, and whose page has the URL `page`."""
        listed = (self.custom(plan) for plan in self._plan.feeds if self._is_listed(plan))
        return tuple(channel for channel in listed if channel.home == page)

    def site(self) -> Site:
        """The site, as all pages show it."""
        plan = self._plan
        return Site(
            title=plan.title,
            description=plan.description,
            language=plan.language,
            author=plan.author,
            copyright=plan.copyright,
            logo=plan.logo,
            canonical=plan.addresses[0],
            links=self.section("").links,
            opml=SITE + OPML,
            timezone=plan.timezone,
            readers=READERS if plan.readers is None else plan.readers,
        )

    def _branches(self, below: dict[str, list[str]], path: str) -> tuple[Outline, ...]:
        children = below.get(path, ())
        return tuple(Outline(feed=self.section(child), children=self._branches(below, child)) for child in children)

    def _is_listed(self, plan: FeedPlan) -> bool:
        """True if lists of feeds include the feed: readers can subscribe to its format, and it has no token."""
        return self.format_of(plan).profile.for_readers and not plan.token

    def _link(self, name: str, path: str) -> Link:
        form = self._formats[name]
        return Link(format=form.name, href=SITE + quote(path), type=form.type)

    def _channel(
        self, path: str, title: str, description: str, page: str, links: tuple[Link, ...], policy: FeedPolicy
    ) -> Feed:
        plan = self._plan
        return Feed(
            id=tag(plan.authority, path),
            path=path,
            title=title,
            description=description,
            home=page,
            canonical=plan.addresses[0],
            updated=EPOCH_DATE,
            language=plan.language,
            links=links,
            full=policy.full,
            interval=policy.interval,
            author=plan.author or plan.title,
            copyright=plan.copyright,
            logo=plan.logo,
            icon=plan.icon,
            cover=plan.cover,
            accent=plan.accent,
        )
