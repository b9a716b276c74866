"""When an article was published and when it last changed, as readers are told."""

from datetime import datetime
from hashlib import blake2b
from typing import Any

import msgspec
from sqlalchemy import Row

from feedsvc.media import present
from feedsvc.model import Copy, instant
from feedsvc.store import ledger

Record = Row[Any]


def was_shown(row: Record, now: datetime) -> bool:
    """Whether readers may have seen it by `now`."""
    return bool(row.shown or row.opens <= ledger.seconds(now))


def published(copy: Copy, row: Record | None, modified: datetime) -> datetime:
    """As the file says; else as the ledger says; else the file's own date at first sight."""
    if copy.published is not None:
        return copy.published
    return ledger.instant(row.published) if row is not None else instant(modified)


def first_updated(copy: Copy, since: datetime, now: datetime) -> datetime:
    """`since` is when it was published."""
    if copy.updated is None or copy.updated > now:
        return since
    return max(copy.updated, since)


def updated(copy: Copy, row: Record, since: datetime, touched: datetime | None, now: datetime) -> datetime:
    """When the last change that a reader sees was made: as the file says if that is later, else by the file's date.

    `since` is when it was published, `touched` when the newsroom changed its looks, None if it did not.
    """
    if not was_shown(row, now):
        return first_updated(copy, since, now)
    # An article that never changed was last changed when it was published, even if that is told otherwise now.
    before = since if row.updated == row.published else ledger.instant(row.updated)
    if touched is not None:
        candidates = (copy.updated, instant(touched))
        before = next((each for each in candidates if each is not None and before < each <= now), instant(now))
    return max(before, since)


def fingerprint(copy: Copy) -> str:
    """A hash of what a reader sees of an article; dates, sections and tags are not among it."""
    seen = (
        *(copy.title, copy.summary, copy.body, copy.markup, copy.url, copy.language, copy.correction),
        *(copy.authors, present(copy)),
    )
    return blake2b(msgspec.json.encode(seen), digest_size=16).hexdigest()
