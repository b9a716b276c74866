"""The first import of a large folder: the articles that feeds hold are imported before all others.

Readers get their feeds as soon as the headers of all files are read; the backlog, which no feed shows, is imported by
the next update. What is imported first stands in the same places as if all came together.
"""

from bisect import insort
from collections.abc import Iterator
from itertools import chain, islice
from typing import NamedTuple

from feedsvc.library.changes import ChangeDetector
from feedsvc.library.context import load_context
from feedsvc.library.headers import Header
from feedsvc.library.intake import take_certain
from feedsvc.library.options import CandidatesNeeded, UpdateOptions, UpdateResult
from feedsvc.library.parsing import FileParser
from feedsvc.library.signature import FileChange
from feedsvc.library.workers import WorkerPool
from feedsvc.model.codec import seconds
from feedsvc.model.identity import Identity, mint
from feedsvc.model.progress import ProgressCallback
from feedsvc.store import ledger, state
from feedsvc.store.transaction import Transaction

LARGE = 4_000
"""Files of a folder: a smaller one is imported at once."""
MOST = 60_000
"""Places in feeds, of all sections together: some 50 MB."""
SPARE = 5
"""More files than needed are chosen for each feed: some may be no articles, though their headers pass."""
SHARE = 0.25
"""The largest share of the files to import first. More would gain nothing, since each of these files is read twice."""


# --- the import -------------------------------------------------------------------------------------------------------


def import_first(
    transaction: Transaction, detector: ChangeDetector, parser: FileParser, options: UpdateOptions
) -> UpdateResult | None:
    """Imports the articles that feeds hold; None if an ordinary update has to do it all.

    That is so if the ledger knows articles already, if the folder is small or feeds hold most of it, and if it cannot
    be told from the headers what feeds hold. Raises OSError if the folder cannot be read.
    """
    if options.candidates_needed is None or not ledger.is_empty(transaction):
        return None
    context = load_context(transaction, options.now, parser.authority)
    if not context.time.first:
        return None
    with WorkerPool(parser, options.now) as pool:
        files = detector.all_files(options)
        chosen = select_first_files(pool, files, options.candidates_needed, options.progress)
        read = take_certain(transaction, pool.parse_files(chosen), context, options.progress).read
    if not (read > 0 and len(chosen) - read <= SPARE):  # feeds may lack articles
        return None
    state.BACKLOG_REMAINS.put(transaction, True)
    return UpdateResult(read, backlog_remaining=True, complete=False)


def is_unfinished(transaction: Transaction) -> bool:
    """True if only the first articles are imported."""
    return state.BACKLOG_REMAINS.get(transaction)


def finish(transaction: Transaction) -> None:
    """Notes that the backlog is imported."""
    state.BACKLOG_REMAINS.remove(transaction)


# --- the choice -------------------------------------------------------------------------------------------------------


def select_first_files(
    pool: WorkerPool, changes: Iterator[FileChange], needed: CandidatesNeeded, progress: ProgressCallback
) -> list[FileChange]:
    """The files to import first; empty if it does not pay."""
    first = list(islice(changes, LARGE))
    if len(first) < LARGE:
        return []
    selection, seen = PrioritySelection(pool.parser.authority, needed, seconds(pool.now)), 0
    for batch in pool.parse_headers(chain(first, changes), len(first)):
        for change, header in batch:
            if header is not None:
                selection.add(change, header)
        seen += len(batch)
        progress("headers read", seen, 0)
        if selection.places > MOST or not selection.is_certain:
            return []
    chosen = selection.chosen()
    return chosen if len(chosen) <= seen * SHARE else []


class _Candidate(NamedTuple):
    """One file; a newer one compares as less."""

    age: int
    change: FileChange
    id: str
    """Empty if the file gives none."""


class _FeedWindow:
    """The newest `needed` articles of a section, newest first, with all that are as old as the last of them.

    Articles of one age are ordered by ids, and ids cost too much to be made for every article.
    """

    def __init__(self, needed: int) -> None:
        self.needed = needed
        self.held: list[_Candidate] = []

    def has_room_for(self, age: int) -> bool:
        """True if it can hold an article of that age."""
        return len(self.held) < self.needed or age <= self.held[-1].age

    def add(self, candidate: _Candidate) -> None:
        """Adds an article that it has room for, and drops those that are too old now."""
        insort(self.held, candidate)
        if len(self.held) > self.needed and self.held[self.needed - 1].age < self.held[self.needed].age:
            del self.held[self.needed :]


class PrioritySelection:
    """Selects articles that come one by one, as of `now` (seconds). `authority` is that of `identity.mint`."""

    def __init__(self, authority: str, needed: CandidatesNeeded, now: int) -> None:
        self._authority = authority
        self._needed = needed
        self._now = now
        self._windows: dict[str, _FeedWindow] = {}
        self._by_names: dict[tuple[tuple[str, str], ...], list[_FeedWindow]] = {}  # names of all sections of an article
        self._namers: list[_Candidate] = []
        self._claims: set[int] = set()
        self._contested: set[int] = set()
        self.is_certain = True
        """The selected articles stand in the same places when the backlog has come."""

    def add(self, change: FileChange, header: Header) -> None:
        """Considers one file."""
        candidate = _Candidate(-header.published, change, header.id)
        if header.id:
            self._claim(self._mint(candidate))
        if not header.opens <= self._now < header.closes:
            return
        if header.published == self._now:  # as has who gives no date and, by a wrong clock, was written tomorrow
            self.is_certain = False
        names = tuple(header.sections.items())
        known = self._by_names.get(names)
        if known is None:  # a section is called by the first of all its names, so each of them has to be known
            self._namers.append(candidate)
        for window in known or self._open_windows(names):
            if window.has_room_for(candidate.age):
                window.add(candidate)

    @property
    def places(self) -> int:
        """The number of places in feeds, and of articles that give sections their names."""
        return sum(len(window.held) for window in self._windows.values()) + len(self._namers)

    def chosen(self) -> list[FileChange]:
        """The selected files by path.

        Empty if one of them gives an id that others give, too: whose it is turns out when all are there, in the order
        of their paths.
        """
        found = {*chain.from_iterable(map(self._newest, self._windows.values())), *self._namers}
        return [] if any(map(self._is_contested, found)) else sorted(each.change for each in found)

    def _newest(self, window: _FeedWindow) -> list[_Candidate]:
        return sorted(window.held, key=lambda each: (each.age, self._mint(each).id))[: window.needed]

    def _open_windows(self, names: tuple[tuple[str, str], ...]) -> list[_FeedWindow]:
        """The windows of sections that are seen for the first time under these names."""
        windows = [self._windows.setdefault(path, _FeedWindow(self._needed(path) + SPARE)) for path, _ in names]
        self._by_names[names] = windows
        return windows

    def _mint(self, candidate: _Candidate) -> Identity:
        return mint(self._authority, candidate.change.path, candidate.id)

    def _claim(self, identity: Identity) -> None:
        claims = {hash(identity.key), hash(identity.normalised_id)}
        self._contested |= claims & self._claims
        self._claims |= claims

    def _is_contested(self, candidate: _Candidate) -> bool:
        others, identity = self._contested if candidate.id else self._claims, self._mint(candidate)
        return hash(identity.key) in others or hash(identity.normalised_id) in others
