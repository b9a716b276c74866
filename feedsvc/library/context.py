"""The context of one update, the same for all of its files; and the marks that it leaves for the next publication."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from feedsvc.model import codec
from feedsvc.model.clock import ClockReading
from feedsvc.store import history, ledger_transfer, pending, state
from feedsvc.store.problems import troubled
from feedsvc.store.transaction import Transaction


class UpdateTime(NamedTuple):
    """The time of one update."""

    now: datetime
    """The time of the clock. Decides the visibility of articles that nobody has seen yet."""
    since: int
    """The availability time of articles that arrive now, in seconds: whatever the clock, later than in earlier
    updates."""
    first: bool = False
    """True if nothing has been published yet: articles found now are not news, and are placed by their own dates."""
    newest: int = 0
    """The newest instant that readers have been shown, in seconds."""

    @property
    def told(self) -> datetime:
        """The instant of this update that readers are shown: `now`, unless the clock is behind what was published."""
        return max(self.now, codec.instant(self.newest))

    @property
    def clock(self) -> ClockReading:
        """Both instants in seconds."""
        return ClockReading(codec.seconds(self.now), codec.seconds(self.told))


class UpdateContext(NamedTuple):
    """The facts that are the same for every file of one update."""

    time: UpdateTime
    authority: str
    """`host,year` of the tag URIs that are minted here (RFC 4151)."""
    rolled_back: frozenset[int]
    """Numbers of articles that stay as a rollback left them until their files change."""
    has_adopted: bool
    """True if any article has adopted an id, a date or a link from another system."""
    troubled: frozenset[str]
    """Files that have problems."""
    edition: int
    """The number of the next Edition."""


class Marks(NamedTuple):
    """Articles and sections that must be published again."""

    articles: frozenset[int] = frozenset()
    sections: frozenset[str] = frozenset()
    new: frozenset[int] = frozenset()
    """Articles that were not known before."""


def union(marks: Iterable[Marks]) -> Marks:
    """All of `marks` together."""
    articles, sections, new = set[int](), set[str](), set[int]()
    for each in marks:
        articles |= each.articles
        sections |= each.sections
        new |= each.new
    return Marks(frozenset(articles), frozenset(sections), frozenset(new))


def load_context(transaction: Transaction, now: datetime, authority: str) -> UpdateContext:
    """The context of an update as of `now`."""
    latest = state.LATEST_SCAN.get(transaction)
    return UpdateContext(
        time=UpdateTime(
            now,
            since=_after(latest, now),
            first=latest is None,
            newest=state.read_clock(transaction, now).told,
        ),
        authority=authority,
        rolled_back=history.pinned_numbers(transaction),
        has_adopted=ledger_transfer.anything_adopted(transaction),
        troubled=frozenset(troubled(transaction)),
        edition=state.next_edition(transaction),
    )


def next_since(transaction: Transaction, now: datetime) -> int:
    """The availability time of articles that arrive at `now`, in seconds: later than that of all earlier ones."""
    return _after(state.LATEST_SCAN.get(transaction), now)


def _after(latest: int | None, now: datetime) -> int:
    return max(codec.seconds(now), (latest or 0) + 1)


def note_found(transaction: Transaction, time: UpdateTime) -> None:
    """Notes that the update of `time` found articles: those of the next update are news, and available later."""
    state.LATEST_SCAN.put(transaction, time.since)


def mark(transaction: Transaction, marks: Iterable[Marks], time: UpdateTime) -> None:
    """Marks what must be published again, and records for a rollback that new articles were absent before."""
    found = union(marks)
    pending.mark(transaction, found.articles, found.sections)
    if found.new and not time.first:
        history.keep_absent(transaction, found.new)
