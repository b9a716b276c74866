"""Withdrawn articles in feeds: announcements that contain nothing of the articles."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from feedsvc.model import codec
from feedsvc.model.article import Article, Status
from feedsvc.model.feed import Withdrawal
from feedsvc.model.identity import absolute
from feedsvc.model.plan import Plan
from feedsvc.model.text import as_html
from feedsvc.publisher.window import is_above, newest_first
from feedsvc.store import withdrawals
from feedsvc.store.entries import LedgerEntry, TakenBack
from feedsvc.store.transaction import Transaction
from feedsvc.store.windows import Key


class WithdrawnItem(NamedTuple):
    """A withdrawn article: its announcement `told`, and the notice in its place; None without a notice."""

    entry: LedgerEntry
    told: Withdrawal
    stand_in: Article | None

    def without_notice(self) -> "WithdrawnItem":
        """The same without a notice, for a feed that no longer has a place for it: a tombstone has to do."""
        return self._replace(told=replace(self.told, notice=""), stand_in=None)


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
