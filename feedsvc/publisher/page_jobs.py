"""Pages of articles and of older stories as values: what is to be made, and what was made."""

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import Struct

from feedsvc import pages
from feedsvc.model.article import Section
from feedsvc.model.document import Document, Representation
from feedsvc.model.feed import Link
from feedsvc.model.problem import Problem
from feedsvc.store.entries import LedgerEntry, SectionEntry


class ArticlePage(Struct, frozen=True, tag=True, gc=False):
    """The page of an open article."""

    entry: LedgerEntry


class OlderPage(Struct, frozen=True, tag=True, gc=False):
    """A page of older stories of the last section of `trail`."""

    path: str
    url: str
    max_age: int
    trail: tuple[Section, ...]
    entries: tuple[LedgerEntry, ...]
    """The articles without their texts, newest first."""
    around: pages.Around


class FrameSource(NamedTuple):
    """The arguments of `pages.frame`, besides the site."""

    trail: tuple[Section, ...]
    links: tuple[Link, ...]


class PageBatch(Struct, frozen=True, gc=False):
    """Pages that are made together, with everything that they show."""

    site: pages.Site
    jobs: tuple[ArticlePage | OlderPage, ...]
    sections: dict[str, SectionEntry | None]
    """The sections of the articles by path; None for those that are not published."""
    frames: dict[str, FrameSource] = {}
    """The frames for the pages of articles, by the path of the article's first section."""
    standing: frozenset[str] = frozenset()
    """The ETags of the current documents at the paths of the pages."""
    proves: bool = False
    """True if entries are compared with their checksums."""


class Coded(NamedTuple):
    """The compressed representations of a document."""

    tags: tuple[str, ...] = ()
    """The ETags of its identity representations, by address; empty if nothing was compressed yet."""
    codings: Mapping[str, tuple[Representation, ...]] = {}
    """The representations in other codings, by the ETag of the identity representation; those that stand already are
    missing."""


NOT_CODED = Coded()


class MadePage(NamedTuple):
    """A page. `document` is None if it cannot be made, which is a `problem`, or if the article has none here."""

    path: str
    """Empty if the article has no page here."""
    document: Document | None
    problem: Problem | None
    coded: Coded = NOT_CODED


NO_PAGE = MadePage("", None, None)
"""The page of an article that has none here."""
