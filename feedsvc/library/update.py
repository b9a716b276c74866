"""Brings the ledger up to what lies in the articles folder.

    detect changes --> parse --> enter unambiguous files --> match and decide the rest --> remove what is lost

Only files that changed are read. A file that cannot be read becomes a Problem, and its last good version stays. No
exception that a file causes leaves this module.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from feedsvc.library import bootstrap
from feedsvc.library.changes import ChangeDetector, ScanFindings, StemsByFolder
from feedsvc.library.context import UpdateContext, load_context, mark, note_found
from feedsvc.library.intake import Intake, Missing, take_certain, take_waiting
from feedsvc.library.options import NeedsFullScan, Scope, UpdateOptions, UpdateResult
from feedsvc.library.parsing import FileParser
from feedsvc.library.removal import remove_lost
from feedsvc.library.removal_guard import FEW
from feedsvc.library.settling import CompleteFiles
from feedsvc.library.workers import ParserPool
from feedsvc.model import codec
from feedsvc.model.clock import EARLIEST
from feedsvc.model.problem import Problem
from feedsvc.model.worker_pool import WorkerPool
from feedsvc.store import field_hashes, ledger, ledger_transfer, scanned_folders
from feedsvc.store.problems import replace_problems
from feedsvc.store.transaction import Transaction

MOST_PATHS = 100
"""Most paths of an update; one of more paths scans the whole folder."""
_ORIGIN = "the articles folder"


class _Scan(NamedTuple):
    """The state after the walk through the folder, with the unambiguous files entered."""

    context: UpdateContext
    findings: ScanFindings
    intake: Intake
    missing: Missing


class _Entered(NamedTuple):
    """The result of entering all files: the number of files read and of articles removed, and the folder's problems."""

    read: int
    gone: int
    problems: tuple[Problem, ...]


