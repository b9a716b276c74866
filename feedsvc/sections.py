"""Which articles stand in which feed, and when. Pure functions; the one gate that every output passes."""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from itertools import islice

from feedsvc.model import Article, Copy, Noun, Status
from feedsvc.text import slugify


class Selection(Noun, frozen=True, kw_only=True):
    """What a feed holds. An empty field selects everything; sections include what is below them."""

    sections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    language: str = ""
    media: str = ""
    without_sections: tuple[str, ...] = ()
    without_tags: tuple[str, ...] = ()
    without_authors: tuple[str, ...] = ()


EVERYTHING = Selection()
DEEPEST = 20
"""Sections on the way down to one: of more, each with a path of its own, a single article could fill the memory."""
_INDEX = re.compile(r"index(?:\.[a-z]{2,3}(?:-[A-Za-z]{2,4})?)?\.[A-Za-z]+", re.ASCII)


def opening(copy: Copy, published: datetime) -> tuple[datetime, datetime | None] | None:
    """The span in which `copy` may be seen, `(from, until)`; `until` is None for ever; None if it may not be seen."""
    if copy.status is not Status.USABLE:
        return None
    return max(published, copy.embargo or published), copy.expires


def is_open(article: Article, now: datetime) -> bool:
    span = opening(article, article.published)
    return span is not None and span[0] <= now and (span[1] is None or now < span[1])


@lru_cache(4096)  # few chains, in every article again
def chain_paths(chain: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """`(path, name)` of each section on the way down `chain`: `("News", "EU")` is `news` and `news/eu`."""
    found = []
    path = ""
    for name in chain:
        if slug := slugify(name):
            path = f"{path}/{slug}" if path else slug
            found.append((path, name))
    return tuple(found)


def section_names(chains: Iterable[tuple[str, ...]]) -> dict[str, str]:
    """Every section that an article in `chains` belongs to, and how it names it. The whole site is not among them."""
    return {path: name for chain in chains for path, name in chain_paths(chain)}


def is_page_of_folder(path: str) -> bool:
    """True for `trips/lake/index.md`, or `index.fr.md`: the article of its folder, beside which its pictures lie."""
    folder, _, name = path.rpartition("/")
    return bool(folder) and name.startswith("index.") and bool(_INDEX.fullmatch(name))


def section_folder(path: str) -> str:
    """The folder by which the article at `path` is in a section, if it names none: that of its file, or the one above
    the folder whose article it is."""
    folder = path.rpartition("/")[0]
    return folder.rpartition("/")[0] if is_page_of_folder(path) else folder


def folder_chain(folder: str) -> tuple[str, ...]:
    """The chain of an article that names no section: `north-sea/fishing` is `("North sea", "Fishing")`.

    It ends at the deepest section that there can be, in which the articles of the folders below it stand, too.
    """
    words = (part.replace("-", " ").replace("_", " ").strip() for part in folder.split("/")[:DEEPEST])
    return tuple(name[:1].upper() + name[1:] for name in words if name)


def select(selection: Selection, articles: Iterable[Article], now: datetime, limit: int) -> tuple[Article, ...]:
    """The first `limit` of `articles`, which come newest first, that `selection` admits and that are open at `now`."""
    admitted = (article for article in articles if is_open(article, now) and admits(selection, article))
    return tuple(islice(admitted, limit))


def admits(selection: Selection, article: Copy) -> bool:
    if selection == EVERYTHING:
        return True
    sections = frozenset(section_names(article.sections))
    tags = frozenset(map(str.casefold, article.tags))
    authors = frozenset(author.name.casefold() for author in article.authors)
    return (
        _meets(selection.sections, sections)
        and _meets(selection.tags, tags)
        and _meets(selection.authors, authors)
        and not _shares(selection.without_sections, sections)
        and not _shares(selection.without_tags, tags)
        and not _shares(selection.without_authors, authors)
        and (not selection.language or _speaks(article.language, selection.language))
        and (not selection.media or any(media.medium == selection.media for media in article.media))
    )


def _meets(wanted: tuple[str, ...], had: frozenset[str]) -> bool:
    return not wanted or _shares(wanted, had)


def _shares(wanted: tuple[str, ...], had: frozenset[str]) -> bool:
    return any(name.casefold() in had for name in wanted)


def _speaks(language: str, wanted: str) -> bool:
    """Basic filtering of language tags (RFC 4647 section 3.3.1)."""
    return f"{language}-".casefold().startswith(f"{wanted}-".casefold())
