"""What is not as it was when the folder was last looked at: which files came, changed, went, and have settled."""

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from feedsvc.library import media
from feedsvc.library.scan import split, walk
from feedsvc.library.signature import FileChange, change_signature, identity_signature
from feedsvc.model.problem import Problem
from feedsvc.store import scanned_files, scanned_folders
from feedsvc.store.scanned_folders import FolderState, Rows

SETTLING = 0.4
"""Seconds for which a file must have rested, or have looked the same, before it is read: half a file is not news."""

FEW = 3
"""So many articles may always go at once: that is an editor at work."""
MOST_SHARE, MOST = 0.2, 50
"""More of the articles than that do not go by editing: a disk is not mounted, or a copy failed."""


_UNSEEN = ("", None)


class _Rest(NamedTuple):
    """A file that has looked so `since` a time, in seconds."""

    change: FileChange
    since: float


class ScanFindings(NamedTuple):
    """What a look finds besides what changed: files that are not there, with their articles; what is odd; and how the
    folders look of which it is not known that nothing in them changed."""

    vanished: dict[str, int | None]
    problems: list[Problem]
    sights: dict[str, FolderState]


Scope = dict[str, set[str]]
"""Folders, and the stems in each of them, to which a look is confined."""


class ChangeDetector:
    """Compares the folder `root` with the ledger; `suffixes` are those of articles. Knows which files are at rest."""

    def __init__(self, root: Path, suffixes: frozenset[str]) -> None:
        self._root = root
        self._suffixes = suffixes
        self._resting: dict[str, _Rest] = {}
        self._restless: dict[str, _Rest] = {}

    # --- what changed -------------------------------------------------------------------------------------------------

    def changes(
        self,
        connection: Connection,
        found: ScanFindings,
        *,
        everything: bool,
        accepted: bool,
        scope: Scope | None = None,
    ) -> Iterator[FileChange]:
        """What is not as it was; the rest goes to `found` by the time that the last has come.

        With `everything`, every file counts as changed; with `accepted`, so may any number of pictures be gone. Only
        what is in `scope` is looked at where there is one. Raises OSError if `root` cannot be read.
        """
        self._resting, self._restless = self._restless, {}
        moved = self._moved_files(connection, found, accepted, scope)
        # While the walk goes on, rows are written for files that it has told, so in folders that it has left.
        known = scanned_folders.known(connection) if scope is None else {}
        unvisited = scanned_files.seen_folders(connection) | known.keys() if scope is None else set()
        if everything:
            known = {}
        for path in moved:
            known.pop(_place(path)[0], None)
        for folder in walk(self._root, self._suffixes, scope, known):
            found.problems.extend(folder.problems)
            unvisited.discard(folder.path)
            if folder.quiet:
                continue
            if not folder.readable:
                unvisited = {path for path in unvisited if not path.startswith(f"{folder.path}/")}
                continue
            before = scanned_files.seen(connection, folder.path, scope and scope[folder.path])
            prefix, files, rows = folder.prefix, folder.files, Rows()
            for name, beside in folder.articles(self._suffixes):
                path, now = prefix + name, _stamp(files, name, beside)
                was, _ = before.pop(path, _UNSEEN)
                rows.add(path, now)
                if now != was or path in moved or everything:
                    newest = max(moved.get(path, 0), _newest(files, name, beside))
                    edited = now != was or path in moved
                    yield FileChange(
                        path, identity_signature(files[name]), now, newest, tuple(beside), was.partition(" ")[0], edited
                    )
            found.vanished.update(
                (path, article) for path, (_, article) in before.items() if _stem(path) not in folder.unsure
            )
            found.sights[folder.path] = FolderState(folder.digest, rows.digest)
        for path in unvisited:
            found.vanished.update((path, seen[1]) for path, seen in scanned_files.seen(connection, path).items())
            found.sights[path] = FolderState()

    def all_new(self) -> Iterator[FileChange]:
        """Every file, as if none had been seen yet. Raises OSError if `root` cannot be read."""
        for folder in walk(self._root, self._suffixes, known=None):
            files = folder.files
            for name, beside in folder.articles(self._suffixes):
                now, newest = _stamp(files, name, beside), _newest(files, name, beside)
                yield FileChange(folder.prefix + name, identity_signature(files[name]), now, newest, tuple(beside))

    def _moved_files(
        self, connection: Connection, found: ScanFindings, accepted: bool, scope: Scope | None
    ) -> dict[str, int]:
        """The articles that name files which are not as they were, came or went: path to the time of the newest."""
        named = scanned_files.all_named_files(connection, scope)
        now_at = {file: media.stamp(self._root, file) for file in {file for file, _, _ in named}}
        held = {file for file, stamp, _ in named if stamp}
        gone = {file for file in held if not now_at[file][0]}
        if exceeds_removal_limit(len(gone), len(held)) and not accepted:
            reason = f"{len(gone)} of {len(held)} files that articles show are not there any more; they count as there"
            found.problems.append(removal_guard_problem(str(self._root), reason))
            now_at |= dict.fromkeys(gone, (media.UNKNOWN, 0))
        moved: dict[str, int] = {}
        for file, was, path in named:
            if now_at[file][0] not in (was, media.UNKNOWN):
                moved[path] = max(moved.get(path, 0), now_at[file][1])
        return moved

    def scope_of(self, connection: Connection, hints: Iterable[str]) -> Scope | None:
        """To which a look can be confined after changes at the paths `hints`; None where they may be folders."""
        told = set(hints) | self._restless.keys()
        paths = told | {path for hint in told for path in scanned_files.articles_naming(connection, hint)}
        scope: Scope = {}
        for path in paths:
            folder, stem = _place(path)
            if self._may_be_folder(connection, path) or os.path.realpath(f"{self._root}/{folder}") != self._real(
                folder
            ):
                return None
            scope.setdefault(folder, set()).add(stem)
        return scope

    def _may_be_folder(self, connection: Connection, path: str) -> bool:
        return not split(path)[1] or (self._root / path).is_dir() or scanned_files.is_folder(connection, path)

    def _real(self, folder: str) -> str:
        root = os.path.realpath(self._root)
        return f"{root}/{folder}" if folder else root

    # --- what has settled ---------------------------------------------------------------------------------------------

    def is_settled(self, change: FileChange, now: datetime) -> bool:
        """Whether it has rested for a while, by its own time or, as clocks differ, by ours."""
        seconds = now.timestamp()
        rest = self._resting.get(change.path)
        if rest is None or rest.change != change:
            rest = _Rest(change, seconds)
        if change.newest <= (seconds - SETTLING) * 1e9 or abs(seconds - rest.since) >= SETTLING:
            return True
        self._restless[change.path] = rest
        return False

    @property
    def waiting(self) -> list[FileChange]:
        """Those of this look that have not settled."""
        return [rest.change for rest in self._restless.values()]


def _stamp(files: dict[str, os.stat_result], name: str, beside: list[str]) -> str:
    """Of the file `name` and of those beside it that belong to it."""
    own = change_signature(files[name])
    return " ".join((own, *(f"{each}:{change_signature(files[each])}" for each in beside))) if beside else own


def _newest(files: dict[str, os.stat_result], name: str, beside: list[str]) -> int:
    return max(files[each].st_mtime_ns for each in (name, *beside)) if beside else files[name].st_mtime_ns


def _place(path: str) -> tuple[str, str]:
    """The folder and the stem."""
    folder, _, name = path.rpartition("/")
    return folder, split(name)[0]


def _stem(path: str) -> str:
    return _place(path)[1]


def exceeds_removal_limit(gone: int, held: int) -> bool:
    """Whether so many of the files that were there do not go by editing."""
    return gone > FEW and (gone > MOST or gone > MOST_SHARE * held)


def removal_guard_problem(place: str, reason: str) -> Problem:
    remedy = "bring them back, or confirm with `feedsvc publish --accept-removals`"
    return Problem(place=place, reason=reason, remedy=remedy)
