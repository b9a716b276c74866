"""The first import of a large folder: the articles that feeds hold are imported before all others.

Readers get their feeds as soon as the headers of all files are read; the backlog, which no feed shows, is imported by
the next update. The articles imported first get the same places as if all were imported together.
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
from feedsvc.library.signature import FileChange
from feedsvc.library.workers import ParserPool
from feedsvc.model.codec import seconds
from feedsvc.model.identity import Identity, mint
from feedsvc.model.progress import ProgressCallback
from feedsvc.store import ledger, state
from feedsvc.store.transaction import Transaction

LARGE = 4_000
"""Fewest files of a large folder; a smaller one is imported at once."""
MOST = 60_000
"""Most places in feeds, of all sections together: some 50 MB."""
SPARE = 5
"""Extra files chosen for each feed, since some may turn out not to be articles though their headers can be read."""
SHARE = 0.25
"""The largest share of the files to import first. More would gain nothing, since each of these files is read twice."""


# --- the import -------------------------------------------------------------------------------------------------------


def import_first(
    transaction: Transaction, detector: ChangeDetector, pool: ParserPool, options: UpdateOptions
) -> UpdateResult | None:
    """Imports the articles that feeds hold. Returns None if an ordinary update must do all the work.

    That is so if the ledger already knows articles, if the folder is small or feeds hold most of it, or if the headers
    do not determine what feeds hold. Raises OSError if the folder cannot be read.
    """
    if options.candidates_needed is None or not ledger.is_empty(transaction):
        return None
    context = load_context(transaction, options.now, pool.parser.authority)
    if not context.time.first:
        return None
    files = detector.all_files(options)
    chosen = select_first_files(pool, files, options.candidates_needed, options.progress)
    read = take_certain(transaction, pool.parse_files(chosen), context, options.progress).read
    if not (read > 0 and len(chosen) - read <= SPARE):  # feeds may lack articles
        return None
    state.BACKLOG_REMAINS.put(transaction, True)
    return UpdateResult(read, backlog_remaining=True, complete=False)


def is_unfinished(transaction: Transaction) -> bool:
    """True if only the first articles have been imported."""
    return state.BACKLOG_REMAINS.get(transaction)


def finish(transaction: Transaction) -> None:
    """Notes that the backlog has been imported."""
    state.BACKLOG_REMAINS.remove(transaction)


# --- the choice -------------------------------------------------------------------------------------------------------


def select_first_files(
    pool: ParserPool, changes: Iterator[FileChange], needed: CandidatesNeeded, progress: ProgressCallback
) -> list[FileChange]:
    """The files to import first; empty if that would save no time or the headers do not determine them."""
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
    """One file; newer ones sort first."""

    age: int
    change: FileChange
    id: str
    """Empty if the file gives none."""


class _FeedWindow:
    """The newest `needed` articles of a section, newest first, and all others as old as the last of them.

    Articles of one age are ordered by id, and making an id for every article would cost too much.
    """

    def __init__(self, needed: int) -> None:
        self.needed = needed
        self.held: list[_Candidate] = []

    def has_room_for(self, age: int) -> bool:
        """True if it can hold an article of that age."""
        return len(self.held) < self.needed or age <= self.held[-1].age

    def add(self, candidate: _Candidate) -> None:
        """Adds an article for which there is room, and drops those that are now too old."""
        insort(self.held, candidate)
        if len(self.held) > self.needed and self.held[self.needed - 1].age < self.held[self.needed].age:
            del self.held[self.needed :]


class PrioritySelection:
    """Selects from articles added one by one, as of `now` (seconds). `authority` is that of `identity.mint`."""

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
        """True if the selected articles keep their places when the backlog is imported."""

    def add(self, change: FileChange, header: Header) -> None:
        """Considers one file."""
        candidate = _Candidate(-header.published, change, header.id)
        if header.id:
            self._claim(self._mint(candidate))
        if not header.opens <= self._now < header.closes:
            return
        if header.published == self._now:  # such as a file without a date and with a time in the future
            self.is_certain = False
        names = tuple(header.sections.items())
        known = self._by_names.get(names)
        if known is None:  # the first name of a section counts, so all its names must be known
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

        Empty if the id of one of them is claimed by another file, too: which file gets it is decided when all are
        known, in the order of their paths.
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
