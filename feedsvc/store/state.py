"""The notes of the store: all values that are kept outside the tables, with their types. Instants are whole seconds."""

from datetime import datetime

from feedsvc.model import clock
from feedsvc.model.clock import ClockReading, ClockRecord
from feedsvc.model.report import Report
from feedsvc.model.stages import StageTimes
from feedsvc.store.notes import Note, get_both
from feedsvc.store.transaction import Transaction

EDITION: Note[int] = Note("edition", int, 0)
"""The number of the current Edition; 0 before the first publication."""
CONFIGURATION: Note[str] = Note("digest", str, "")
"""A digest of the configuration and the program that rendered all documents."""
LAST_TICK: Note[int] = Note("tick", int, 0)
"""The instant of the last regeneration: articles that opened or closed by then are published so."""
CLOCK: Note[ClockRecord | None] = Note("clock", ClockRecord | None, None)
"""The record of the clock, if it cannot be derived from LAST_TICK alone."""
LAST_REPORT: Note[Report | None] = Note("report", Report | None, None)
STAGE_TIMES: Note[dict[str, StageTimes]] = Note("stage times", dict[str, StageTimes], {})
"""The times of the stages of all publications so far that changed any document, by the name of the stage."""
EDITION_CLOSED: Note[float] = Note("edition closed", float, 0.0)
"""The instant at which the current Edition was closed, with fractions of a second; 0 if it is not known."""
NEXT_REGENERATION: Note[datetime | None] = Note("next", datetime | None, None)
"""The instant of the next regeneration; None if there is no schedule."""

LATEST_SCAN: Note[int | None] = Note("latest look", int | None, None)
"""The instant of the last scan that found anything; None before the first."""
BACKLOG_REMAINS: Note[bool] = Note("rest of the archive", bool, False)
"""True if only the articles that feeds need were read from a large new folder, and a backlog remains."""

HELD_ARTICLES: Note[list[str]] = Note("held articles", list[str], [])
"""The missing files of articles that stay published until the files are back, or an operator accepts the removal."""
HELD_MEDIA: Note[list[str]] = Note("held media", list[str], [])
"""The missing media files of articles, kept in the same way."""

TOKENS: Note[dict[str, str]] = Note("tokens", dict[str, str], {})
"""The hash of the token of each document that needs one, by path."""
LOCKED_SINCE: Note[dict[str, int]] = Note("locked since", dict[str, int], {})
"""The Edition in which each path of `TOKENS` got a token; missing for those that had one before this was noted."""
FEED_EXPIRIES: Note[dict[str, int]] = Note("turns", dict[str, int], {})
"""The instant at which the next article becomes too old for its partner, by path of the custom feed."""
POSTPONED_FEEDS: Note[list[str] | None] = Note("awaited", list[str] | None, None)
"""The custom feeds that wait until the backlog of a large folder is read; None if there is no backlog."""

OLDER_FROM: Note[tuple[str, int, int, str, str] | None] = Note(
    "older stories from", tuple[str, int, int, str, str] | None, None
)
"""The section and position from which on pages of older stories are still to be written; None if all are written."""

FORMER_PATHS_CHANGED: Note[bool] = Note("former paths changed", bool, False)
"""True if former paths changed since they were last checked for conflicts with each other and with documents."""

NEXT_EDITION_NOTE: Note[str] = Note("note of the next edition", str, "")
DATABASE_TROUBLE: Note[str] = Note("database trouble", str, "")
"""In a node's copy of the Edition: the reason why the shared store cannot be followed; empty if it can."""
EDITION_GAP: Note[int] = Note("editions left out", int, 0)
"""The count of numbers that the next Edition skips, since a lost server may have used them."""


def clock_record(transaction: Transaction) -> ClockRecord:
    """The record of the clock at the publications so far."""
    return _with_tick(*get_both(transaction, CLOCK, LAST_TICK))


def note_tick(transaction: Transaction, now: int) -> None:
    """Notes a publication at `now`, seconds."""
    kept, tick = get_both(transaction, CLOCK, LAST_TICK)
    record = clock.advance(_with_tick(kept, tick), now)
    LAST_TICK.put(transaction, now)
    if _with_tick(kept, now) != record:
        CLOCK.put(transaction, record)


def _with_tick(kept: ClockRecord | None, tick: int) -> ClockRecord:
    """The kept record, with `tick` as its newest instant if that is later."""
    kept = kept or ClockRecord()
    return ClockRecord(max(kept.newest, tick), kept.leap)


def read_clock(transaction: Transaction, now: datetime) -> ClockReading:
    """The reading of a clock that shows `now`, by the record of the publications so far."""
    return clock.read(clock_record(transaction), int(now.timestamp()))


def current_edition(transaction: Transaction) -> int:
    """The number of the current Edition; 0 before the first publication."""
    return EDITION.get(transaction)


def next_edition(transaction: Transaction) -> int:
    """The number of the next Edition."""
    return sum(get_both(transaction, EDITION, EDITION_GAP)) + 1
