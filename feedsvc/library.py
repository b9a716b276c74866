"""The library: all articles, as their files were last read well, and who they are.

A look at the folder reads only the files whose stamps moved. What is read goes to the ledger; what cannot be read is a
Problem, and its last good version stays. Nothing here raises for a file's sake.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from feedsvc.admission import Arrival, Desk, ForNow, Round
from feedsvc.changes import Change, Comparison, Found, brake, is_suspicious
from feedsvc.model import Copy, Problem
from feedsvc.ports import Reading, Rules, Source, Unreadable
from feedsvc.store import ledger, marks

LARGEST = 5 * 2**20
"""Bytes of an article's file; more is no article."""
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

    Both raise Unreadable; `to_html` takes a Copy and the folder of its file. It is called ahead only for a Copy that
    `leads_somewhere`.
    """

    read: Callable[[Source, Rules], Reading]
    to_html: Callable[[Copy, str], str]
    leads_somewhere: Callable[[Copy], bool]
    suffixes: frozenset[str]


class Library:
    """The articles below `root`; `desk` gives them their identities."""

    def __init__(self, root: Path, rules: Rules, desk: Desk, reads: Reads) -> None:
        self.root = root
        self._rules = rules
        self._desk = desk
        self._reads = reads
        self._comparison = Comparison(root, reads.suffixes)
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
            found = self._comparison.find(connection, everything=everything, accepted=accept_removals)
        except OSError as error:
            ledger.replace_problems(connection, _ORIGIN, [self._source_gone(error)])
            return Look()
        settled, waiting = self._comparison.settled(found.changes, now) if patient else (found.changes, [])
        tour = Round(now)
        tour.former = {change.path: change.former for change in found.changes if change.former}
        tour.lost = {number: path for path, number in found.vanished.items() if number is not None}
        self._take_all(connection, settled, tour, tick)
        gone = self._let_go(connection, tour, found, waiting, accept_removals)
        marks.put(connection, tour.dirty, tour.stale)
        ledger.replace_problems(connection, _ORIGIN, found.problems)
        return Look(len(settled), gone, bool(waiting))

    # --- what came ----------------------------------------------------------------------------------------------------

    def _take_all(self, connection: Connection, settled: list[Change], tour: Round, tick: Tick | None) -> None:
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

    def _take(self, connection: Connection, change: Change, tour: Round, troubled: set[str]) -> str:
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

    def _arrival(self, change: Change, now: datetime) -> Arrival:
        """The file, read. Raises Unreadable for whatever is wrong with it."""
        source = self._load(change)
        try:
            reading = self._reads.read(source, self._rules)
            leads = self._reads.leads_somewhere(reading.copy)
            content = self._reads.to_html(reading.copy, source.folder) if leads else ""
        except Unreadable:
            raise
        except Exception as error:  # whatever a reader stumbles over must not cost the other files
            raise Unreadable(f"cannot be read: {error!r}", "look for odd values in it; report this") from error
        digest = sha256(source.data).hexdigest()
        return Arrival(change.path, change.entry, digest, _moment(change.newest, now), reading, content, change.edited)

    def _load(self, change: Change) -> Source:
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

    def _let_go(self, connection: Connection, tour: Round, found: Found, waiting: list[Change], accepted: bool) -> int:
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
        if not accepted and (len(lost) >= held or is_suspicious(len(lost), held)):
            reason = f"{len(lost)} of {held} articles are not there any more; they stay published"
            found.problems.append(brake(str(self.root), reason))
            return 0
        for number, path in lost.items():
            self._desk.release(connection, number, tour)
            ledger.forget(connection, path)
        return len(lost)

    def _really_lost(self, lost: dict[int, str], waiting: list[Change]) -> dict[int, str]:
        """A file that went while a new one is written may be that one, renamed: it is waited for, for one look."""
        before, self._missing = self._missing, set(lost.values())
        if all(change.former for change in waiting):
            return lost
        return {number: path for number, path in lost.items() if path in before}

    def _source_gone(self, error: OSError) -> Problem:
        return Problem(
            place=str(self.root),
            reason=f"the articles folder cannot be read: {error.strerror}; what was published stays",
            remedy="mount it, or correct [articles] path",
        )


def _moment(nanoseconds: int, now: datetime) -> datetime:
    """The time of a file, kept between 1970 and `now`: file systems hold any number."""
    return min(datetime.fromtimestamp(min(max(nanoseconds / 1e9, 0), now.timestamp()), UTC), now)


PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".svg")
"""What a picture beside an article may be called."""
