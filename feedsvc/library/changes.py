"""Detects which files came, changed or went since the last scan."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from feedsvc.library import media
from feedsvc.library.options import UpdateOptions
from feedsvc.library.removal_guard import exceeds_removal_limit, hold_back, removal_guard_problem
from feedsvc.library.scan import Folder, split, walk
from feedsvc.library.settling import CompleteFiles, SettlingFiles
from feedsvc.library.signature import FileChange, change_signature, identity_signature
from feedsvc.model.problem import Problem
from feedsvc.store import scanned_files, scanned_folders, state
from feedsvc.store.scanned_folders import FolderState, Rows
from feedsvc.store.transaction import Transaction

PART = 1_000
"""Most changes in one ScanResult; a folder with more of them yields several results."""

StemsByFolder = dict[str, set[str]]
"""The stems, by folder, to which a scan is confined."""
_NEVER_SEEN = ("", None)


class ScanResult(NamedTuple):
    """The findings in one folder, or in a part of it."""

    changes: tuple[FileChange, ...] = ()
    """New or changed files that are completely written."""
    unsettled: tuple[FileChange, ...] = ()
    """New or changed files that are still being written."""
    vanished: Mapping[str, int | None] = {}
    """Missing files: path to the number of the article, or None if the file never was one."""
    problems: tuple[Problem, ...] = ()
    folders: Mapping[str, FolderState] = {}
    """The state of each folder that may have changed."""


class ScanFindings:
    """Gathers the results of one scan while its changes are consumed; complete once `changes` is exhausted."""

    def __init__(self, results: Iterator[ScanResult]) -> None:
        self._results = results
        self.unsettled: list[FileChange] = []
        self.vanished: dict[str, int | None] = {}
        self.problems: list[Problem] = []
        self.folders: dict[str, FolderState] = {}

    def changes(self) -> Iterator[FileChange]:
        """The changed files that are completely written, folder by folder."""
        for result in self._results:
            self.unsettled += result.unsettled
            self.vanished.update(result.vanished)
            self.problems += result.problems
            self.folders.update(result.folders)
            yield from result.changes


class ChangeDetector:
    """Compares the folder `root` with the last scan. `suffixes` are those of articles."""

    def __init__(self, root: Path, suffixes: frozenset[str], complete: CompleteFiles | None = None) -> None:
        """Files in `complete` count as completely written."""
        self._root = root
        self._suffixes = suffixes
        self._settling = SettlingFiles(complete)

    # --- scans --------------------------------------------------------------------------------------------------------

    def detect(
        self, transaction: Transaction, options: UpdateOptions, stems: StemsByFolder | None = None
    ) -> Iterator[ScanResult]:
        """The differences, folder by folder; only those in `stems` if that is given.

        A result may be entered into the store before the next one is requested, since the scan has then left its
        folder. Raises OSError if `root` cannot be read.
        """
        self._settling.begin_scan()
        moved, problems = self._moved_media(transaction, options, stems)
        yield ScanResult(problems=problems)
        digests = scanned_folders.known(transaction) if stems is None else {}
        unvisited = scanned_files.seen_folders(transaction) | digests.keys() if stems is None else set()
        if options.reread:
            digests = {}
        for path in moved:
            digests.pop(_folder_and_stem(path)[0], None)
        for folder in walk(self._root, self._suffixes, stems, digests):
            unvisited.discard(folder.path)
            if not folder.readable:
                yield ScanResult(problems=folder.problems)
                unvisited = {path for path in unvisited if not path.startswith(f"{folder.path}/")}
            elif not folder.unchanged:
                seen = scanned_files.seen(transaction, folder.path, stems and stems[folder.path])
                yield from self._compare(folder, seen, moved, options)
        for path in unvisited:
            gone = {file: article for file, (_, article) in scanned_files.seen(transaction, path).items()}
            yield ScanResult(vanished=gone, folders={path: FolderState()})

    def _compare(
        self, folder: Folder, seen: dict[str, tuple[str, int | None]], moved: Mapping[str, int], options: UpdateOptions
    ) -> Iterator[ScanResult]:
        """The differences between `folder` and the last scan's state of it, `seen`, which is consumed."""
        files, rows = folder.files, Rows()
        settled: list[FileChange] = []
        unsettled: list[FileChange] = []
        for name, companions in folder.articles(self._suffixes):
            path, now = folder.prefix + name, _signature(files, name, companions)
            before, _ = seen.pop(path, _NEVER_SEEN)
            rows.add(path, now)
            edited = now != before or path in moved
            if not (edited or options.reread):
                continue
            newest = max(moved.get(path, 0), _newest(files, name, companions))
            change = FileChange(
                *(path, identity_signature(files[name]), now, newest, tuple(companions), before.partition(" ")[0]),
                edited=edited,
            )
            own = {each: files[each] for each in (name, *companions)}
            rests = not options.wait_for_writers or self._settling.are_settled(
                change, folder.prefix, own, moved.get(path, 0), options.now
            )
            (settled if rests else unsettled).append(change)
            if len(settled) >= PART:
                yield ScanResult(tuple(settled))
                settled.clear()
        gone = {path: article for path, (_, article) in seen.items() if _stem(path) not in folder.unsure}
        state = FolderState(folder.digest, rows.digest)
        yield ScanResult(tuple(settled), tuple(unsettled), gone, folder.problems, {folder.path: state})

    def all_files(self, options: UpdateOptions) -> Iterator[FileChange]:
        """Every completely written file, as if none had been seen yet. Raises OSError if `root` cannot be read."""
        for folder in walk(self._root, self._suffixes, known=None):
            files = folder.files
            for name, companions in folder.articles(self._suffixes):
                now, newest = _signature(files, name, companions), _newest(files, name, companions)
                own = identity_signature(files[name])
                change = FileChange(folder.prefix + name, own, now, newest, tuple(companions))
                if self._is_settled(change, options):
                    yield change

    def _is_settled(self, change: FileChange, options: UpdateOptions) -> bool:
        return not options.wait_for_writers or self._settling.is_settled(change, options.now)

    # --- media --------------------------------------------------------------------------------------------------------

    def _moved_media(
        self, transaction: Transaction, options: UpdateOptions, stems: StemsByFolder | None
    ) -> tuple[dict[str, int], tuple[Problem, ...]]:
        """The articles that name media files which changed, came or went: path to the time of the newest file, in
        nanoseconds; and a problem if too many of these files are missing, which then count as unchanged."""
        named = scanned_files.all_named_files(transaction, stems)
        now_at = {file: media.stamp(self._root, file) for file in {file for file, _, _ in named}}
        shown = {file for file, signature, _ in named if signature}
        held = self._held_media(transaction, {file for file in shown if not now_at[file][0]}, len(shown), options)
        problems: tuple[Problem, ...] = ()
        if held:
            reason = f"{len(held)} of {len(shown)} files that articles show are not there any more; they count as there"
            problems = (removal_guard_problem(str(self._root), reason),)
            now_at |= dict.fromkeys(held, (media.UNKNOWN, 0))
        moved: dict[str, int] = {}
        for file, before, path in named:
            if now_at[file][0] not in (before, media.UNKNOWN):
                moved[path] = max(moved.get(path, 0), now_at[file][1])
        return moved, problems

    def _held_media(
        self, transaction: Transaction, gone: set[str], shown: int, options: UpdateOptions
    ) -> frozenset[str]:
        """The files of `gone` that count as missing only with consent; `shown` is the number of files in articles."""

        def is_too_many(count: int) -> bool:
            return exceeds_removal_limit(count, shown)

        return hold_back(transaction, state.HELD_MEDIA, self._root, gone, is_too_many, options)

    # --- confined scans -----------------------------------------------------------------------------------------------

    def stems_of(self, transaction: Transaction, paths: Iterable[str]) -> StemsByFolder | None:
        """The part of the folder that a scan after changes at `paths` needs; None if one of them may be a folder."""
        changed = set(paths) | self._settling.paths()
        changed |= {path for file in changed for path in scanned_files.articles_naming(transaction, file)}
        stems: StemsByFolder = {}
        for path in changed:
            folder, stem = _folder_and_stem(path)
            if self._may_be_folder(transaction, path) or self._is_behind_link(folder):
                return None
            stems.setdefault(folder, set()).add(stem)
        return stems

    def _may_be_folder(self, transaction: Transaction, path: str) -> bool:
        return not split(path)[1] or self._is_folder(path) or scanned_files.is_folder(transaction, path)

    def _is_folder(self, path: str) -> bool:
        return os.path.isdir(f"{self._root}/{path}")  # noqa: PTH112 - pathlib raises for what no path can be

    def _is_behind_link(self, folder: str) -> bool:
        root = os.path.realpath(self._root)
        return os.path.realpath(f"{self._root}/{folder}") != (f"{root}/{folder}" if folder else root)


def _signature(files: dict[str, os.stat_result], name: str, companions: list[str]) -> str:
    """The change signature of the file `name` and its companions."""
    own = change_signature(files[name])
    if not companions:
        return own
    return " ".join((own, *(f"{each}:{change_signature(files[each])}" for each in companions)))


def _newest(files: dict[str, os.stat_result], name: str, companions: list[str]) -> int:
    if not companions:
        return files[name].st_mtime_ns
    return max(files[each].st_mtime_ns for each in (name, *companions))


def _folder_and_stem(path: str) -> tuple[str, str]:
    folder, _, name = path.rpartition("/")
    return folder, split(name)[0]


def _stem(path: str) -> str:
    return _folder_and_stem(path)[1]
