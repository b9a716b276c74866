"""What is not as it was when the folder was last looked at: which files came, changed, went, and have settled."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from feedsvc import media
from feedsvc.model import Problem
from feedsvc.scan import Folder, walk
from feedsvc.store import ledger

SETTLING = 0.4
"""Seconds for which a file must have rested, or have looked the same, before it is read: half a file is not news."""

FEW = 3
"""So many articles may always go at once: that is an editor at work."""
MOST_SHARE, MOST = 0.2, 50
"""More of the articles than that do not go by editing: a disk is not mounted, or a copy failed."""


class Change(NamedTuple):
    """A file that is not as it was: `newest` in nanoseconds, `former` is its entry as it was, empty for a new file."""

    path: str
    entry: str
    stamp: str
    newest: int
    companions: tuple[str, ...]
    former: str = ""
    edited: bool = True


class _Rest(NamedTuple):
    """A file that has looked so `since` a time, in seconds."""

    change: Change
    since: float


class Found(NamedTuple):
    """What differs from the last look; `vanished` are the files that are not there, with their articles."""

    changes: list[Change]
    vanished: dict[str, int | None]
    problems: list[Problem]


class Comparison:
    """Compares the folder `root` with the ledger; `suffixes` are those of articles. Knows which files are at rest."""

    def __init__(self, root: Path, suffixes: frozenset[str]) -> None:
        self._root = root
        self._suffixes = suffixes
        self._resting: dict[str, _Rest] = {}

    def find(self, connection: Connection, *, everything: bool, accepted: bool) -> Found:
        """With `everything`, every file counts as changed; with `accepted`, so may any number of pictures be gone.

        Raises OSError if `root` cannot be read.
        """
        found = Found([], {}, [])
        unvisited = ledger.seen_folders(connection)
        restless = self._restless(connection, found, accepted)
        for folder in walk(self._root, self._suffixes):
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

    def _articles(self, folder: Folder) -> Iterator[Change]:
        companions = folder.companions(self._suffixes)
        for name in sorted(folder.files):
            stem, dot, suffix = name.rpartition(".")
            if dot and f".{suffix.lower()}" in self._suffixes and stem not in folder.unsure:
                entry, beside = folder.files[name], companions.get(stem, ())
                stamp = " ".join((str(entry), *(f"{each}:{folder.files[each]}" for each in beside)))
                newest = max((entry.mtime_ns, *(folder.files[each].mtime_ns for each in beside)))
                yield Change(folder.place(name), str(entry), stamp, newest, tuple(beside))

    def _restless(self, connection: Connection, found: Found, accepted: bool) -> dict[str, int]:
        """The articles that name files which are not as they were, came or went: path to the time of the newest."""
        named = ledger.all_named_files(connection)
        now_at = {file: media.stamp(self._root, file) for file in {file for file, _, _ in named}}
        held = {file for file, stamp, _ in named if stamp}
        gone = {file for file in held if not now_at[file][0]}
        if is_suspicious(len(gone), len(held)) and not accepted:
            reason = f"{len(gone)} of {len(held)} files that articles show are not there any more; they count as there"
            found.problems.append(brake(str(self._root), reason))
            now_at |= dict.fromkeys(gone, (media.UNSURE, 0))
        restless: dict[str, int] = {}
        for file, stamp, path in named:
            if now_at[file][0] not in (stamp, media.UNSURE):
                restless[path] = max(restless.get(path, 0), now_at[file][1])
        return restless

    def settled(self, changes: list[Change], now: datetime) -> tuple[list[Change], list[Change]]:
        """Those that have rested for a while, by their own times or, as clocks differ, by ours; and the others."""
        seconds = now.timestamp()
        since: dict[str, _Rest] = {}
        for change in changes:
            rest = self._resting.get(change.path)
            if rest is None or rest.change != change:
                rest = _Rest(change, seconds)
            if change.newest > (seconds - SETTLING) * 1e9 and abs(seconds - rest.since) < SETTLING:
                since[change.path] = rest
        self._resting = since
        settled = [change for change in changes if change.path not in since]
        return settled, [rest.change for rest in since.values()]


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]


def is_suspicious(gone: int, held: int) -> bool:
    """Whether so many of the files that were there do not go by editing."""
    return gone > FEW and (gone > MOST or gone > MOST_SHARE * held)


def brake(place: str, reason: str) -> Problem:
    remedy = "bring them back, or confirm with `feedsvc publish --accept-removals`"
    return Problem(place=place, reason=reason, remedy=remedy)
