"""What becomes of an article after readers have seen it: it is revised, taken back, and comes again.

Each function gives the columns of the article that it changes.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection, Row

from feedsvc.library import dates
from feedsvc.model.article import ArticleCopy, Status
from feedsvc.model.excerpt import excerpt
from feedsvc.readers import html_of
from feedsvc.store import ledger, revisions, withdrawals
from feedsvc.store.revisions import Revision

Record = Row[Any]
Values = dict[str, Any]


def revise(
    connection: Connection,
    row: Record,
    copy: ArticleCopy,
    path: str,
    since: datetime,
    touched: datetime | None,
    now: datetime,
) -> Values:
    """The file at `path` says something else, `copy`. `since` is when the article was published; `touched` when the
    newsroom changed the file, None if it did not: then another program reads it otherwise, which moves no date."""
    whole = ledger.find(connection, number=row.number)
    changed: tuple[str, ...] = ()
    if whole is not None:
        before = replace(ledger.copy_of(whole), body=whole.body)
        changed = dates.differences(*_as_seen(before, copy, _folder(whole.path or path), _folder(path)))
    updated = dates.updated(copy, row, since, touched if changed else None, now)
    return {"updated": ledger.seconds(updated), **_note(connection, row, changed, updated if touched else now, now)}


def _as_seen(before: ArticleCopy, after: ArticleCopy, folder: str, to: str) -> tuple[ArticleCopy, ArticleCopy]:
    """What readers see of both, which lie in these folders: the same text may be written in many ways."""
    contents = html_of(before.markup, before.body, folder), html_of(after.markup, after.body, to)
    told = bool(before.summary) == bool(after.summary)  # else one of them has what is made of its text
    pairs = zip((before, after), contents, strict=True)
    seen = [
        replace(
            copy,
            body=content if "<pre" in content else " ".join(content.split()),
            markup="html",
            summary=copy.summary if told else copy.summary or excerpt(content),
        )
        for copy, content in pairs
    ]
    return seen[0], seen[1]


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def withdraw(connection: Connection, row: Record, left: Iterable[str], now: datetime) -> Values:
    """Its file is gone, or says so. `left` are the sections whose readers may have seen it."""
    if row.withdrawn is not None or not dates.was_shown(row, now):
        return {}
    withdrawals.add(connection, row.number, left, ledger.seconds(now))
    return {"withdrawn": ledger.seconds(now), **_note(connection, row, ("status",), now, now)}


def reinstate(connection: Connection, row: Record, values: Values, now: datetime) -> Values:
    """`values` of an article that can be published again: it is newer than its tombstone, which ends an entry that is
    not (RFC 6721 section 3)."""
    if values["opens"] <= ledger.seconds(now):
        withdrawals.forget(connection, row.number)
    updated = max(values["updated"], row.withdrawn + 1)
    again = _note(connection, row, ("status",), ledger.instant(updated), now)
    return {"withdrawn": None, "updated": updated, **again}


def apply_status(
    connection: Connection, row: Record, copy: ArticleCopy, left: Iterable[str], values: Values, now: datetime
) -> Values:
    """What the status that the file gives means to an article with the columns `values`."""
    if copy.status is Status.WITHDRAWN:
        return withdraw(connection, row, left, now)
    if row.withdrawn is not None and copy.status is Status.USABLE:
        return reinstate(connection, row, values, now)
    return {}


def _note(connection: Connection, row: Record, changed: tuple[str, ...], made: datetime, now: datetime) -> Values:
    """Count a change of what readers may have seen."""
    if not changed or not dates.was_shown(row, now):
        return {}
    revisions.add(connection, row.number, Revision(row.revision + 1, made, changed))
    return {"revision": row.revision + 1}
