"""Removes the articles of files that are not there any more, unless there are suspiciously many."""

from typing import NamedTuple

from feedsvc.library.changes import ScanFindings
from feedsvc.library.context import Marks, union
from feedsvc.library.options import UpdateOptions
from feedsvc.library.removal_guard import FEW, is_suspicious, removal_guard_problem
from feedsvc.library.upsert import remove
from feedsvc.model.problem import Problem
from feedsvc.store import ledger, scanned_files
from feedsvc.store.transaction import Transaction


class Removal(NamedTuple):
    """The result of a removal."""

    gone: int
    """Articles that were removed."""
    awaited: frozenset[str]
    """Missing files whose articles stay for one more update: one of them may be being written under another name."""
    problems: tuple[Problem, ...]
    marks: Marks


def remove_lost(
    transaction: Transaction,
    root: str,
    lost: dict[int, str],
    findings: ScanFindings,
    awaited: frozenset[str],
    options: UpdateOptions,
) -> Removal:
    """Removes the articles of `lost`, number to path, whose path is empty if another article has it now.

    `awaited` are the files for which the update before has waited. Files that never were articles are forgotten.
    """
    marks = [remove(transaction, number, options.now) for number, path in lost.items() if not path]
    missing = {number: path for number, path in lost.items() if path}
    for path in [path for path, number in findings.vanished.items() if number is None]:
        scanned_files.forget(transaction, path)
    waits = any(not change.former_signature for change in findings.unsettled)
    still_awaited = frozenset(missing.values()) - awaited if waits else frozenset()
    gone = {number: path for number, path in missing.items() if path not in still_awaited}
    problems = () if options.accept_removals else _guard(transaction, root, len(gone))
    if problems:
        return Removal(0, still_awaited, problems, union(marks))
    for number, path in gone.items():
        marks.append(remove(transaction, number, options.now))
        scanned_files.forget(transaction, path)
    return Removal(len(gone), still_awaited, (), union(marks))


def _guard(transaction: Transaction, root: str, gone: int) -> tuple[Problem, ...]:
    """The problem of a removal that needs consent; empty if it needs none."""
    if not gone:
        return ()
    held = ledger.count_with_file(transaction) if gone > FEW else ledger.count_with_file(transaction, FEW + 1)
    if not is_suspicious(gone, held):
        return ()
    reason = f"{gone} of {held} articles are not there any more; they stay published"
    return (removal_guard_problem(root, reason),)
