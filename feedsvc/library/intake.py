"""Enters the files of a scan into the ledger: the unambiguous ones many at once during the walk, the others one by one
after it."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from feedsvc.library.context import Marks, UpdateContext, mark
from feedsvc.library.decision import first_membership, new_columns
from feedsvc.library.matching import FreeFiles, Superseded
from feedsvc.library.parsing import FileParser, ParsedFile, TemporarilyUnreadable
from feedsvc.library.signature import FileChange
from feedsvc.library.upsert import Upserted, upsert
from feedsvc.library.workers import BATCH, Failure, ParseOutcome, ParseResult, failure_of, parse_file
from feedsvc.model.problem import Problem
from feedsvc.model.progress import ProgressCallback
from feedsvc.store import former_paths, ledger, memberships, scanned_files
from feedsvc.store.problems import replace_problems
from feedsvc.store.transaction import Transaction

KEPT = 16 * 2**20
"""Most characters of text that are kept in parsed files that wait. Of files beyond that only the path is kept, and they
are parsed again."""


class Intake(NamedTuple):
    """The number of unambiguous files, and the results that wait."""

    read: int
    waiting: list[ParseResult]


class _Inserted(NamedTuple):
    """New articles: path to number."""

    numbers: dict[str, int]
    marks: Marks


def take_certain(
    transaction: Transaction,
    batches: Iterable[list[ParseResult]],
    context: UpdateContext,
    progress: ProgressCallback,
    missing: Collection[str] = (),
) -> Intake:
    """Inserts files that are certainly new, passes unchanged ones, and leaves the rest waiting.

    A known file with new content waits for the end: its article may have moved elsewhere, and the file may be another
    article. The files of the last batch also wait if there are `missing` ones, which are all known by then: they may be
    these, renamed and edited.
    """
    read, kept = 0, 0
    waiting: list[ParseResult] = []
    for batch in batches:
        may_be_renamed = len(batch) < BATCH and bool(missing)  # filled while `batches` is consumed
        new = [] if may_be_renamed else _parsed(batch, known=False)
        done = _take_batch(transaction, batch, new, context)
        read += len(done)
        for change, outcome in batch:
            if change.path not in done:
                kept += len(outcome.parsed.body) if outcome.parsed else 0
                waiting.append((change, outcome if kept <= KEPT else ParseOutcome()))
        progress("files read", read, 0)
    return Intake(read, waiting)


def _parsed(batch: list[ParseResult], *, known: bool) -> list[ParsedFile]:
    """The parsed files of `batch`: those that the last scan had seen if `known`, else the others."""
    found = ((change, outcome.parsed) for change, outcome in batch)
    return [file for change, file in found if file and bool(change.former_signature) is known]


def _take_batch(
    transaction: Transaction,
    batch: list[ParseResult],
    new: list[ParsedFile],
    context: UpdateContext,
) -> dict[str, int]:
    """Enters the unambiguous files of `batch`, and returns path to article. Only those of `new` are inserted."""
    known = [file for file in _parsed(batch, known=True) if file.path not in context.troubled]
    inserted = _insert_new(transaction, new, context)
    unchanged = _match_unchanged(transaction, known, context)
    done = unchanged | inserted.numbers
    if not done:  # the usual case: one file was edited, and waits
        return done
    taken = [change for change, _ in batch if change.path in done and change.edited]
    scanned_files.record(transaction, *((each.path, each.change_signature, done[each.path]) for each in taken))
    for file in (*new, *known):
        if file.path in done:
            note_problems(transaction, file.path, file.problems, context)
    read_again = frozenset(unchanged[file.path] for file in known if file.path in unchanged and not file.edited)
    mark(transaction, (inserted.marks, Marks(read_again)), context.time)
    return done


def _insert_new(transaction: Transaction, files: list[ParsedFile], context: UpdateContext) -> _Inserted:
    """Inserts those of `files` that are certainly new, all at once.

    The others, which may be known articles or conflict with another one, are left to `upsert`.
    """
    if not files:
        return _Inserted({}, Marks())
    fresh = _without_candidates(transaction, files)
    rows = [new_columns(file, file.identity, context.time) for file in fresh]
    numbers = dict(zip((file.path for file in fresh), ledger.add_all(transaction, rows), strict=True))
    memberships.join_sections(
        transaction, (first_membership(numbers[file.path], file, file.identity, context.time) for file in fresh)
    )
    for file in fresh:
        if file.aliases:
            former_paths.put(transaction, numbers[file.path], file.aliases)
        if file.media:
            scanned_files.name_files(transaction, numbers[file.path], file.media, new=True)
    entered = frozenset(numbers.values())
    return _Inserted(numbers, Marks(entered, frozenset().union(*(file.sections for file in fresh)), entered))


def _without_candidates(transaction: Transaction, files: list[ParsedFile]) -> list[ParsedFile]:
    """The files that can belong to no known article, and whose identities are free."""
    paths = ledger.existing(transaction, "path", [file.path for file in files])
    digests = ledger.existing(transaction, "digest", [file.digest for file in files])
    keys = ledger.existing(transaction, "key", {key for file in files for key in (file.key, file.identity.key)})
    ids = ledger.existing(transaction, "normalised_id", [file.identity.normalised_id for file in files])
    fresh = []
    for file in files:
        known = file.path in paths or file.digest in digests or file.key in keys
        if not known and file.identity.key not in keys and file.identity.normalised_id not in ids:
            keys.add(file.identity.key)
            ids.add(file.identity.normalised_id)
            fresh.append(file)
    return fresh


def _match_unchanged(transaction: Transaction, files: list[ParsedFile], context: UpdateContext) -> dict[str, int]:
    """The articles of those of `files` with the same content as in the ledger: path to number.

    A file that was touched and names media is left to `upsert`: the media may have changed.
    """
    if not files:
        return {}
    last_read = ledger.last_read(transaction, [file.path for file in files])
    known = {}
    for file in files:
        number, said = last_read.get(file.path, (0, None))
        same = said == (file.digest, file.fingerprint, file.slug, file.encoded_copy)
        if same and number not in context.rolled_back and not (file.edited and file.media):
            known[file.path] = number
    return known


def note_problems(transaction: Transaction, path: str, problems: tuple[Problem, ...], context: UpdateContext) -> None:
    """Replaces the problems of a file."""
    if problems or path in context.troubled:
        replace_problems(transaction, path, problems)


# --- files that wait --------------------------------------------------------------------------------------------------


class Missing:
    """The articles whose file is missing, or lost its path to another one. Changes with every file entered."""

    def __init__(self, lost: dict[int, str], former_signatures: dict[str, str]) -> None:
        self.lost = lost
        self.former_signatures = former_signatures

    def take(self, result: Upserted) -> None:
        """Notes that an article has found its file, and may have taken the path of others."""
        self.lost.update(dict.fromkeys(result.displaced, ""))
        self.lost.pop(result.number, None)

    @property
    def free(self) -> FreeFiles:
        """The articles with which the next file can be matched."""
        return FreeFiles(self.lost, self.former_signatures)


class Taken(NamedTuple):
    """The effect of one file: the path that its article left (empty if none), and what must be published again."""

    left: str
    marks: Marks


def take_waiting(
    transaction: Transaction,
    parser: FileParser,
    intake: Intake,
    context: UpdateContext,
    missing: Missing,
    progress: ProgressCallback,
) -> list[Marks]:
    """Enters the waiting files one by one, and returns what must be published again.

    New paths come first, each followed by the path that its article left. So a renamed file is matched before another
    file at its old path can be taken for it.
    """
    ordered = sorted(intake.waiting, key=lambda result: (bool(result[0].former_signature), result[0]))
    remaining = {change.path: (change, outcome) for change, outcome in ordered}
    total = intake.read + len(remaining)
    marks: list[Marks] = []
    while remaining:
        path = next(iter(remaining))
        while path in remaining:
            change, outcome = remaining.pop(path)
            if outcome == ParseOutcome():
                outcome = parse_file(parser, change, context.time.now)
            taken = _take(transaction, change, outcome, context, missing)
            marks.append(taken.marks)
            progress("files read", total - len(remaining), total)
            path = taken.left
    return marks


def _take(
    transaction: Transaction, change: FileChange, outcome: ParseOutcome, context: UpdateContext, missing: Missing
) -> Taken:
    """Enters one file into the ledger. If something is wrong with it, its article stays as it is."""
    failure, taken = outcome.failure, Taken("", Marks())
    if outcome.parsed:
        try:
            result = upsert(transaction, outcome.parsed, context, missing.free)
        except Superseded:
            _leave(transaction, change, change.change_signature, (), context)
        except TemporarilyUnreadable as error:
            failure = failure_of(error)
        else:
            missing.take(result)
            taken = Taken(result.left, result.marks)
            scanned_files.record(transaction, (change.path, change.change_signature, result.number))
            note_problems(transaction, change.path, result.problems, context)
    if failure:
        _note_failure(transaction, change, failure, context)
    missing.former_signatures.pop(change.path, None)
    return taken


def _note_failure(transaction: Transaction, change: FileChange, failure: Failure, context: UpdateContext) -> None:
    """Notes that a file cannot be read."""
    # No file has this signature, so this one is tried again even if it does not change.
    signature = f"{change.identity_signature} again" if failure.temporary else change.change_signature
    _leave(transaction, change, signature, (failure.problem(change.path),), context)


def _leave(
    transaction: Transaction,
    change: FileChange,
    signature: str,
    problems: tuple[Problem, ...],
    context: UpdateContext,
) -> None:
    """Notes that a file was read under `signature` but not entered; the article at its path, if any, stays."""
    known = ledger.find(transaction, path=change.path)
    scanned_files.record(transaction, (change.path, signature, known.number if known else None))
    note_problems(transaction, change.path, problems, context)
