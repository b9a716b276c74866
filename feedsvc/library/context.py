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
    """By the clock: it decides what may be seen that nobody has seen yet."""
    since: int
    """When articles that come now are available, in seconds: later than in every update before, whatever the clock."""
    first: bool = False
    """Nothing was published yet: what is there now is no news, and stands by its own date."""
    newest: int = 0
    """The newest instant that readers were told, in seconds."""

    @property
    def told(self) -> datetime:
        """The instant of this update as readers are told: `now`, unless the clock is behind what was published."""
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
    """Articles that stay as a rollback left them until their files say something else."""
    has_adopted: bool
    """Something was adopted from another system."""
    troubled: frozenset[str]
    """Files that have problems."""
    edition: int
    """The number of the next Edition."""


class Marks(NamedTuple):
    """Articles and sections that have to be published anew."""

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
    """When articles that come at `now` are available, in seconds: later than all that came before."""
    return _after(state.LATEST_SCAN.get(transaction), now)


def _after(latest: int | None, now: datetime) -> int:
    return max(codec.seconds(now), (latest or 0) + 1)


def note_found(transaction: Transaction, time: UpdateTime) -> None:
    """Notes that articles were found by the update of `time`: what the next one finds is news, and later."""
    state.LATEST_SCAN.put(transaction, time.since)


def mark(transaction: Transaction, marks: Marks, time: UpdateTime) -> None:
    """Marks what is to be published anew, and keeps for a rollback that new articles were not there before."""
    pending.mark(transaction, marks.articles, marks.sections)
    if marks.new and not time.first:
        history.keep_absent(transaction, marks.new)
