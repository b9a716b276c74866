"""Withdrawn articles in feeds: announcements that contain nothing of the articles, and their place among the items."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from heapq import merge
from typing import Generic, NamedTuple, TypeVar

from msgspec.structs import replace

from feedsvc.model import codec
from feedsvc.model.article import Article, Status
from feedsvc.model.feed import Withdrawal
from feedsvc.model.identity import absolute
from feedsvc.model.plan import FeedPolicy, Plan
from feedsvc.model.text import as_html
from feedsvc.publisher.window import WindowItem, apply_limits, is_above, newest_first
from feedsvc.store import withdrawals
from feedsvc.store.entries import LedgerEntry, TakenBack
from feedsvc.store.transaction import Transaction
from feedsvc.store.windows import Key, WindowState

T = TypeVar("T", bound=WindowItem)
T_co = TypeVar("T_co", bound=WindowItem, covariant=True)


class WithdrawnItem(NamedTuple):
    """A withdrawn article: its announcement `told`, and the notice in its place; None without a notice."""

    entry: LedgerEntry
    told: Withdrawal
    stand_in: Article | None

    def without_notice(self) -> "WithdrawnItem":
        """The same without a notice, for a feed that no longer has a place for it: a tombstone has to do."""
        return self._replace(told=replace(self.told, notice=""), stand_in=None)


class FeedContents(NamedTuple, Generic[T_co]):
    """The items in a feed, newest first; the withdrawn ones; and the state of its window."""

    items: Sequence[T_co]
    gone: list[WithdrawnItem]
    window: WindowState
    notices: Mapping[int, Article]
    """The notices among the items, by the numbers of the withdrawn articles."""


def recent_withdrawals(transaction: Transaction, plan: Plan, feed: str, now: datetime) -> list[WithdrawnItem]:
    """The articles withdrawn from `feed` within the time for which the plan announces them, newest first."""
    seconds = codec.seconds(now)
    taken = withdrawals.of(transaction, feed, seconds - plan.withdrawal.keep, seconds)
    return [withdrawn_item(plan, each) for each in taken]


def withdrawn_item(plan: Plan, taken: TakenBack) -> WithdrawnItem:
    """The announcement of the article `taken` under `plan`."""
    entry, copy = taken.entry, taken.entry.copy
    told = Withdrawal(
        id=entry.id,
        iri=absolute(plan.authority, entry.id),
        url=plan.address(copy.url, entry.key, ""),
        former_url=plan.address(copy.url, entry.key, entry.slug),
        published=codec.instant(entry.published),
        when=codec.instant(taken.since),
        notice=plan.withdrawal.notice,
    )
    return WithdrawnItem(entry, told, _stand_in(told, entry, copy.language or plan.language) if told.notice else None)


def contents_of(
    items: Iterable[T],
    gone: list[WithdrawnItem],
    before: WindowState,
    policy: FeedPolicy,
    now: int,
    size: Callable[[T | LedgerEntry], int] = lambda _item: 0,
) -> FeedContents[T | LedgerEntry]:
    """The first of `items` (newest first) and of the notices for `gone`, up to the limits of the window at `now`, in
    seconds. `size` is as for `apply_limits`."""
    candidates: Iterable[T | LedgerEntry] = items
    if stand_ins := stand_ins_above(gone, before.floor):
        candidates = merge(items, stand_ins, key=newest_first)
    held, state = apply_limits(candidates, before, policy, now, size)
    told = with_notices_among(gone, {item.number for item in held})
    notices = {each.entry.number: each.stand_in for each in told if each.stand_in is not None}
    return FeedContents(held, told, state, notices)


def stand_ins_above(gone: list[WithdrawnItem], floor: Key) -> list[LedgerEntry]:
    """The entries with a notice that are above this floor, newest first."""
    entries = (each.entry for each in gone if each.stand_in)
    return sorted((entry for entry in entries if is_above(entry, floor)), key=newest_first)


def with_notices_among(gone: list[WithdrawnItem], held: Collection[int]) -> list[WithdrawnItem]:
    """`gone`, with notices for the articles whose numbers the feed still holds, and tombstones for the others."""
    return [each if each.entry.number in held else each.without_notice() for each in gone]


def _stand_in(told: Withdrawal, entry: LedgerEntry, language: str) -> Article:
    """An article with the same id and nothing but the notice: headline, text and pictures may be the reason for the
    withdrawal."""
    return Article(
        id=told.id,
        iri=told.iri,
        key=entry.key,
        slug="",  # a slug would repeat the headline
        url=told.url,
        title=told.notice,
        summary=told.notice,
        content=f"<p>{as_html(told.notice)}</p>",
        language=language,
        published=told.published,
        updated=told.when,
        status=Status.WITHDRAWN,
    )
