"""What feeds tell of an article that was taken back: that it was, and never what it said."""

from datetime import datetime
from html import escape
from typing import Any, NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection, Row

from feedsvc.model.article import Article, Status
from feedsvc.model.feed import Withdrawal
from feedsvc.model.identity import absolute
from feedsvc.model.plan import Plan
from feedsvc.store import ledger, notes, withdrawals


class WithdrawnItem(NamedTuple):
    """An article that was taken back, and what stands in its place; None where the site wants nothing there."""

    row: Row[Any]
    told: Withdrawal
    stand_in: Article | None

    def without_notice(self) -> "WithdrawnItem":
        """The same where its place is not in the feed any more: then a tombstone has to do."""
        return self._replace(told=replace(self.told, notice=""), stand_in=None)


def note_withdrawals(connection: Connection, plan: Plan) -> None:
    """Note what the operator's own feeds held and hold no more; for sections this is known when it is withdrawn."""
    for feed in plan.feeds:
        withdrawals.add_from(connection, feed.path, notes.get(connection, f"members {feed.path}", ()))


def recent_withdrawals(connection: Connection, plan: Plan, feed: str, now: datetime) -> list[WithdrawnItem]:
    """What was taken out of `feed` of late, newest first."""
    seconds = ledger.seconds(now)
    rows = withdrawals.of(connection, feed, seconds - plan.withdrawal.keep, seconds)
    return [_gone(plan, row) for row in rows]


def _gone(plan: Plan, row: Row[Any]) -> WithdrawnItem:
    copy = ledger.copy_of(row)
    told = Withdrawal(
        id=row.id,
        iri=absolute(plan.authority, row.id),
        url=plan.address(copy.url, row.key, row.slug),
        title=copy.title,
        published=ledger.instant(row.published),
        when=ledger.instant(row.since),
        notice=plan.withdrawal.notice,
    )
    return WithdrawnItem(row, told, _stand_in(told, row, copy.language or plan.language) if told.notice else None)


def _stand_in(told: Withdrawal, row: Row[Any], language: str) -> Article:
    """An article of the same id that says the notice alone: headline, text and pictures may be what had to go."""
    return Article(
        id=told.id,
        iri=told.iri,
        key=row.key,
        slug=row.slug,
        url=told.url,
        title=told.notice,
        summary=told.notice,
        content=f"<p>{escape(told.notice, quote=False)}</p>",
        language=language,
        published=told.published,
        updated=told.when,
        status=Status.WITHDRAWN,
    )
