"""When an article was published and when it last changed, as readers are told."""

from datetime import datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import msgspec

from feedsvc.library.media import present
from feedsvc.model import codec
from feedsvc.model.article import ArticleCopy
from feedsvc.model.base import utc_second

if TYPE_CHECKING:  # else whoever reads files would load all of it
    from sqlalchemy import Row

    Record = Row[Any]


def was_shown(row: "Record", now: datetime) -> bool:
    """Whether readers may have seen it by `now`."""
    return bool(row.shown or row.opens <= codec.seconds(now))


def published(copy: ArticleCopy, row: "Record | None", modified: datetime, now: datetime) -> datetime:
    """As readers were told; else as the file says; else as the ledger says; else the file's own date at first sight."""
    if copy.published is not None and (row is None or not was_shown(row, now)):
        return copy.published
    return codec.instant(row.published) if row is not None else utc_second(modified)


def initial_updated(copy: ArticleCopy, since: datetime, now: datetime) -> datetime:
    """`since` is when it was published."""
    if copy.updated is None or copy.updated > now:
        return since
    return max(copy.updated, since)


def updated(copy: ArticleCopy, row: "Record", since: datetime, touched: datetime | None, now: datetime) -> datetime:
    """When the last change that a reader sees was made: as the file says if that is later, else by the file's date.

    `since` is when it was published, `touched` when the newsroom changed its looks, None if it did not.
    """
    if not was_shown(row, now):
        return initial_updated(copy, since, now)
    before = codec.instant(row.updated)
    if touched is not None:
        candidates = (copy.updated, utc_second(touched))
        before = next((each for each in candidates if each is not None and before < each <= now), utc_second(now))
    return max(before, since)


def fingerprint(copy: ArticleCopy) -> str:
    """A hash of what a reader sees of an article; dates, sections and tags are not among it."""
    return blake2b(msgspec.json.encode(_seen(copy)), digest_size=16).hexdigest()


def differences(before: ArticleCopy, after: ArticleCopy) -> tuple[str, ...]:
    """The names of the fields in which a reader sees a difference, in the order of the alphabet."""
    compared = zip(_SEEN, _seen(before), _seen(after), strict=True)
    return tuple(sorted(name for name, was, became in compared if was != became))


_SEEN = ("title", "summary", "body", "url", "language", "correction", "authors", "media")


def _seen(copy: ArticleCopy) -> tuple[object, ...]:
    text = (copy.body, copy.markup)
    return copy.title, copy.summary, text, copy.url, copy.language, copy.correction, copy.authors, present(copy)
