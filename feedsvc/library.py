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

from feedsvc.admission import Arrival, Desk
from feedsvc.model import Problem, Reading, Rules, Source, Unreadable
from feedsvc.scan import Folder, walk
from feedsvc.store import ledger

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


class _Change(NamedTuple):
    path: str
    stamp: str
    newest: datetime
    companions: tuple[str, ...]


class Library:
    """The articles below `root`. `read` and `suffixes` are the readers' room; `desk` gives identities."""

    def __init__(
        self, root: Path, rules: Rules, desk: Desk, read: Callable[[Source, Rules], Reading], suffixes: frozenset[str]
    ) -> None:
        self.root = root
        self._rules = rules
        self._desk = desk
        self._read = read
        self._suffixes = suffixes
        self._resting: dict[str, str] = {}

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
            changes, vanished, problems = self._compare(connection, everything)
        except OSError as error:
            ledger.replace_problems(connection, _ORIGIN, [self._source_gone(error)])
            return Look()
        settled = [change for change in changes if not patient or self._has_settled(change, now)]
        lost = {path: article for path, article in vanished.items() if article is not None}
        for done, change in enumerate(settled):
            self._take(connection, change, lost, now)
            if tick:
                tick(done + 1, len(settled))
        gone = self._let_go(connection, lost, problems, accept_removals)
        for path in vanished.keys() - lost.keys():
            ledger.forget(connection, path)
        ledger.replace_problems(connection, _ORIGIN, problems)
        return Look(len(settled), gone, len(settled) < len(changes))

    # --- what changed -------------------------------------------------------------------------------------------------

    def _compare(
        self, connection: Connection, everything: bool
    ) -> tuple[list[_Change], dict[str, int | None], list[Problem]]:
        """Files whose stamp moved; files that are not there any more, with their articles; what was odd."""
        changes: list[_Change] = []
        vanished: dict[str, int | None] = {}
        problems: list[Problem] = []
        unvisited = ledger.seen_folders(connection)
        for folder in walk(self.root, self._suffixes):
            problems += folder.problems
            unvisited.discard(folder.path)
            if not folder.readable:
                unvisited = {path for path in unvisited if not path.startswith(f"{folder.path}/")}
                continue
            before = ledger.seen(connection, folder.path)
            for change in self._articles(folder):
                row = before.pop(change.path, None)
                if row is None or row.stamp != change.stamp or everything:
                    changes.append(change)
            vanished |= {path: row.article for path, row in before.items()}
        for path in unvisited:
            vanished |= {path: row.article for path, row in ledger.seen(connection, path).items()}
        return changes, vanished, problems

    def _articles(self, folder: Folder) -> Iterator[_Change]:
        companions = folder.companions(self._suffixes)
        for name in sorted(folder.files):
            stem, dot, suffix = name.rpartition(".")
            if dot and f".{suffix.lower()}" in self._suffixes:
                names = (name, *companions.get(stem, ()))
                entries = [folder.files[each] for each in names]
                newest = datetime.fromtimestamp(max(entry.mtime_ns for entry in entries) / 1e9, UTC)
                stamp = " ".join(f"{each}:{entry}" for each, entry in zip(names, entries, strict=True))
                yield _Change(folder.place(name), stamp, newest, names[1:])

    def _has_settled(self, change: _Change, now: datetime) -> bool:
        if (now - change.newest).total_seconds() >= SETTLING or self._resting.get(change.path) == change.stamp:
            self._resting.pop(change.path, None)
            return True
        self._resting[change.path] = change.stamp
        return False

    # --- what came ----------------------------------------------------------------------------------------------------

    def _take(self, connection: Connection, change: _Change, lost: dict[str, int], now: datetime) -> None:
        """Read one file and hand it to the desk; whatever is wrong with it stays with its path."""
        article: int | None = None
        try:
            source = self._load(change)
            reading = self._read(source, self._rules)
            arrival = Arrival(change.path, sha256(source.data).hexdigest(), change.newest, reading)
            article, problems = self._desk.admit(connection, arrival, lost, now)
        except Unreadable as trouble:
            problems = (trouble.problem(change.path),)
            kept = ledger.find(connection, path=change.path)
            article = kept.number if kept else None
        ledger.see(connection, change.path, change.stamp, article)
        ledger.replace_problems(connection, change.path, problems)

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
            raise Unreadable(f"cannot be read: {error.strerror}", "let the service's user read it") from error
        if len(data) > LARGEST:
            raise Unreadable(f"is larger than {LARGEST // 2**20} MiB", "an article is text; move the rest elsewhere")
        return data

    # --- what went ----------------------------------------------------------------------------------------------------

    def _let_go(self, connection: Connection, lost: dict[str, int], problems: list[Problem], accepted: bool) -> int:
        """Take the articles of `lost` files out, unless there are suspiciously many of them."""
        held = ledger.held(connection)
        many = len(lost) > MOST or len(lost) > MOST_SHARE * held
        if lost and not accepted and (len(lost) == held or (many and len(lost) > FEW)):
            reason = f"{len(lost)} of {held} articles are not there any more; they stay published"
            problems.append(self._brake(reason))
            return 0
        for path, article in lost.items():
            self._desk.release(connection, article)
            ledger.forget(connection, path)
        return len(lost)

    def _brake(self, reason: str) -> Problem:
        remedy = "bring them back, or confirm with `feedsvc publish --accept-removals`"
        return Problem(place=str(self.root), reason=reason, remedy=remedy)

    def _source_gone(self, error: OSError) -> Problem:
        return Problem(
            place=str(self.root),
            reason=f"the articles folder cannot be read: {error.strerror}; what was published stays",
            remedy="mount it, or correct [articles] path",
        )


PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".svg")
"""What a picture beside an article may be called."""
