"""Removes the articles of files that are not there any more, unless there are suspiciously many."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from feedsvc.library.changes import ScanFindings
from feedsvc.library.context import Marks
from feedsvc.library.options import UpdateOptions
from feedsvc.library.removal_guard import FEW, hold_back, is_suspicious, removal_guard_problem
from feedsvc.library.upsert import remove
from feedsvc.model.problem import Problem
from feedsvc.store import ledger, scanned_files, state
from feedsvc.store.transaction import Transaction

LONGEST_WAIT = 30.0
"""Seconds for which the article of a missing file is kept while new files are still being written."""


class Removal(NamedTuple):
    """The result of a removal."""

    gone: int
    """Articles that were removed."""
    awaited: Mapping[str, float]
    """Missing files whose articles stay for now, since a file that is still being written may be one of them, renamed:
    path to the instant since when it is missing, in seconds."""
    problems: tuple[Problem, ...]
    marks: tuple[Marks, ...]


def remove_lost(
    transaction: Transaction,
    root: Path,
    lost: dict[int, str],
    findings: ScanFindings,
    awaited: Mapping[str, float],
    options: UpdateOptions,
) -> Removal:
    """Removes the articles in `lost`, number to path; a path is empty if another article has it now.

    `awaited` are the files for which earlier updates have waited. Missing files that never were articles are forgotten.
    """
    marks = [remove(transaction, number, options.now) for number, path in lost.items() if not path]
    missing = {number: path for number, path in lost.items() if path}
    for path in [path for path, number in findings.vanished.items() if number is None]:
        scanned_files.forget(transaction, path)
    waits = any(not change.former_signature for change in findings.unsettled)
    still_awaited = awaited_files(missing.values(), awaited, options.now.timestamp()) if waits else {}
    gone = {number: path for number, path in missing.items() if path not in still_awaited}
    held = _held_back(transaction, root, frozenset(gone.values()), options)
    let_go = {number: path for number, path in gone.items() if path not in held}
    for number, path in let_go.items():
        marks.append(remove(transaction, number, options.now))
        scanned_files.forget(transaction, path)
    problems = (_held_problem(transaction, root, len(held)),) if held else ()
    return Removal(len(let_go), still_awaited, problems, tuple(marks))


def awaited_files(missing: Iterable[str], awaited: Mapping[str, float], now: float) -> dict[str, float]:
    """The files of `missing` whose removal waits while new ones are being written, and since when; for LONGEST_WAIT at
    most. `awaited` are those of the update before. Instants are seconds."""
    since = {path: awaited.get(path, now) for path in missing}
    return {path: instant for path, instant in since.items() if abs(now - instant) < LONGEST_WAIT}


def _held_back(transaction: Transaction, root: Path, gone: frozenset[str], options: UpdateOptions) -> frozenset[str]:
    """The files of `gone` whose articles must not be removed without consent."""

    def is_too_many(count: int) -> bool:
        return count > 0 and is_suspicious(count, _count(transaction, count))

    return hold_back(transaction, state.HELD_ARTICLES, root, gone, is_too_many, options)


def _count(transaction: Transaction, gone: int) -> int:
    """The number of articles that have a file, counted only as far as `gone` requires."""
    return ledger.count_with_file(transaction) if gone > FEW else ledger.count_with_file(transaction, FEW + 1)


def _held_problem(transaction: Transaction, root: Path, held: int) -> Problem:
    reason = f"{held} of {ledger.count_with_file(transaction)} articles are not there any more; they stay published"
    return removal_guard_problem(str(root), reason)
