"""Decides who the authors of a page's article are, since its data and its visible text may differ."""

import re

from feedsvc.readers._data import fold, words
from feedsvc.readers.json.nodes import Table, tables
from feedsvc.readers.lines.bylines import is_bare_name
from feedsvc.readers.page import byline, outlet
from feedsvc.readers.page.elements import Element

_ORGANISATION = re.compile(
    r"\b(?:ag|association|club|e\.? ?v|foundation|fundación|gmbh|group|inc|institute?|llc|ltd|magazine?|media|ministry"
    r"|news|office|online|organi[sz]ation|press|publishing|radio|staff|stiftung|team|times|tv|university|universität"
    r"|verband|verein|verlag|weekly)\b",
    re.IGNORECASE,
)


def authors(root: Element, node: Table, title: str, article: Table, page: Table) -> list[Table]:
    """The authors in `article`, the page's structured data, or in `page`, its meta elements, if these name anyone but
    the outlet; else those whom the page shows. If meta elements name no person and the page shows one, the page counts.

    If the page shows all of these authors with further ones, or with fuller names, its authors are taken.
    """
    outlets = outlet.names(root, node)
    sources = byline.Sources(root, title, outlets)
    by_data, by_meta = tables(article.get("authors")), tables(page.get("authors"))
    sure = sources.sure()
    if by_data and not outlet.are_own(by_data, outlets):
        return _completed(by_data, sure)
    if _are_people(said := sources.said(), outlets):
        return said
    shows_people = _are_people(sure, outlets)
    if by_meta and not outlet.are_own(by_meta, outlets) and (_are_people(by_meta, outlets) or not shows_people):
        return _completed(by_meta, sure)
    return (sure if shows_people else []) or by_data or by_meta or sure or sources.others()


def _may_be_person(author: Table) -> bool:
    """True for a name of two to four words, unless it is an organisation, and for an agency."""
    name = str(author.get("name", ""))
    if fold(name) in words("captions", "agencies"):
        return True
    return is_bare_name(name) and not _ORGANISATION.search(name)


def _are_people(people: list[Table], outlets: frozenset[str] = frozenset()) -> bool:
    return bool(people) and all(map(_may_be_person, people)) and not outlet.are_own(people, outlets)


def _completed(told: list[Table], shown: list[Table]) -> list[Table]:
    """`told`, or `shown` if that names all of them, with further people or fuller names."""
    known = [fold(str(author.get("name", ""))).split() for author in told]
    found = [fold(str(author.get("name", ""))).split() for author in shown]
    if known == found or len(found) < len(known) or not _are_people(shown):
        return told
    are_there = all(any({*name} <= {*other} for other in found) for name in known)
    has_email = any("email" in author for author in told)
    return shown if are_there and not has_email else told
