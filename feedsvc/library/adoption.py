"""Taking over how readers know the stories of the system that a newsroom leaves: guid, date and link.

A story is known again by its link, else by its headline and date. An article that readers have seen here already keeps
what they know it by.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from sqlalchemy import Connection, Row

from feedsvc.library.legacy_feeds import LegacyItem
from feedsvc.model.article import ArticleCopy
from feedsvc.model.identity import normalised_id
from feedsvc.model.problem import Problem
from feedsvc.store import ledger, ledger_transfer

NEAR = timedelta(hours=26)
"""By so much the dates of one story may differ in two systems: a zone that one of them took for another."""

_Link = tuple[str, str, str]


class Adoption(NamedTuple):
    """How many articles took something over, how many had it already, and what did not go."""

    adopted: int
    same: int
    problems: tuple[Problem, ...]


class _Known(NamedTuple):
    """An article of ours as it is looked for."""

    row: Row[Any]
    copy: ArticleCopy


def adopt(
    connection: Connection,
    authority: str,
    hosts: frozenset[str],
    feeds: Iterable[tuple[str, list[LegacyItem]]],
    before: int,
) -> Adoption:
    """Give the articles the ids, dates and links of the items of `feeds`, each with the name of its file.

    `hosts` are the site's own: what stood there stands there no more, so a link to it is not taken over. Articles with
    a number above `before` have come in since anything was published.
    """
    desk = _Adoption(connection, authority, hosts, before)
    for name, items in feeds:
        for item in items:
            desk.take(name, item)
    if desk.moved:
        desk.problems.append(_moved(desk.moved))
    return Adoption(desk.adopted, desk.same, tuple(desk.problems))


@dataclass
class _Shelf:
    """Our articles by their links and by their headlines."""

    links: dict[_Link, list[int]] = field(default_factory=lambda: defaultdict(list))
    titles: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Numbers."""

    def put(self, number: int, copy: ArticleCopy) -> None:
        if copy.url:
            self.links[link_key(copy.url)].append(number)
        self.titles[title_key(copy.title)].append(number)


