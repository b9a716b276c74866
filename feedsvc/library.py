"""The library: all articles, as their files were last read well, and who they are.

A look at the folder reads only the files whose stamps moved. What is read goes to the ledger; what cannot be read is a
Problem, and its last good version stays. Nothing here raises for a file's sake.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from feedsvc import media
from feedsvc.admission import Arrival, Desk, ForNow, Round
from feedsvc.model import Copy, Problem, Reading, Rules, Source, Unreadable
from feedsvc.scan import Folder, walk
from feedsvc.store import ledger, marks

LARGEST = 5 * 2**20
"""Bytes of an article's file; more is no article."""
SETTLING = 0.4
"""Seconds for which a file must have rested, or have looked the same, before it is read: half a file is not news."""
FEW = 3
"""So many articles may always go at once: that is an editor at work."""
MOST_SHARE, MOST = 0.2, 50
"""More of the articles than that do not go by editing: a disk is not mounted, or a copy failed."""
_ORIGIN = "the articles folder"

Tick = Callable[[int, int], None]
"""Told `(done, of)` while files are read."""


class Look(NamedTuple):
    """What one look at the folder found."""

    read: int = 0
    gone: int = 0
    unsettled: bool = False
    """Some file was still being written; look again soon."""


class Reads(NamedTuple):
    """The readers' room: what makes a Copy of a file, what makes HTML of its body, and the suffixes of articles.

    Both raise Unreadable; `to_html` takes a Copy and the folder of its file.
    """

    read: Callable[[Source, Rules], Reading]
    to_html: Callable[[Copy, str], str]
    suffixes: frozenset[str]


class _Change(NamedTuple):
    """A file that is not as it was: `newest` in nanoseconds, `former` is its entry as it was, empty for a new file."""

    path: str
    entry: str
    stamp: str
    newest: int
    companions: tuple[str, ...]
    former: str = ""
    edited: bool = True


class _Found(NamedTuple):
    """What differs from the last look; `vanished` are the files that are not there, with their articles."""

    changes: list[_Change]
    vanished: dict[str, int | None]
    problems: list[Problem]


