"""Holds back removals that are too large to be editing: a disk may not be mounted, or a copy may have failed."""

from collections.abc import Callable, Collection, Set
from pathlib import Path

from feedsvc.library.options import UpdateOptions
from feedsvc.model.problem import Problem
from feedsvc.store.notes import Note
from feedsvc.store.transaction import Transaction

FEW = 3
"""Most articles that may always be removed at once: that is an editor at work."""
MOST_SHARE, MOST = 0.2, 50
"""The largest share, and the largest number, of articles that editing removes at once."""


def exceeds_removal_limit(gone: int, held: int) -> bool:
    """True if `gone` of the `held` files are too many to be removed by editing."""
    return gone > FEW and (gone > MOST or gone > MOST_SHARE * held)


def is_suspicious(gone: int, held: int) -> bool:
    """True if `gone` of the `held` articles must not be removed without consent: too many, or all of several."""
    return gone >= held > 1 or exceeds_removal_limit(gone, held)  # a single article can always be taken back


def held_back(gone: Set[str], held: Collection[str], *, too_many: bool) -> frozenset[str]:
    """The files of `gone` that must not be removed: all if they are `too_many`, else those that were `held` before,
    however few of these are still missing."""
    return frozenset(gone if too_many else gone & frozenset(held))


def hold_back(
    transaction: Transaction,
    note: Note[list[str]],
    root: Path,
    gone: Set[str],
    is_too_many: Callable[[int], bool],
    options: UpdateOptions,
) -> frozenset[str]:
    """The files of `gone`, all of one kind and below `root`, that must be treated as present; `is_too_many` judges
    their number. Empty if `options` accept removals.

    They are stored in `note`. A held file that is back is released. One that is still missing, but that this scan did
    not look at, stays held.
    """
    before = note.get(transaction)
    held, kept = frozenset[str](), list[str]()
    if not options.accept_removals:
        held = held_back(gone, before, too_many=is_too_many(len(gone)))
        unseen = (path for path in before if path not in gone and not (root / path).exists())
        kept = sorted({*held, *unseen})
    if kept != before:
        note.put(transaction, kept)
    return held


def removal_guard_problem(place: str, reason: str) -> Problem:
    """The problem whose remedy says how to consent."""
    remedy = "bring them back, or confirm with `feedsvc publish --accept-removals`"
    return Problem(place=place, reason=reason, remedy=remedy)
