"""Builds articles from the entries of the ledger: text as HTML, addresses, and sections by their published titles."""

from typing import Any, Protocol

from cachetools import LRUCache
from msgspec.structs import asdict, replace

from feedsvc.model import codec
from feedsvc.model.article import Article, ArticleCopy, Section
from feedsvc.model.excerpt import excerpt
from feedsvc.model.identity import absolute
from feedsvc.model.plan import Plan
from feedsvc.model.selection import section_paths
from feedsvc.model.text import slugify
from feedsvc.model.urls import SITE
from feedsvc.readers import html_of
from feedsvc.store.entries import LedgerEntry
from feedsvc.store.sections import Entry

KEPT = 2_000
"""Articles that are kept for the next feed that holds them: those of a few feeds, not all of a large newsroom."""


class PublishedSections(Protocol):
    """The sections that are published; a SectionIndex."""

    def entry(self, path: str) -> Entry | None:
        """The section at `path`; None if it is not published."""


class ArticleBuilder:
    """Builds the articles of one publication; one that stands in several feeds is built once."""

    def __init__(self, plan: Plan, sections: PublishedSections) -> None:
        self._plan = plan
        self._sections = sections
        self._built: LRUCache[int, Article] = LRUCache(KEPT)

    def article(self, entry: LedgerEntry) -> Article:
        """The article of `entry`, with its text."""
        built: Article | None = self._built.get(entry.number)
        if built is None:
            copy = entry.copy
            content = html_of(copy.markup, entry.body, (entry.path or "").rpartition("/")[0])
            built = self._built[entry.number] = self._build(entry, copy, content)
        return built

    def without_text(self, entry: LedgerEntry) -> Article:
        """The article of `entry` with empty content, for formats that tell titles and dates only."""
        return self._build(entry, entry.copy, "")

    def _build(self, entry: LedgerEntry, copy: ArticleCopy, content: str) -> Article:
        normal = _normal_fields(copy, self._plan)
        paths = tuple(path for path in map(self._section_path, copy.sections) if path)
        own = {
            "id": entry.id,
            "iri": absolute(self._plan.authority, entry.id),
            "key": entry.key,
            "slug": entry.slug,
            "url": self._plan.address(normal["url"], entry.key, entry.slug),
            "published": codec.instant(entry.published),
            "updated": codec.instant(entry.updated),
            "summary": copy.summary or excerpt(content),
            "content": content.replace(f'="{self._plan.addresses[0]}/', f'="{SITE}/'),
            "sections": tuple(tuple(map(self._section_name, path)) for path in paths),
            "section_paths": paths,
        }
        return Article(**(asdict(copy) | normal | own))

    def _section_path(self, chain: tuple[str, ...]) -> tuple[Section, ...]:
        """The sections down `chain` by their published titles; by the file's own names if they are not published."""
        steps = ((path, name, self._sections.entry(path)) for path, name in section_paths(chain))
        return tuple(Section(path=path, title=entry.title if entry else name) for path, name, entry in steps)

    def _section_name(self, section: Section) -> str:
        """The published title if the section's path can be made from it again, as readers of `Article.sections` do."""
        word = section.path.rpartition("/")[2]
        entry = self._sections.entry(section.path)
        return section.title if slugify(section.title) == word else (entry and entry.name) or word


def normalised(copy: ArticleCopy, plan: Plan) -> ArticleCopy:
    """`copy` as selections and rules see it: with a language, its address here, and publishable media only."""
    normal = _normal_fields(copy, plan)
    return copy if all(getattr(copy, name) == value for name, value in normal.items()) else replace(copy, **normal)


def _normal_fields(copy: ArticleCopy, plan: Plan) -> dict[str, Any]:
    return {
        "language": copy.language or plan.language,
        "media": copy.publishable_media,
        "url": plan.canonical_to_site(copy.url),
    }