class Library:
    """The articles below `root`; `desk` gives them their identities."""

    def __init__(self, root: Path, rules: Rules, desk: Desk, reads: Reads) -> None:
        self.root = root
        self._rules = rules
        self._desk = desk
        self._reads = reads
        self._resting: dict[str, tuple[str, int]] = {}
        self._missing: set[str] = set()

    def look(
        self,
        connection: Connection,
        now: datetime,
        *,
        everything: bool = False,
        patient: bool = True,
        accept_removals: bool = False,
        tick: Tick | None = None,
    ) -> Look:
        """Bring the ledger up to what lies in the folder at `now`.

        `everything` reads unchanged files again (another configuration may read them otherwise); with `patient`, files
        that are being written wait for the next look; `accept_removals` lets go of however many files are not there.
        """
        try:
            found = self._compare(connection, everything)
        except OSError as error:
            ledger.replace_problems(connection, _ORIGIN, [self._source_gone(error)])
            return Look()
        settled, waiting = self._settled(found.changes, now) if patient else (found.changes, [])
        tour = Round(now)
        tour.former = {change.path: change.former for change in found.changes if change.former}
        tour.lost = {number: path for path, number in found.vanished.items() if number is not None}
        self._take_all(connection, settled, tour, tick)
        gone = self._let_go(connection, tour, found, waiting, accept_removals)
        marks.put(connection, tour.dirty, tour.stale)
        ledger.replace_problems(connection, _ORIGIN, found.problems)
        return Look(len(settled), gone, bool(waiting))

    # --- what changed -------------------------------------------------------------------------------------------------

    def _compare(self, connection: Connection, everything: bool) -> _Found:
        found = _Found([], {}, [])
        unvisited = ledger.seen_folders(connection)
        restless = self._restless(connection)
        for folder in walk(self.root, self._reads.suffixes):
            found.problems.extend(folder.problems)
            unvisited.discard(folder.path)
            if not folder.readable:
                unvisited = {path for path in unvisited if not path.startswith(f"{folder.path}/")}
                continue
            before = ledger.seen(connection, folder.path)
            for change in self._articles(folder):
                row = before.pop(change.path, None)
                touched = row is None or row.stamp != change.stamp or change.path in restless
                if touched or everything:
                    former = row.stamp.partition(" ")[0] if row is not None else ""
                    newest = max(change.newest, restless.get(change.path, 0))
                    found.changes.append(change._replace(former=former, newest=newest, edited=touched))
            gone = {path: row.article for path, row in before.items() if _stem(path) not in folder.unsure}
            found.vanished.update(gone)
        for path in unvisited:
            found.vanished.update({path: row.article for path, row in ledger.seen(connection, path).items()})
        return found

    def _articles(self, folder: Folder) -> Iterator[_Change]:
        companions = folder.companions(self._reads.suffixes)
        for name in sorted(folder.files):
            stem, dot, suffix = name.rpartition(".")
            if dot and f".{suffix.lower()}" in self._reads.suffixes and stem not in folder.unsure:
                entry, beside = folder.files[name], companions.get(stem, ())
                stamp = " ".join((str(entry), *(f"{each}:{folder.files[each]}" for each in beside)))
                newest = max((entry.mtime_ns, *(folder.files[each].mtime_ns for each in beside)))
                yield _Change(folder.place(name), str(entry), stamp, newest, tuple(beside))

    def _restless(self, connection: Connection) -> dict[str, int]:
        """The articles that name files which are not as they were, came or went: path to the time of the newest."""
        now_at: dict[str, tuple[str, int]] = {}
        found: dict[str, int] = {}
        for file, stamp, path in ledger.all_named_files(connection):
            if file not in now_at:
                now_at[file] = media.stamp(self.root, file)
            if now_at[file][0] != stamp:
                found[path] = max(found.get(path, 0), now_at[file][1])
        return found

    def _settled(self, changes: list[_Change], now: datetime) -> tuple[list[_Change], list[_Change]]:
        """Those that have rested for a while, or look as they did at the last look; and those that have not."""
        latest = (now.timestamp() - SETTLING) * 1e9
        waiting = [
            change
            for change in changes
            if change.newest > latest and self._resting.get(change.path) != (change.stamp, change.newest)
        ]
        self._resting = {change.path: (change.stamp, change.newest) for change in waiting}
        return [change for change in changes if change.path not in self._resting], waiting

    # --- what came ----------------------------------------------------------------------------------------------------

    def _take_all(self, connection: Connection, settled: list[_Change], tour: Round, tick: Tick | None) -> None:
        """New paths first, each followed by the path that its article left: so a file that was renamed is known again
        before another one, which lies in its old place now, is taken for it."""
        waiting = {change.path: change for change in sorted(settled, key=lambda change: (bool(change.former), change))}
        troubled = ledger.troubled(connection)
        while waiting:
            path = next(iter(waiting))
            while path in waiting:
                path = self._take(connection, waiting.pop(path), tour, troubled)
                if tick:
                    tick(len(settled) - len(waiting), len(settled))

    def _take(self, connection: Connection, change: _Change, tour: Round, troubled: set[str]) -> str:
        """Read one file and hand it to the desk; the path that its article left. What is wrong stays with the file."""
        article, left, stamp = None, "", change.stamp
        try:
            article, problems, left = self._desk.admit(connection, self._arrival(change, tour.now), tour)
        except Unreadable as trouble:
            problems = (trouble.problem(change.path),)
            kept = ledger.find(connection, path=change.path)
            article = kept.number if kept else None
            # A stamp that no file has: it is tried again though it does not change.
            stamp = f"{change.entry} again" if isinstance(trouble, ForNow) else change.stamp
        ledger.see(connection, change.path, stamp, article)
        if problems or change.path in troubled:
            ledger.replace_problems(connection, change.path, problems)
        tour.former.pop(change.path, None)
        return left

    def _arrival(self, change: _Change, now: datetime) -> Arrival:
        """The file, read. Raises Unreadable for whatever is wrong with it."""
        source = self._load(change)
        try:
            reading = self._reads.read(source, self._rules)
            content = self._reads.to_html(reading.copy, source.folder)
        except Unreadable:
            raise
        except Exception as error:  # whatever a reader stumbles over must not cost the other files
            raise Unreadable(f"cannot be read: {error!r}", "look for odd values in it; report this") from error
        digest = sha256(source.data).hexdigest()
        return Arrival(change.path, change.entry, digest, _moment(change.newest, now), reading, content, change.edited)

    def _load(self, change: _Change) -> Source:
        sidecar = next((name for name in change.companions if name.lower().endswith(".toml")), None)
        pictures = [name for name in change.companions if name.lower().endswith(PICTURES)]
        folder = change.path.rpartition("/")[0]
        return Source(
            path=change.path,
            data=self._bytes(change.path),
            sidecar=self._bytes(f"{folder}/{sidecar}" if folder else sidecar) if sidecar else None,
            picture="/".join(part for part in (folder, pictures[0]) if part) if pictures else "",
        )

    def _bytes(self, path: str) -> bytes:
        try:
            with (self.root / path).open("rb") as file:
                data = file.read(LARGEST + 1)
        except OSError as error:
            raise ForNow(f"cannot be read: {error.strerror}", "let the service's user read it") from error
        if len(data) > LARGEST:
            raise Unreadable(f"is larger than {LARGEST // 2**20} MiB", "an article is text; move the rest elsewhere")
        return data

    # --- what went ----------------------------------------------------------------------------------------------------

    def _let_go(
        self, connection: Connection, tour: Round, found: _Found, waiting: list[_Change], accepted: bool
    ) -> int:
        """Take the articles of lost files out, unless there are suspiciously many; forget files that never were any."""
        for number in [number for number, path in tour.lost.items() if not path]:
            self._desk.release(connection, number, tour)
            del tour.lost[number]
        lost = self._really_lost(tour.lost, waiting)
        for path in (path for path, number in found.vanished.items() if number is None):
            ledger.forget(connection, path)
        if not lost:
            return 0
        held = ledger.held(connection)
        many = len(lost) > MOST or len(lost) > MOST_SHARE * held
        if not accepted and (len(lost) >= held or (many and len(lost) > FEW)):
            reason = f"{len(lost)} of {held} articles are not there any more; they stay published"
            found.problems.append(self._brake(reason))
            return 0
        for number, path in lost.items():
            self._desk.release(connection, number, tour)
            ledger.forget(connection, path)
        return len(lost)

    def _really_lost(self, lost: dict[int, str], waiting: list[_Change]) -> dict[int, str]:
        """A file that went while a new one is written may be that one, renamed: it is waited for, for one look."""
        before, self._missing = self._missing, set(lost.values())
        if all(change.former for change in waiting):
            return lost
        return {number: path for number, path in lost.items() if path in before}

    def _brake(self, reason: str) -> Problem:
        remedy = "bring them back, or confirm with `feedsvc publish --accept-removals`"
        return Problem(place=str(self.root), reason=reason, remedy=remedy)

    def _source_gone(self, error: OSError) -> Problem:
        return Problem(
            place=str(self.root),
            reason=f"the articles folder cannot be read: {error.strerror}; what was published stays",
            remedy="mount it, or correct [articles] path",
        )


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]


def _moment(nanoseconds: int, now: datetime) -> datetime:
    """The time of a file, kept between 1970 and `now`: file systems hold any number."""
    return min(datetime.fromtimestamp(min(max(nanoseconds / 1e9, 0), now.timestamp()), UTC), now)


PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".svg")
"""What a picture beside an article may be called."""
