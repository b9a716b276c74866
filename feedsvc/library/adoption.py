"""Adopts the guid, date and link of each story in the feeds of the system that a newsroom leaves.

A story is matched with an article by its link, else by its headline and date. An article that readers have already seen
here keeps its own.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from feedsvc.library.legacy_feeds import LegacyItem
from feedsvc.model import codec
from feedsvc.model.article import ArticleCopy
from feedsvc.model.former_paths import former_path
from feedsvc.model.identity import normalised_id
from feedsvc.model.problem import Problem
from feedsvc.store import former_paths, ledger, ledger_transfer
from feedsvc.store.entries import LedgerEntry
from feedsvc.store.transaction import Transaction

NEAR = timedelta(hours=26)
"""The largest difference between the dates of one story in two systems, one of which may have the zone wrong."""

_Link = tuple[str, str, str]


class Adoption(NamedTuple):
    """The number of articles that adopted something, of those that had done so before, and the problems of the items
    that were not adopted."""

    adopted: int
    same: int
    problems: tuple[Problem, ...]


class _Known(NamedTuple):
    """An article of the ledger with its copy."""

    entry: LedgerEntry
    copy: ArticleCopy


def adopt(
    transaction: Transaction,
    authority: str,
    hosts: frozenset[str],
    feeds: Iterable[tuple[str, list[LegacyItem]]],
    before: int,
) -> Adoption:
    """Gives the articles the ids, dates and links of the items of `feeds`, pairs of file name and items.

    `hosts` are the site's own. A link to one of them is not adopted, since the pages of the old system are gone; it
    leads to the article's page here instead. Articles with a number above `before` are newer than the last publication.
    """
    adopter = _Adopter(transaction, authority, hosts, before, _index(transaction))
    effects = [adopter.take(name, item) for name, items in feeds for item in items]
    problems = [each.problem for each in effects if each.problem]
    if lost := sum(each.lost for each in effects):
        problems.append(_lost(lost))
    return Adoption(sum(each.adopted for each in effects), sum(each.same for each in effects), tuple(problems))


@dataclass
class _ArticleIndex:
    """The numbers of all articles by their links and by their headlines."""

    links: dict[_Link, list[int]] = field(default_factory=lambda: defaultdict(list))
    titles: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, number: int, copy: ArticleCopy) -> None:
        """Adds the article `number`."""
        if copy.url:
            self.links[link_key(copy.url)].append(number)
        self.titles[title_key(copy.title)].append(number)


def _index(transaction: Transaction) -> _ArticleIndex:
    """The index of all articles that have a file."""
    index = _ArticleIndex()
    for head, _ in ledger_transfer.all_identities(transaction):
        if head.path is not None:
            index.add(head.number, head.copy)
    return index


class _Effect(NamedTuple):
    """The effect of one item: at most one of `adopted` and `same`, or a problem."""

    adopted: bool = False
    same: bool = False
    """True if the article had adopted the item before."""
    lost: bool = False
    """True if its link is on one of the site's own hosts, but cannot lead to the article there."""
    problem: Problem | None = None


