"""Builds articles from entries of the ledger: text as HTML, addresses, and sections by their published titles."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, NamedTuple, Protocol

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
from feedsvc.store.entries import LedgerEntry, SectionEntry
from feedsvc.store.errors import NotAsWritten

KEPT = 2_000
"""Maximum articles that are cached for the next feed or publication that shows them: those of a few feeds, not all of a
large newsroom."""


class PublishedSections(Protocol):
    """The published sections; implemented by SectionIndex."""

    def entry(self, path: str) -> SectionEntry | None:
        """The section at `path`; None if it is not published."""


class _Kept(NamedTuple):
    source: bytes
    """The hash of the ledger entry."""
    sections: tuple[tuple[str, SectionEntry | None], ...]
    """The sections of the article, as they were published."""
    article: Article


class KeptArticles:
    """A cache of the articles built last, under one plan.

    It lasts from one publication to the next: after an edit one article is built, not all articles of the same feeds.
    """

    def __init__(self) -> None:
        self._kept: LRUCache[tuple[int, bool], _Kept] = LRUCache(KEPT)

    def get(self, kind: tuple[int, bool], source: bytes, sections: PublishedSections) -> Article | None:
        """The article; None if it is not cached, or has changed. `kind` is its number, and True if it has its text."""
        kept: _Kept | None = self._kept.get(kind)
        if kept is None or kept.source != source:
            return None
        is_same = all(sections.entry(path) == entry for path, entry in kept.sections)
        return kept.article if is_same else None

    def put(
        self, kind: tuple[int, bool], source: bytes, article: Article, published: Mapping[str, SectionEntry | None]
    ) -> None:
        """Caches `article`, whose sections are those of `published`, by path."""
        self._kept[kind] = _Kept(source, tuple(published.items()), article)


class _Chain(NamedTuple):
    """One chain of sections, as published."""

    entries: dict[str, SectionEntry | None]
    """The sections by path; None for one that is not published."""
    sections: tuple[Section, ...]
    """From the top down, with their published titles; with the file's own names if they are not published."""
    names: tuple[str, ...]
    """The chain, as in `Article.sections`."""


class ArticleBuilder:
    """Builds the articles of one publication. Unchanged ones are taken from the cache `kept`, if there is one."""

    def __init__(
        self, plan: Plan, sections: PublishedSections, kept: KeptArticles | None = None, *, proves: bool = False
    ) -> None:
        """`proves` makes it raise NotAsWritten for an entry that differs from what was written."""
        self._proves = proves
        self._plan = plan
        self._sections = sections
        self._kept = kept
        self._chains: dict[tuple[str, ...], _Chain] = {}
        """The chains so far, by their names in files: a newsroom has few, and each is in many articles."""

    def article(self, entry: LedgerEntry) -> Article:
        """The article of `entry`, with its text."""
        return self._built(entry, has_text=True)

    def without_text(self, entry: LedgerEntry) -> Article:
        """The article of `entry` with empty content, for formats with titles and dates only."""
        return self._built(entry, has_text=False)

    def _built(self, entry: LedgerEntry, *, has_text: bool) -> Article:
        if self._kept is None:
            return self._build(entry, entry.copy, has_text=has_text)
        kind, source = (entry.number, has_text), _hash(entry)
        article = self._kept.get(kind, source, self._sections)
        if article is None:
            copy = entry.copy
            article = self._build(entry, copy, has_text=has_text)
            published = {path: each for chain in copy.sections for path, each in self._chain(chain).entries.items()}
            self._kept.put(kind, source, article, published)
        return article

    def _build(self, entry: LedgerEntry, copy: ArticleCopy, *, has_text: bool) -> Article:
        if has_text and self._proves and not entry.is_as_written():
            raise NotAsWritten(f"what article {entry.number} says is not as it was written")
        content = html_of(copy.markup, entry.body, (entry.path or "").rpartition("/")[0]) if has_text else ""
        normal = _normal_fields(copy, self._plan)
        chains = [chain for chain in map(self._chain, copy.sections) if chain.sections]
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
            "sections": tuple([chain.names for chain in chains]),
            "section_paths": tuple([chain.sections for chain in chains]),
        }
        return Article(**(asdict(copy) | normal | own))

    def _chain(self, given: tuple[str, ...]) -> _Chain:
        known = self._chains.get(given)
        if known is None:
            steps = [(path, name, self._sections.entry(path)) for path, name in section_paths(given)]
            known = self._chains[given] = _Chain(
                {path: entry for path, _, entry in steps},
                tuple(Section(path=path, title=entry.title if entry else name) for path, name, entry in steps),
                tuple(_name(path, entry.title if entry else name, entry) for path, name, entry in steps),
            )
        return known


def _name(path: str, title: str, entry: SectionEntry | None) -> str:
    """The published title if it yields the section's path again, since readers of `Article.sections` derive the path
    from it; else the file's own name."""
    word = path.rpartition("/")[2]
    return title if slugify(title) == word else (entry and entry.name) or word


def _hash(entry: LedgerEntry) -> bytes:
    """A hash of all fields of `entry` that the article depends on."""
    place = repr((entry.id, entry.key, entry.path, entry.slug, entry.published, entry.updated, len(entry.encoded_copy)))
    return blake2b(place.encode() + entry.encoded_copy + entry.body.encode(), digest_size=16).digest()


def normalised(copy: ArticleCopy, plan: Plan) -> ArticleCopy:
    """`copy` in the form that selections and rules expect: with a language, its address here, and publishable media
    only."""
    normal = _normal_fields(copy, plan)
    return copy if all(getattr(copy, name) == value for name, value in normal.items()) else replace(copy, **normal)


def _normal_fields(copy: ArticleCopy, plan: Plan) -> dict[str, Any]:
    return {
        "language": copy.language or plan.language,
        "media": copy.publishable_media,
        "url": plan.canonical_to_site(copy.url),
    }
