"""One run over the folder: finds what differs, writes it in order, then removes what is gone."""

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
    """The numbers of files that were written, removed, and left as they were; and what could not be written."""

    written: int
    removed: int
    unchanged: int
    problems: tuple[Problem, ...] = ()


class Job(NamedTuple):
    """Files of one document that have to be written, all with the same date."""

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
        """Raises OSError where the whole folder is in trouble; then the manifest names all that may be there."""
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
        """From the last run, whose names are returned if it was killed."""
        self._manifest, sound = load(self._tree)
        if not sound:
            remedy = "files that are gone by now may remain; publish into an empty folder to be rid of them"
            self._report(str(self._tree.path / NAME), "the manifest is damaged, so it was made anew", remedy)
        pending = load_pending(self._tree)
        for name in pending:
            self._tree.sweep(name)
            self._manifest.files.setdefault(name, UNKNOWN)
        return pending

    # --- what differs -------------------------------------------------------------------------------------------------

    def _job(self, sheet: ExportedDocument) -> Job | None:
        """None if all parts stand as they should.

        A later date for other bytes, by a second at least: whoever validates by date, or by nginx's ETag, which is date
        and length, never takes the one for the other. Dates of a clock that was ahead go.
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
        """The file that is there, if any; of one that is not as we left it, only its bytes tell what it is."""
        found = self._tree.find(part.name)
        entry = self._manifest.files.get(part.name)
        if found is None or (entry and found == (entry.length, entry.modified)):
            return entry if found else None
        with self._tree.open(part.name) as file:
            return Entry(etag_of_file(file), *found)

    # --- writing ------------------------------------------------------------------------------------------------------

    def _write(self, jobs: list[Job]) -> int:
        """Rank by rank, each of which lasts before the next begins; how many files were written."""
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
        """By name alone, even where somebody changed the file: what was withdrawn must not live on."""
        for name in gone:
            self._tree.remove(name)
            self._manifest.forget(name)
        self._tree.sync()

    def _report(self, place: str, reason: str, remedy: str) -> None:
        self._problems.append(Problem(place=place, reason=reason, remedy=remedy, warning=True))


class _Moved(Exception):
    """The bytes of the file are not those that were published."""


def _copied(root: Path, file: str, part: ExportedFile) -> Iterator[bytes]:
    """The bytes of the file as it was published. Raises _Moved if it is not, at the latest when all else was
    yielded."""
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