class _Adoption:
    def __init__(self, connection: Connection, authority: str, hosts: frozenset[str], before: int) -> None:
        self._connection = connection
        self._authority = authority
        self._hosts = hosts
        self._before = before
        self._shelf = _Shelf()
        self._taken: dict[int, str] = {}
        """Which article took which item."""
        for row in ledger_transfer.all_identities(connection):
            if row.path is not None:
                self._shelf.put(row.number, ledger.copy_of(row))
        self.adopted = self.same = self.moved = 0
        self.problems: list[Problem] = []

    def take(self, name: str, item: LegacyItem) -> None:
        try:
            known = self._match(item)
            if known.row.number in self._taken:
                self._again(known, item)
            else:
                self._taken[known.row.number] = item.id
                self._give(known, item)
        except _No as no:
            shown = " ".join(each for each in (item.title and f"“{item.title}”", item.link or item.id) if each)
            self.problems.append(Problem(place=name, reason=f"{shown or 'an item'}: {no}", remedy=no.remedy))

    # --- which article ------------------------------------------------------------------------------------------------

    def _match(self, item: LegacyItem) -> _Known:
        if not item.id:
            raise _No("it has neither id nor link, so readers cannot know it again anyway", "nothing is to be done")
        known = ledger.find(self._connection, fold=normalised_id(self._authority, item.id))
        if known is not None and known.path is not None:
            return _Known(known, ledger.copy_of(known))
        found = [*self._found(self._shelf.links.get(link_key(item.link), []) if item.link else [])]
        if not found:
            found = self._nearest(item)
        if not found:
            raise _No("no article has its link, or its headline and date", _LOOK)
        if len(found) > 1:
            raise _No(f"it could be {' or '.join(str(each.row.path) for each in found[:3])}", _LOOK)
        return found[0]

    def _found(self, numbers: list[int]) -> Iterator[_Known]:
        for number in numbers:
            if row := ledger.find(self._connection, number=number):
                yield _Known(row, ledger.copy_of(row))

    def _nearest(self, item: LegacyItem) -> list[_Known]:
        """Those of its headline whose date is the nearest; where either says no date, the headline has to do."""
        title = title_key(item.title)
        alike = [*self._found(self._shelf.titles.get(title, []))] if title else []
        if item.dated is None:
            return alike
        away = [(abs(each.copy.published - item.dated), each) for each in alike if each.copy.published is not None]
        near = [(distance, each) for distance, each in away if distance <= NEAR]
        if not near:
            return [each for each in alike if each.copy.published is None]
        least = min(distance for distance, _ in near)
        return [each for distance, each in near if distance == least]

    # --- what it takes over -------------------------------------------------------------------------------------------

    def _give(self, known: _Known, item: LegacyItem) -> None:
        row, copy = known
        if row.id == item.id and ledger_transfer.adopted_by(self._connection, row.number):
            self.same += 1
            return
        if copy.id not in ("", item.id):
            raise _No(f"{row.path} gives itself the id {copy.id!r}", f"write {item.id!r} there, or let it be")
        if row.number <= self._before and not ledger_transfer.is_unseen(self._connection, row):
            if row.id == item.id:
                self.same += 1
                return
            raise _No(f"readers know {row.path} as {row.id!r} here already, which stays", _LATE)
        self._call(row, copy, item)
        self.adopted += 1

    def _call(self, row: Row[Any], copy: ArticleCopy, item: LegacyItem) -> None:
        other = ledger.find(self._connection, fold=normalised_id(self._authority, item.id))
        if other is not None and other.number != row.number:
            raise _No(f"its id {item.id!r} is that of an article whose file is gone", "bring the file back first")
        said = ledger.seconds(copy.published) if copy.published else None
        values: dict[str, object] = {
            "id": item.id,
            "fold": normalised_id(self._authority, item.id),
            "fingerprint": ledger_transfer.UNKNOWN,
        }
        if item.dated:
            values |= {"published": ledger.seconds(item.dated), "updated": ledger.seconds(item.dated)}
        ledger_transfer.rename(self._connection, row.number, values)
        ledger_transfer.adopt(self._connection, row.number, self._link(item), _seconds(item), said)
        ledger_transfer.read_again(self._connection, [(row.path, row.number)])

    def _link(self, item: LegacyItem) -> str:
        if link_key(item.link)[0] not in self._hosts:
            return item.link
        self.moved += 1
        return ""

    def _again(self, known: _Known, item: LegacyItem) -> None:
        """The same story stands in several feeds of the old system; it may be known under another id in one of them."""
        if self._taken[known.row.number] != item.id:
            raise _No(f"{known.row.path} is also {self._taken[known.row.number]!r}, which it took over", _TWICE)


class _No(Exception):
    """Why an item is not taken over."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.remedy = remedy


_LOOK = "give the article that it is the old link as `url`, or its id as `id`, if there is one"
_LATE = "adopt before the first publication; readers of the old feed will see this story once more"
_TWICE = "readers of one of the two feeds will see this story once more; name the feed first that has more of them"


def _moved(count: int) -> Problem:
    reason = f"{count} adopted articles had links on this site's own address, where their pages are elsewhere now"
    remedy = "let the old paths lead there by [[redirects]]"
    return Problem(place="config.toml", reason=reason, remedy=remedy, warning=True)


def _seconds(item: LegacyItem) -> int | None:
    return ledger.seconds(item.dated) if item.dated else None


def link_key(link: str) -> _Link:
    """Equal for links to one page, whatever the scheme, with or without `www.`, fragment and last slash."""
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return "", link, ""
    return host, unquote(parts.path).rstrip("/"), parts.query


def title_key(title: str) -> str:
    """The letters and digits of a headline: systems differ in quotation marks, dashes and spaces."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    return "".join(char for char in folded if char.isalnum())
