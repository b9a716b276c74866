"""Which article a file is, of those that the ledger knows: by the id that it gives, by its path, by its bytes."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from feedsvc import dating
from feedsvc.drafts import Draft, ForNow
from feedsvc.model import Problem
from feedsvc.ports import Unreadable
from feedsvc.store import ledger

Record = Row[Any]


@dataclass
class Round:
    """What is known of one look at the folder while its files come in one by one."""

    now: datetime
    since: int = 0
    """This look, in seconds: later than every one before that found anything, whatever became of the clock."""
    first: bool = False
    """Nothing was published yet: what is there now is no news, and stands by its own date."""
    lost: dict[int, str] = field(default_factory=dict)
    """Articles whose files are not there any more: number to path, or to nothing if another article is there now."""
    former: dict[str, str] = field(default_factory=dict)
    """For each known file that changed, the `entry` that it had."""
    dirty: set[int] = field(default_factory=set)
    stale: set[str] = field(default_factory=set)
    """Articles and sections that are to be published anew."""
    adopted: bool = False
    """Whether anything was adopted from another system."""
    pinned: frozenset[int] = frozenset()
    """Articles that were rolled back, and stay so until their files say something else."""
    new: set[int] = field(default_factory=set)
    """Articles that were not known before."""


class Superseded(Unreadable):
    """A file is an earlier version of an article than the one that is known; nothing is wrong with it."""


def known(draft: Draft, rows: list[Record], tour: Round) -> Record | None:
    """The article that this is: by the id that it gives, by its path, or, if it was renamed, by its bytes.

    A later version of an item takes the place of the earlier one, wherever its file lies. Raises Superseded for an
    earlier one than is known, ForNow where another article has the same id.
    """
    here = next((row for row in rows if row.path == draft.path), None)
    if draft.id:
        named = next((row for row in rows if row.fold == draft.fold and row is not here), None)
        order = _version_order(draft, named if named is not None else here)
        if order < 0:
            raise Superseded("is an earlier version of an article that is known", "")
        if named is not None and (_is_free(named, draft, tour) or order > 0):
            return named
        if named is not None and here is None and named.path is not None:
            raise _taken(draft.id, named.path)
    if here is None:
        return _renamed(draft, rows, tour)
    return next((row for row in rows if row is not here and _changed_places(row, draft, tour)), here)


def _version_order(draft: Draft, row: Record | None) -> int:
    """Above 0 if `draft` is a later version of the article, below if an earlier one; 0 if it is the same, or either
    has none."""
    if row is None or row.fold != draft.fold:
        return 0
    before, after = ledger.copy_of(row).version, draft.copy.version
    if not (before and after):
        return 0
    return (after > before) - (after < before)


def _renamed(draft: Draft, rows: list[Record], tour: Round) -> Record | None:
    """The article that had these bytes, or else that once stood at this path, and has no file now."""
    free = [row for row in rows if _is_free(row, draft, tour)]
    alike = (row for row in free if row.digest == draft.digest)
    return next(alike, next((row for row in free if row.key == draft.key), None))


def _is_free(row: Record, draft: Draft, tour: Round) -> bool:
    """Whether the article has no file now, or had the very file that arrives under another name."""
    return row.path is None or row.number in tour.lost or tour.former.get(row.path) == draft.entry


def _changed_places(row: Record, draft: Draft, tour: Round) -> bool:
    """Whether the very file of this article lies here now, and another one where it was."""
    moved = row.path is not None and tour.former.get(row.path) == draft.entry
    return moved and row.digest == draft.digest and row.number not in tour.lost


def _taken(given: str, path: str) -> ForNow:
    return ForNow(f"the id {given!r} belongs to {path}", "give one of the two another id, or remove it")


# --- what the file says, and its article is told otherwise ------------------------------------------------------------


def other_date(draft: Draft, row: Record, tour: Round) -> Problem | None:
    """Where the file has another date by now than readers were told."""
    said = draft.copy.published
    if said is None or ledger.seconds(said) == row.published or not dating.was_shown(row, tour.now):
        return None
    reason = f"its date is now {said.isoformat()}, but readers were told {ledger.instant(row.published).isoformat()}"
    return Problem(
        place=draft.path,
        reason=f"{reason}, which stays",
        remedy="put the date back; say with `updated` when it changed",
        warning=True,
    )


def other_id(path: str, given: str, kept: str) -> Problem:
    reason = f"the file now says id {given!r}, but readers know the article as {kept!r}, which stays"
    return Problem(
        place=path, reason=reason, remedy="take the id out of the file, or publish it as a new file", warning=True
    )
