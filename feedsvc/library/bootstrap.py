"""The vanguard of an archive that is new here: the articles that its sections' feeds hold, which go before all others.

Readers get what they subscribe to as soon as all files were glanced at; the rest of the archive, of which no feed tells
anything, is entered after that. What goes ahead stands in the same places as if all came together.
"""

from bisect import insort
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import NamedTuple

from feedsvc.library.headers import Header
from feedsvc.library.signature import FileChange
from feedsvc.library.workers import WorkerPool
from feedsvc.model.codec import seconds
from feedsvc.model.identity import Identity, mint
from feedsvc.model.progress import ProgressCallback

CandidatesNeeded = Callable[[str], int]
"""How many articles of a section, by its path, have to be known to tell what its feed holds."""

LARGE = 4_000
"""Files of an archive: a smaller one is entered at once."""
MOST = 60_000
"""Places in feeds, of all sections together: some 50 MB."""
SPARE = 5
"""Files that may be no articles, for all a glance tells: so many more than have to be known go ahead of each feed's."""
SHARE = 0.25
"""Of the files: a larger vanguard gains nothing, since each of its files is read twice."""


def select_first_files(
    crew: WorkerPool, changes: Iterator[FileChange], room: CandidatesNeeded, tick: ProgressCallback
) -> list[FileChange]:
    """The vanguard of the new files `changes`; empty where it does not pay to send one ahead."""
    first = list(islice(changes, LARGE))
    if len(first) < LARGE:
        return []
    vanguard, seen = PrioritySelection(crew.drafting.authority, room, seconds(crew.now)), 0
    for batch in crew.glance(chain(first, changes), len(first)):
        for change, glimpse in batch:
            if glimpse is not None:
                vanguard.add(change, glimpse)
        seen += len(batch)
        tick("files glanced at", seen, 0)
        if vanguard.places > MOST or not vanguard.is_sure:
            return []
    chosen = vanguard.chosen()
    return chosen if len(chosen) <= seen * SHARE else []


def suffices(chosen: list[FileChange], read: int) -> bool:
    """Whether feeds are whole, though of the `chosen` only so many are articles."""
    return read > 0 and len(chosen) - read <= SPARE


class _Candidate(NamedTuple):
    """Compares as less where it is newer."""

    age: int
    change: FileChange
    id: str
    """Empty if the file does not give it."""


class _Feed:
    """The newest articles of a section, for which there is `room`, newest first; and all that are as old as the last of
    them, since ids, by which these are ordered, cost too much to be made for every article."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.held: list[_Candidate] = []

    def takes(self, age: int) -> bool:
        """Whether it could hold an article of that age."""
        return len(self.held) < self.room or age <= self.held[-1].age

    def add(self, candidate: _Candidate) -> None:
        insort(self.held, candidate)
        if len(self.held) > self.room and self.held[self.room - 1].age < self.held[self.room].age:
            del self.held[self.room :]


class PrioritySelection:
    """Of articles that come one by one, as of `now` (seconds); `authority` is as in `identity.names`."""

    def __init__(self, authority: str, room: CandidatesNeeded, now: int) -> None:
        self._authority = authority
        self._room = room
        self._now = now
        self._feeds: dict[str, _Feed] = {}
        self._among: dict[tuple[tuple[str, str], ...], list[_Feed]] = {}  # by the names of all sections of an article
        self._namers: list[_Candidate] = []
        self._claims: set[int] = set()
        self._contested: set[int] = set()
        self.is_sure = True
        """Whether what goes ahead stands in the same places when the rest has come."""

    def add(self, change: FileChange, seen: Header) -> None:
        candidate = _Candidate(-seen.published, change, seen.id)
        if seen.id:
            self._claim(self._mint(candidate))
        if not seen.opens <= self._now < seen.closes:
            return
        if seen.published == self._now:  # as is who has no date and, by a wrong clock, the time of a day to come
            self.is_sure = False
        places = tuple(seen.sections.items())
        known = self._among.get(places)
        feeds = known or self._found(places)
        if known is None:  # a section is called by the first of all its names, so each of them goes ahead
            self._namers.append(candidate)
        for feed in feeds:
            if feed.takes(candidate.age):
                feed.add(candidate)

    @property
    def places(self) -> int:
        """How many there are in feeds, and among those that give sections their names."""
        return sum(len(feed.held) for feed in self._feeds.values()) + len(self._namers)

    def chosen(self) -> list[FileChange]:
        """Those that go ahead, by path; none where one of them gives an id that others give, too: whose it is turns out
        when all are there, in the order of their paths."""
        found = {*chain.from_iterable(map(self._cut, self._feeds.values())), *self._namers}
        return [] if any(map(self._is_contested, found)) else sorted(each.change for each in found)

    def _cut(self, feed: _Feed) -> list[_Candidate]:
        return sorted(feed.held, key=lambda each: (each.age, self._mint(each).id))[: feed.room]

    def _found(self, places: tuple[tuple[str, str], ...]) -> list[_Feed]:
        """The feeds of the sections `places`, seen for the first time under these names."""
        feeds = [self._feeds.setdefault(path, _Feed(self._room(path) + SPARE)) for path, _ in places]
        self._among[places] = feeds
        return feeds

    def _mint(self, candidate: _Candidate) -> Identity:
        return mint(self._authority, candidate.change.path, candidate.id)

    def _claim(self, minted: Identity) -> None:
        claims = {hash(minted.key), hash(minted.fold)}
        self._contested |= claims & self._claims
        self._claims |= claims

    def _is_contested(self, candidate: _Candidate) -> bool:
        others, minted = self._contested if candidate.id else self._claims, self._mint(candidate)
        return hash(minted.key) in others or hash(minted.fold) in others
