"""Decides which articles are in a feed, and when. Every output uses this."""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from itertools import islice

from feedsvc.model.article import Article, ArticleCopy, Status
from feedsvc.model.base import Value
from feedsvc.model.text import one_line, slugify


class Selection(Value, frozen=True, kw_only=True):
    """The articles of a feed. An empty field selects all; a section includes the sections below it.

    The store keeps selections as JSON, to notice when a feed has another selection: renaming a field would renew all
    feeds.
    """

    sections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    language: str = ""
    media: str = ""
    without_sections: tuple[str, ...] = ()
    without_tags: tuple[str, ...] = ()
    without_authors: tuple[str, ...] = ()


MATCH_ALL = Selection()
DEEPEST = 20
"""The most sections in one chain. Each section has a path of its own, so longer chains could exhaust the memory."""
_INDEX = re.compile(r"index(?:\.[a-z]{2,3}(?:-[A-Za-z]{2,4})?)?\.[A-Za-z]+", re.ASCII)


def visibility_span(copy: ArticleCopy, published: datetime) -> tuple[datetime, datetime | None] | None:
    """The span `(from, until)` in which `copy` may be seen; `until` is None if it has no end. None if it may never be
    seen."""
    if copy.status is not Status.USABLE:
        return None
    return max(published, copy.embargo or published), copy.expires


def is_open(article: Article, now: datetime) -> bool:
    """True if `article` may be seen at `now`: its span includes the first instant, but not the last."""
    span = visibility_span(article, article.published)
    return span is not None and span[0] <= now and (span[1] is None or now < span[1])


@lru_cache(4096)  # the same few chains are in all articles of a newsroom
@lru_cache(4096)  # the chains of a newsroom, each of which is in many articles
def section_paths(chain: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """`(path, name)` of each section down `chain`: `news` and `news/eu` for `("News", "EU")`.

    Names without a letter or digit are left out.
    """
    found = []
    path = ""
    for name in chain:
        if slug := slugify(name):
            path = f"{path}/{slug}" if path else slug
            found.append((path, name))
    return tuple(found)


def section_names(chains: Iterable[tuple[str, ...]]) -> dict[str, str]:
    """The name of each section down `chains`, by path; the whole site is not among them."""
    return {path: name for chain in chains for path, name in section_paths(chain)}


def is_page_of_folder(path: str) -> bool:
    """True for `trips/lake/index.md` or `index.fr.md`: the one article of its folder, which also has its pictures."""
    folder, _, name = path.rpartition("/")
    return bool(folder) and name.startswith("index.") and bool(_INDEX.fullmatch(name))


def section_folder(path: str) -> str:
    """The folder that gives the article at `path` its section, if it names none: that of its file, or the folder above
    that for the page of a folder (`is_page_of_folder`)."""
    folder = path.rpartition("/")[0]
    return folder.rpartition("/")[0] if is_page_of_folder(path) else folder


def folder_chain(folder: str) -> tuple[str, ...]:
    """The chain of an article that names no section: `("North sea", "Fishing")` for `north-sea/fishing`.

    It has at most `DEEPEST` sections; articles in deeper folders are in the last of them.
    """
    names = (one_line(part.replace("-", " ").replace("_", " ")) for part in folder.split("/")[:DEEPEST])
    return tuple(name[:1].upper() + name[1:] for name in names if name)


def select(selection: Selection, articles: Iterable[Article], now: datetime, limit: int) -> tuple[Article, ...]:
    """The first `limit` of `articles` that are open at `now` and match `selection`."""
    selected = (article for article in articles if is_open(article, now) and matches(selection, article))
    return tuple(islice(selected, limit))


def matches(selection: Selection, article: ArticleCopy) -> bool:
    """True if `selection` includes `article`, whether or not it may be seen. Case does not matter."""
    if selection == MATCH_ALL:
        return True
    sections = frozenset(section_names(article.sections))
    tags = frozenset(map(str.casefold, article.tags))
    authors = frozenset(author.name.casefold() for author in article.authors)
    return (
        _is_selected(selection.sections, sections)
        and _is_selected(selection.tags, tags)
        and _is_selected(selection.authors, authors)
        and not _has_any(selection.without_sections, sections)
        and not _has_any(selection.without_tags, tags)
        and not _has_any(selection.without_authors, authors)
        and (not selection.language or _is_in_language(article.language, selection.language))
        and (not selection.media or any(media.medium == selection.media for media in article.media))
    )


def _is_selected(wanted: tuple[str, ...], values: frozenset[str]) -> bool:
    return not wanted or _has_any(wanted, values)


def _has_any(wanted: tuple[str, ...], values: frozenset[str]) -> bool:
    return any(name.casefold() in values for name in wanted)


def _is_in_language(language: str, wanted: str) -> bool:
    """True if the tag `language` is in the range `wanted` by basic filtering (RFC 4647 section 3.3.1)."""
    return f"{language}-".casefold().startswith(f"{wanted}-".casefold())
