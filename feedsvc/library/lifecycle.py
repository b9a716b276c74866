"""Revises, withdraws and reinstates articles that readers have seen. Pure functions."""

from datetime import datetime
from typing import NamedTuple

from feedsvc.library import dates
from feedsvc.model import codec
from feedsvc.model.article import Status
from feedsvc.store.entries import LedgerHead
from feedsvc.store.revisions import Revision


def next_revision(entry: LedgerHead, changed: tuple[str, ...], made: datetime, now: datetime) -> Revision | None:
    """The revision that a change of the fields `changed` is; None if nothing changed, or no reader saw the article."""
    if not changed or not dates.was_shown(entry, now):
        return None
    return Revision(entry.revision + 1, made, changed)


class StatusChange(NamedTuple):
    """The effect of a file's status on its article. Instants are seconds."""

    withdrawn: int | None
    """When the article was taken back; None if it is not."""
    updated: int
    revision: Revision | None = None
    """None if the status did not change."""
    withdraws: bool = False
    """The article is taken back now, from every section where readers may have seen it."""
    reinstates: bool = False
    """The article is open again, so its withdrawal is forgotten."""


def apply_status(entry: LedgerHead, status: Status, opens: int, updated: int, now: datetime) -> StatusChange:
    """The effect of `status` on an article that opens at `opens` and was `updated` last, both in seconds."""
    if status is Status.WITHDRAWN:
        return withdraw(entry, updated, now)
    if entry.withdrawn is not None and status is Status.USABLE:
        return _reinstate(entry, entry.withdrawn, opens, updated, now)
    return StatusChange(entry.withdrawn, updated)


def withdraw(entry: LedgerHead, updated: int, now: datetime) -> StatusChange:
    """The withdrawal of an article whose file is gone, or says so; no change if readers cannot have seen it."""
    if entry.withdrawn is not None or not dates.was_shown(entry, now):
        return StatusChange(entry.withdrawn, updated)
    return StatusChange(codec.seconds(now), updated, next_revision(entry, ("status",), now, now), withdraws=True)


def _reinstate(entry: LedgerHead, withdrawn: int, opens: int, updated: int, now: datetime) -> StatusChange:
    """The return of an article. It is newer than its tombstone, which ends every older entry (RFC 6721 section 3)."""
    updated = max(updated, withdrawn + 1)
    revision = next_revision(entry, ("status",), codec.instant(updated), now)
    return StatusChange(None, updated, revision, reinstates=opens <= codec.seconds(now))
