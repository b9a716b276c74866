"""The guard against removals that are no editing: a disk is not mounted, or a copy failed."""

from collections.abc import Callable, Collection, Set
from pathlib import Path

from feedsvc.model.problem import Problem
from feedsvc.store.notes import Note
from feedsvc.store.transaction import Transaction

FEW = 3
"""So many articles may always go at once: that is an editor at work."""
MOST_SHARE, MOST = 0.2, 50
"""A larger share, or more articles, do not go by editing."""


def exceeds_removal_limit(gone: int, held: int) -> bool:
    """True if `gone` of the `held` files are too many to go by editing."""
    return gone > FEW and (gone > MOST or gone > MOST_SHARE * held)


def is_suspicious(gone: int, held: int) -> bool:
    """True if `gone` of the `held` articles must not be removed without consent: too many, or all of several."""
    return gone >= held > 1 or exceeds_removal_limit(gone, held)  # a single article can always be taken back


def held_back(gone: Set[str], held: Collection[str], *, too_many: bool) -> frozenset[str]:
    """The files of `gone` that must not be let go of: all, if they are `too_many`; else those that were `held` before,
    however few of these are still missing."""
    return frozenset(gone if too_many else gone & frozenset(held))


class RemovalGuard:
    """Holds back the missing files of one kind below `root` that an accident took. They are kept in `note`."""

    def __init__(self, transaction: Transaction, note: Note[list[str]], root: Path) -> None:
        self._transaction = transaction
        self._note = note
        self._root = root

    def hold(self, gone: Set[str], is_too_many: Callable[[int], bool]) -> frozenset[str]:
        """The files of `gone` that have to count as there; `is_too_many` judges their number.

        A file that was held and is there again is not held any more. One that this scan did not look at stays held.
        """
        before = self._note.get(self._transaction)
        held = held_back(gone, before, too_many=is_too_many(len(gone)))
        unseen = (path for path in before if path not in gone and not (self._root / path).exists())
        self._keep(before, sorted({*held, *unseen}))
        return held

    def release(self) -> None:
        """Holds nothing any more: an operator has accepted that it is gone."""
        self._keep(self._note.get(self._transaction), [])

    def _keep(self, before: list[str], held: list[str]) -> None:
        if held != before:
            self._note.put(self._transaction, held)


def removal_guard_problem(place: str, reason: str) -> Problem:
    """The problem that tells how to consent."""
    remedy = "bring them back, or confirm with `feedsvc publish --accept-removals`"
    return Problem(place=place, reason=reason, remedy=remedy)
