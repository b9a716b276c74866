"""The notes of the store: all that is remembered beside the tables, with its type. Instants are whole seconds."""

from datetime import datetime

from feedsvc.model import clock
from feedsvc.model.clock import ClockReading, ClockRecord
from feedsvc.model.report import Report
from feedsvc.model.stages import StageTimes
from feedsvc.store.notes import Note, get_both
from feedsvc.store.transaction import Transaction

EDITION: Note[int] = Note("edition", int, 0)
"""The number of the current Edition; 0 while nothing was ever published."""
CONFIGURATION: Note[str] = Note("digest", str, "")
"""Digest of the configuration and the program with which all documents were rendered."""
LAST_TICK: Note[int] = Note("tick", int, 0)
"""The instant of the last regeneration: what opened or closed by then is published."""
CLOCK: Note[ClockRecord | None] = Note("clock", ClockRecord | None, None)
"""The clock of the publications, where LAST_TICK alone does not tell it."""
LAST_REPORT: Note[Report | None] = Note("report", Report | None, None)
STAGE_TIMES: Note[dict[str, StageTimes]] = Note("stage times", dict[str, StageTimes], {})
"""The times of the stages of all publications so far that changed anything, by the name of the stage."""
EDITION_CLOSED: Note[float] = Note("edition closed", float, 0.0)
"""The instant at which the current Edition was closed, with fractions of a second; 0 if it is not known."""
NEXT_REGENERATION: Note[datetime | None] = Note("next", datetime | None, None)
"""When the publisher will regenerate next; None where nobody keeps a schedule."""

LATEST_SCAN: Note[int | None] = Note("latest look", int | None, None)
"""The instant of the last scan that found anything; None before the first."""
BACKLOG_REMAINS: Note[bool] = Note("rest of the archive", bool, False)
"""Only what feeds hold was read of a large folder that is new; the rest of it is still to be read."""

HELD_ARTICLES: Note[list[str]] = Note("held articles", list[str], [])
"""Missing files of articles that stay until the files are back, or an operator lets go of them."""
HELD_MEDIA: Note[list[str]] = Note("held media", list[str], [])
"""The same of files that articles show."""

TOKENS: Note[dict[str, str]] = Note("tokens", dict[str, str], {})
"""Path to hash of the documents that only a token opens."""
FEED_EXPIRIES: Note[dict[str, int]] = Note("turns", dict[str, int], {})
"""Path of a custom feed to the instant at which an article has stood in it for as long as its partner takes."""
POSTPONED_FEEDS: Note[list[str] | None] = Note("awaited", list[str] | None, None)
"""The custom feeds that wait for the rest of a large folder; None where all of it was read."""

OLDER_FROM: Note[tuple[str, int, int, str, str] | None] = Note(
    "older stories from", tuple[str, int, int, str, str] | None, None
)
"""The section and position from which on pages of older stories are still to be written; None if none is."""

FORMER_PATHS_CHANGED: Note[bool] = Note("former paths changed", bool, False)
"""Articles have other former paths than when these were last compared with each other and with what is published."""

NEXT_EDITION_NOTE: Note[str] = Note("note of the next edition", str, "")
DATABASE_TROUBLE: Note[str] = Note("database trouble", str, "")
"""In a node's copy of the Edition: why the store that the nodes share cannot be followed; empty if it can."""
EDITION_GAP: Note[int] = Note("editions left out", int, 0)
"""Numbers that the next Edition leaves out, since a server that is lost may have given them."""


def clock_record(transaction: Transaction) -> ClockRecord:
    """The record of the clock of the publications so far."""
    return _with_tick(*get_both(transaction, CLOCK, LAST_TICK))


def note_tick(transaction: Transaction, now: int) -> None:
    """Notes a publication at `now`, seconds."""
    kept, tick = get_both(transaction, CLOCK, LAST_TICK)
    record = clock.advance(_with_tick(kept, tick), now)
    LAST_TICK.put(transaction, now)
    if _with_tick(kept, now) != record:
        CLOCK.put(transaction, record)


def _with_tick(kept: ClockRecord | None, tick: int) -> ClockRecord:
    """The record that is kept beside the last tick, together with that."""
    kept = kept or ClockRecord()
    return ClockRecord(max(kept.newest, tick), kept.leap)


def read_clock(transaction: Transaction, now: datetime) -> ClockReading:
    """The reading of a clock that says `now`, against what was published."""
    return clock.read(clock_record(transaction), int(now.timestamp()))


def current_edition(transaction: Transaction) -> int:
    """The number of the current Edition; 0 while nothing was ever published."""
    return EDITION.get(transaction)


def next_edition(transaction: Transaction) -> int:
    """The number of the next Edition."""
    return sum(get_both(transaction, EDITION, EDITION_GAP)) + 1
