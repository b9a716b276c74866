"""Decides the dates of publication and of the last change that readers are shown."""

from datetime import datetime

from feedsvc.model import codec
from feedsvc.model.article import ArticleCopy
from feedsvc.model.cleaning import utc_second
from feedsvc.model.clock import EARLIEST
from feedsvc.store.entries import LedgerHead


def was_shown(entry: LedgerHead, now: datetime) -> bool:
    """True if readers may have seen the article by `now`."""
    return bool(entry.shown or entry.phase or (entry.opens <= codec.seconds(now) and not awaits_date(entry)))


def awaits_date(entry: LedgerHead) -> bool:
    """True if neither the file nor a correct clock gave the date of publication; nobody has seen the article yet."""
    return entry.published == EARLIEST and not (entry.shown or entry.phase)


def published(copy: ArticleCopy, entry: LedgerHead | None, modified: datetime, now: datetime) -> datetime:
    """The date of publication: the first of these that is known.

    The date that readers were shown; the date in the file; the date in the ledger; `modified`, the file's own time.
    `entry` is None for a new article.
    """
    if copy.published is not None and (entry is None or not was_shown(entry, now)):
        return copy.published
    if entry is None or awaits_date(entry):
        return utc_second(modified)
    return codec.instant(entry.published)


def initial_updated(copy: ArticleCopy, since: datetime, now: datetime) -> datetime:
    """The date of the last change of an article that nobody has seen: never in the future, nor before `since`, its
    publication."""
    if copy.updated is None or copy.updated > now:
        return since
    return max(copy.updated, since)


def updated(
    copy: ArticleCopy,
    entry: LedgerHead,
    since: datetime,
    touched: datetime | None,
    now: datetime,
    told: datetime | None = None,
) -> datetime:
    """The date of the last visible change: the one in the file if that is later than before, else the file's own time.

    `since` is the date of publication. `touched` is the file's time if a visible field has changed; None if not. A
    change of now is dated `told`; None means `now`.
    """
    told = told or now
    if not was_shown(entry, now):
        return initial_updated(copy, since, told)
    before = codec.instant(entry.updated)
    if touched is not None:
        candidates = (copy.updated, utc_second(touched))
        before = next((each for each in candidates if each is not None and before < each <= told), utc_second(told))
    return max(before, since)
