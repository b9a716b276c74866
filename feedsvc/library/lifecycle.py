"""Revises, withdraws and reinstates articles that readers have seen. Pure functions."""

from datetime import datetime
from typing import NamedTuple

from feedsvc.library import dates
from feedsvc.model import codec
from feedsvc.model.article import Status
from feedsvc.model.clock import ClockReading
from feedsvc.store.entries import LedgerHead, Phase
from feedsvc.store.revisions import Revision


def next_revision(entry: LedgerHead, changed: tuple[str, ...], made: datetime, now: datetime) -> Revision | None:
    """The revision for a change of the fields `changed`; None if nothing changed, or no reader saw the article."""
    if not changed or not dates.was_shown(entry, now):
        return None
    return Revision(entry.revision + 1, made, changed)


def phase_at(opens: int, closes: int, now: int) -> Phase:
    """The phase at `now` of an article that may be seen from `opens` until `closes`, seconds."""
    if closes <= now:
        return Phase.CLOSED
    return Phase.OPENED if opens <= now else Phase.AWAITED


def next_phase(entry: LedgerHead, opens: int, closes: int, clock: ClockReading) -> Phase:
    """The phase of a known article that, from now on, may be seen from `opens` until `closes`.

    An article published as opened, or as closed, stays so while that instant is unchanged. A new instant is judged by
    the clock, but, if readers have seen the article, by no earlier time than the newest one that they were shown.
    """
    has_opened, has_closed = entry.phase >= Phase.OPENED, entry.phase == Phase.CLOSED
    now = phase_at(opens, closes, clock.told if has_opened else clock.now)
    if now == Phase.CLOSED or (has_closed and closes == entry.closes):
        return Phase.CLOSED
    return Phase.OPENED if has_opened and opens == entry.opens else now


class StatusChange(NamedTuple):
    """The effect of a file's status on its article. Instants are seconds."""

    withdrawn: int | None
    """The time of the withdrawal; None if the article is not withdrawn."""
    updated: int
    revision: Revision | None = None
    """None if the status did not change."""
    withdraws: bool = False
    """True if the article is withdrawn now, from every section where readers may have seen it."""
    reinstates: bool = False
    """True if the article may be seen again, so its withdrawal is cancelled."""


def apply_status(
    entry: LedgerHead, status: Status, opens: int, updated: int, now: datetime, told: datetime | None = None
) -> StatusChange:
    """The effect of `status` on an article that opens at `opens` and was `updated` last, both in seconds.

    `told` is the instant of the change that readers are shown; None means `now`.
    """
    if status is Status.WITHDRAWN:
        return withdraw(entry, updated, now, told)
    if entry.withdrawn is not None and status is Status.USABLE:
        return _reinstate(entry, entry.withdrawn, opens, updated, told or now)
    return StatusChange(entry.withdrawn, updated)


def withdraw(entry: LedgerHead, updated: int, now: datetime, told: datetime | None = None) -> StatusChange:
    """The withdrawal of an article whose file is gone, or says so. No change if readers cannot have seen it by `now`.

    `told` is as in `apply_status`.
    """
    if entry.withdrawn is not None or not dates.was_shown(entry, now):
        return StatusChange(entry.withdrawn, updated)
    made = told or now
    return StatusChange(codec.seconds(made), updated, next_revision(entry, ("status",), made, now), withdraws=True)


def _reinstate(entry: LedgerHead, withdrawn: int, opens: int, updated: int, now: datetime) -> StatusChange:
    """The return of an article, newer than its tombstone, which deletes every older entry (RFC 6721 section 3)."""
    updated = max(updated, withdrawn + 1)
    revision = next_revision(entry, ("status",), codec.instant(updated), now)
    return StatusChange(None, updated, revision, reinstates=opens <= codec.seconds(now))