class _Adopter:
    """Adopts item by item, and remembers which article adopted which item."""

    def __init__(
        self, transaction: Transaction, authority: str, hosts: frozenset[str], before: int, index: _ArticleIndex
    ) -> None:
        self._transaction = transaction
        self._authority = authority
        self._hosts = hosts
        self._before = before
        self._index = index
        self._taken: dict[int, str] = {}
        """Article number to the id of the item that it adopted."""

    def take(self, name: str, item: LegacyItem) -> _Effect:
        """Lets the matching article adopt the `item` of the file `name`."""
        try:
            known = self._match(item)
            lost = not self._keep_path(known.entry.number, item.link)
            if known.entry.number in self._taken:
                self._check_duplicate(known, item)
                return _Effect()
            self._taken[known.entry.number] = item.id
            return self._give(known, item)._replace(lost=lost)
        except _NotAdopted as error:
            named = " ".join(each for each in (item.title and f"“{item.title}”", item.link or item.id) if each)
            return _Effect(problem=Problem(place=name, reason=f"{named or 'an item'}: {error}", remedy=error.remedy))

    def _keep_path(self, number: int, link: str) -> bool:
        """Makes a link on one of the site's own hosts lead to the article. False if such a link cannot."""
        if link_key(link)[0] not in self._hosts:
            return True
        path = former_path(link)
        if path:
            former_paths.adopt(self._transaction, number, (path,))
        return bool(path)

    # --- which article ------------------------------------------------------------------------------------------------

    def _match(self, item: LegacyItem) -> _Known:
        if not item.id:
            raise _NotAdopted(
                "it has neither id nor link, so readers cannot know it again anyway", "nothing is to be done"
            )
        known = ledger.find(self._transaction, normalised_id=normalised_id(self._authority, item.id))
        if known is not None and known.path is not None:
            return _Known(known, known.copy)
        found = [*self._found(self._index.links.get(link_key(item.link), []) if item.link else [])]
        if not found:
            found = self._nearest(item)
        if not found:
            raise _NotAdopted("no article has its link, or its headline and date", _LOOK)
        if len(found) > 1:
            raise _NotAdopted(f"it could be {' or '.join(str(each.entry.path) for each in found[:3])}", _LOOK)
        return found[0]

    def _found(self, numbers: list[int]) -> Iterator[_Known]:
        for number in numbers:
            if entry := ledger.find(self._transaction, number=number):
                yield _Known(entry, entry.copy)

    def _nearest(self, item: LegacyItem) -> list[_Known]:
        """The articles with the same headline and the nearest date.

        If the item has no date, all articles with the headline. If no article with the headline has a date, all of them
        as well; if one has, the headline appears again and again, and only the date can tell whose it is.
        """
        title = title_key(item.title)
        alike = [*self._found(self._index.titles.get(title, []))] if title else []
        if item.dated is None:
            return alike
        away = [(abs(each.copy.published - item.dated), each) for each in alike if each.copy.published is not None]
        near = [(distance, each) for distance, each in away if distance <= NEAR]
        if not near:
            return [] if away else alike
        least = min(distance for distance, _ in near)
        return [each for distance, each in near if distance == least]

    # --- what it adopts -----------------------------------------------------------------------------------------------

    def _give(self, known: _Known, item: LegacyItem) -> _Effect:
        entry, copy = known
        if entry.id == item.id and ledger_transfer.adopted_by(self._transaction, entry.number):
            return _Effect(same=True)
        if copy.id not in ("", item.id):
            raise _NotAdopted(f"{entry.path} gives itself the id {copy.id!r}", f"write {item.id!r} there, or let it be")
        if entry.number <= self._before and not ledger_transfer.is_unseen(self._transaction, entry):
            if entry.id == item.id:
                return _Effect(same=True)
            raise _NotAdopted(f"readers know {entry.path} as {entry.id!r} here already, which stays", _LATE)
        moved = link_key(item.link)[0] in self._hosts
        self._rename(entry, copy, item, "" if moved else item.link)
        return _Effect(adopted=True)

    def _rename(self, entry: LedgerEntry, copy: ArticleCopy, item: LegacyItem, link: str) -> None:
        wanted = normalised_id(self._authority, item.id)
        other = ledger.find(self._transaction, normalised_id=wanted)
        if other is not None and other.number != entry.number:
            reason = f"its id {item.id!r} is that of an article whose file is gone"
            raise _NotAdopted(reason, "bring the file back first")
        said = codec.seconds(copy.published) if copy.published else None
        values: dict[str, object] = {
            "id": item.id,
            "normalised_id": wanted,
            "fingerprint": ledger_transfer.UNKNOWN,
        }
        if item.dated:
            values |= {"published": codec.seconds(item.dated), "updated": codec.seconds(item.dated)}
        ledger_transfer.rename(self._transaction, entry.number, values)
        ledger_transfer.adopt(self._transaction, entry.number, link, _seconds(item), said)
        if entry.path is not None:
            ledger_transfer.read_again(self._transaction, [(entry.path, entry.number)])

    def _check_duplicate(self, known: _Known, item: LegacyItem) -> None:
        """Raises _NotAdopted for a story that several feeds of the old system have under different ids."""
        if self._taken[known.entry.number] != item.id:
            raise _NotAdopted(
                f"{known.entry.path} is also {self._taken[known.entry.number]!r}, which it took over", _TWICE
            )


class _NotAdopted(Exception):
    """Raised for an item that is not adopted, with the reason and the remedy."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.remedy = remedy


_LOOK = "give the article that it is the old link as `url`, or its id as `id`, if there is one"
_LATE = "adopt before the first publication; readers of the old feed will see this story once more"
_TWICE = "readers of one of the two feeds will see this story once more; name the feed first that has more of them"


def _lost(count: int) -> Problem:
    reason = (
        f"{count} links on this site's own address differ by their query alone, so they do not lead to the articles"
    )
    remedy = "let a server in front of feedsvc redirect them"
    return Problem(place="config.toml", reason=reason, remedy=remedy, warning=True)


def _seconds(item: LegacyItem) -> int | None:
    return codec.seconds(item.dated) if item.dated else None


def link_key(link: str) -> _Link:
    """The key of a link to a page, without regard to scheme, `www.`, fragment and last slash."""
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
