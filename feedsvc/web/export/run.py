"""One export run: finds the differences, writes new files in order, then removes obsolete ones."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from feedsvc.model import local_files
from feedsvc.model.clock import TOLERANCE
from feedsvc.model.problem import Problem
from feedsvc.store import documents, state
from feedsvc.store.coding import etag_of_file
from feedsvc.store.transaction import Transaction
from feedsvc.web.export.disk import ONE_FILE, Tree
from feedsvc.web.export.manifest import NAME, UNKNOWN, Entry, Manifest, announce, load, load_pending, mark, settle
from feedsvc.web.export.sheets import ExportedDocument, ExportedFile

CHUNK = 2**20


class Written(NamedTuple):
    """The numbers of files written, removed, and left as they were; and problems for those that could not be
    written."""

    written: int
    removed: int
    unchanged: int
    problems: tuple[Problem, ...] = ()


class Job(NamedTuple):
    """The files of one document that have to be written, all with the same modification time."""

    sheet: ExportedDocument
    parts: tuple[ExportedFile, ...]
    modified: int


class Run:
    def __init__(self, tree: Tree, transaction: Transaction, articles: Path) -> None:
        self._tree = tree
        self._transaction = transaction
        self._articles = articles
        self._manifest = Manifest()
        self._problems: list[Problem] = []
        self._latest = state.read_clock(transaction, datetime.now(UTC)).told

    def write(self, sheets: list[ExportedDocument]) -> Written:
        """Updates the folder. Raises OSError if the whole folder is in trouble; the manifest then lists all files that
        may exist."""
        pending = self._take_over()
        known = dict(self._manifest.files)
        jobs = [job for sheet in sorted(sheets) if (job := self._job(sheet)) is not None]
        wanted = {part.name for sheet in sheets for part in sheet.parts}
        gone = sorted(self._manifest.files.keys() - wanted)
        written = 0
        if jobs or gone or pending or self._manifest.files != known:
            announce(self._tree, {*pending, *gone, *(part.name for job in jobs for part in job.parts)})
            written = self._write(jobs)
            self._remove(gone)
            settle(self._tree, self._manifest)
        unchanged = len(wanted) - sum(len(job.parts) for job in jobs)
        return Written(written, len(gone), unchanged, tuple(self._problems))

    def _take_over(self) -> list[str]:
        """Loads the manifest of the last run. Returns the names that the last run left pending if it was killed, else
        none."""
        self._manifest, sound = load(self._tree)
        if not sound:
            remedy = "files that are gone by now may remain; publish into an empty folder to be rid of them"
            self._report(str(self._tree.path / NAME), "the manifest is damaged, so it was made anew", remedy)
        pending = load_pending(self._tree)
        for name in pending:
            self._tree.sweep(name)
            self._manifest.files.setdefault(name, UNKNOWN)
        return pending

    # --- differences --------------------------------------------------------------------------------------------------

    def _job(self, sheet: ExportedDocument) -> Job | None:
        """The job for a document; None if all its files are right already.

        Other bytes get a later date, by a second at least: then neither a client that validates by date nor nginx's
        ETag (date and length) can mistake one version for the other. Dates from a clock that was ahead are dropped.
        """
        files, gone = self._manifest.files, self._manifest.gone
        standing = {part.name: self._standing(part) for part in sheet.parts}
        missing = tuple(part for part in sheet.parts if standing[part.name] is None)
        former = {name: entry or files.get(name) for name, entry in standing.items()}
        had = [entry.modified for entry in former.values() if entry] + [gone.get(mark(name), 0) for name in former]
        dates = [date for date in had if date <= self._latest + TOLERANCE]
        other = any(entry.tag != part.tag for part in sheet.parts if (entry := former[part.name]))
        other = other or any(mark(name) in gone for name in former)
        files.update({name: entry for name, entry in standing.items() if entry})
        ahead = len(dates) < len(had)
        if not (other or missing or ahead):
            return None
        modified = max((min(sheet.modified, self._latest), *(date + other for date in dates)))
        return Job(sheet, sheet.parts if other or ahead else missing, modified)

    def _standing(self, part: ExportedFile) -> Entry | None:
        """The entry of the existing file, or None. If its length or date is not as we left it, its ETag is computed
        from its bytes."""
        found = self._tree.find(part.name)
        entry = self._manifest.files.get(part.name)
        if found is None or (entry and found == (entry.length, entry.modified)):
            return entry if found else None
        with self._tree.open(part.name) as file:
            return Entry(etag_of_file(file), *found)

    # --- writing ------------------------------------------------------------------------------------------------------

    def _write(self, jobs: list[Job]) -> int:
        """Writes the files rank by rank, each of which is durable before the next begins. Returns the number of files
        written."""
        written = 0
        for _, group in groupby(jobs, key=lambda job: job.sheet.rank):
            written += sum(self._write_part(job, part) for job in group for part in job.parts)
            self._tree.sync()
        return written

    def _write_part(self, job: Job, part: ExportedFile) -> bool:
        try:
            self._tree.put(part.name, self._chunks(job.sheet, part), job.modified)
        except _Moved as moved:
            self._report(job.sheet.file, str(moved), "the next regeneration settles it")
        except OSError as error:
            if error.errno not in ONE_FILE:
                raise
            self._report(part.name, f"it cannot be a file here: {error.strerror}", "give it another address")
        else:
            self._manifest.files[part.name] = Entry(part.tag, part.length, job.modified)
            self._manifest.gone.pop(mark(part.name), None)
            return True
        return False

    def _chunks(self, sheet: ExportedDocument, part: ExportedFile) -> Iterator[bytes]:
        if part.text is not None:
            yield part.text
        elif sheet.file:
            yield from _copied(self._articles, sheet.file, part)
        else:
            body = documents.body(self._transaction, part.tag, sheet.number)
            if body is None:
                raise _Moved("the store has lost it")
            yield body

    def _remove(self, gone: list[str]) -> None:
        """Removes files by name, even those that somebody changed: withdrawn content must not remain."""
        for name in gone:
            self._tree.remove(name)
            self._manifest.forget(name)
        self._tree.sync()

    def _report(self, place: str, reason: str, remedy: str) -> None:
        self._problems.append(Problem(place=place, reason=reason, remedy=remedy, warning=True))


class _Moved(Exception):
    """The bytes of the file are not those that were published."""


def _copied(root: Path, file: str, part: ExportedFile) -> Iterator[bytes]:
    """The bytes of the file as it was published. Raises _Moved if it has changed, at the latest after the last
    chunk."""
    if not local_files.is_there(root, file):
        raise _Moved("the file is gone since it was published, so its last good version stays")
    with (root / file).open("rb") as source:
        before = os.fstat(source.fileno())
        right = etag_of_file(source) == part.tag
        source.seek(0)
        while right and (chunk := source.read(CHUNK)):
            yield chunk
        after = os.fstat(source.fileno())
    if not right or (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
        raise _Moved("the file has changed since it was published, so its last good version stays")
