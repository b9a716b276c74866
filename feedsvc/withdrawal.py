"""What feeds tell of an article that was taken back: that it was, and never what it said."""

from datetime import datetime
from html import escape
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row

from feedsvc.identity import absolute
from feedsvc.model import Article, Status, Withdrawal
from feedsvc.plan import Plan
from feedsvc.store import ledger, withdrawals


class Gone(NamedTuple):
    """An article that was taken back, and what stands in its place; None where the site wants nothing there."""

    told: Withdrawal
    stand_in: Article | None


def taken_back(connection: Connection, plan: Plan, feed: str, now: datetime) -> list[Gone]:
    """What was taken out of `feed` of late, newest first."""
    seconds = ledger.seconds(now)
    rows = withdrawals.of(connection, feed, seconds - plan.withdrawal.keep, seconds)
    return [_gone(plan, row) for row in rows]


def with_notices(articles: tuple[Article, ...], gone: list[Gone]) -> tuple[Article, ...]:
    """`articles`, and what stands in the place of those that are gone, in one order."""
    stand_ins = [each.stand_in for each in gone if each.stand_in]
    return tuple(sorted((*articles, *stand_ins), key=_newest_first)) if stand_ins else articles


def _newest_first(article: Article) -> tuple[float, str]:
    return -article.published.timestamp(), article.id


def _gone(plan: Plan, row: Row[Any]) -> Gone:
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
    return Gone(told, _stand_in(told, row, copy.language or plan.language) if told.notice else None)


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