class Library:
    """The articles in the folder of `parser`. Remembers from one update to the next which files are being written."""

    def __init__(self, parser: FileParser, workers: WorkerPool, complete: CompleteFiles | None = None) -> None:
        """Files in `complete` are read even if they were written to just now. `workers` parse if there are many files,
        and are left running for the publisher."""
        self.root = parser.root
        self._parser = parser
        self._workers = workers
        self._detector = ChangeDetector(parser.root, parser.readers.suffixes, complete)
        self._awaited: Mapping[str, float] = {}
        """Missing files that may turn up under another name, and since when."""

    def update(self, transaction: Transaction, options: UpdateOptions) -> UpdateResult:
        """Brings the ledger up to date. If the folder cannot or must not be read, only its problem is recorded."""
        if options.reread:
            field_hashes.forget_all(transaction)
        fault = options.fault
        if fault is None:
            try:
                return self._update(transaction, options)
            except OSError as error:
                fault = self._unreadable(error)
        replace_problems(transaction, _ORIGIN, [fault])
        return UpdateResult(complete=not bootstrap.is_unfinished(transaction))

    def _update(self, transaction: Transaction, options: UpdateOptions) -> UpdateResult:
        """Chooses how to update: the first files of a large folder, its backlog, some paths, or the whole folder."""
        if _read_undated_again(transaction, options.now):
            options = options._replace(scope=Scope.ALL)
        if bootstrap.is_unfinished(transaction):
            return self._import_backlog(transaction, options)
        first = bootstrap.import_first(transaction, self._detector, self._pool(options), options)
        if first is not None:
            return first
        if (stems := self._stems(transaction, options)) is not None:
            result = self._update_some(transaction, options, stems)
            if not isinstance(result, NeedsFullScan):
                return result
        scan, entered = self._enter_all(transaction, options)
        return _result(transaction, scan, entered, found=entered.read > 0)

    def _stems(self, transaction: Transaction, options: UpdateOptions) -> StemsByFolder | None:
        """The part of the folder to which the update can be confined; None for all of it."""
        if options.scope is Scope.ALL or options.reread or len(options.paths) > MOST_PATHS:
            return None
        return self._detector.stems_of(transaction, options.paths | self._awaited.keys())

    def _import_backlog(self, transaction: Transaction, options: UpdateOptions) -> UpdateResult:
        """Imports the rest of a large folder, whose first files are already imported."""
        scan, entered = self._enter_all(transaction, options)
        if scan.findings.vanished:  # the folder may have been emptied, or its disk may be away
            return _result(transaction, scan, entered, found=entered.read > 0)._replace(complete=False)
        bootstrap.finish(transaction)
        return _result(transaction, scan, entered, found=True)

    def _enter_all(self, transaction: Transaction, options: UpdateOptions) -> tuple[_Scan, _Entered]:
        """Updates from the whole folder, and records its present state."""
        scan = self._scan(transaction, options, None)
        entered = self._enter(transaction, options, scan)
        replace_problems(transaction, _ORIGIN, entered.problems)
        scanned_folders.keep(transaction, scan.findings.folders)
        return scan, entered

    def _update_some(
        self, transaction: Transaction, options: UpdateOptions, stems: StemsByFolder
    ) -> UpdateResult | NeedsFullScan:
        """Updates from a part of the folder. Returns NeedsFullScan if that part does not show what became of its
        files."""
        scan = self._scan(transaction, options, stems)
        if scan.findings.problems or len(scan.missing.lost) > FEW:
            return NeedsFullScan()
        entered = self._enter(transaction, options, scan)
        return NeedsFullScan() if entered.problems else _result(transaction, scan, entered, found=entered.read > 0)

    def _scan(self, transaction: Transaction, options: UpdateOptions, stems: StemsByFolder | None) -> _Scan:
        """Walks the folder, parses what changed, and enters the unambiguous files."""
        context = load_context(transaction, options.now, self._parser.authority)
        findings = ScanFindings(self._detector.detect(transaction, options, stems))
        batches = self._pool(options).parse_files(findings.changes())
        intake = take_certain(transaction, batches, context, options.progress, findings.vanished)
        changes = (*(change for change, _ in intake.waiting), *findings.unsettled)
        former = {change.path: change.former_signature for change in changes if change.former_signature}
        lost = {number: path for path, number in findings.vanished.items() if number is not None}
        return _Scan(context, findings, intake, Missing(lost, former))

    def _pool(self, options: UpdateOptions) -> ParserPool:
        return ParserPool(self._parser, options.now, self._workers)

    def _enter(self, transaction: Transaction, options: UpdateOptions, scan: _Scan) -> _Entered:
        """Enters the files that wait, and removes the articles of those that are lost."""
        context, missing = scan.context, scan.missing
        taken = take_waiting(transaction, self._parser, scan.intake, context, missing, options.progress)
        removal = remove_lost(transaction, self.root, missing.lost, scan.findings, self._awaited, options)
        self._awaited = removal.awaited
        mark(transaction, (*taken, *removal.marks), context.time)
        read = scan.intake.read + len(scan.intake.waiting)
        return _Entered(read, removal.gone, (*scan.findings.problems, *removal.problems))

    def _unreadable(self, error: OSError) -> Problem:
        return Problem(
            place=str(self.root),
            reason=f"the articles folder cannot be read: {error.strerror}; what was published stays",
            remedy="mount it, or correct [articles] path",
        )


def _read_undated_again(transaction: Transaction, now: datetime) -> bool:
    """Has the files read again whose articles wait for a correct clock to date them. True if there are any and the
    clock is plausible."""
    if codec.seconds(now) < EARLIEST:
        return False
    waiting = ledger.awaiting_date(transaction)
    ledger_transfer.read_again(transaction, waiting)
    return bool(waiting)


def _result(transaction: Transaction, scan: _Scan, entered: _Entered, *, found: bool) -> UpdateResult:
    """The result of an update. If it `found` anything, the articles that the next one finds are news."""
    unsettled = bool(scan.findings.unsettled)
    if found and not (scan.context.time.first and unsettled):
        note_found(transaction, scan.context.time)
    return UpdateResult(entered.read, entered.gone, unsettled)
