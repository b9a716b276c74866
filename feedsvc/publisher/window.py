"""What of all that a feed could hold stands in it: so many articles, so young, and none older than one that left."""

from collections.abc import Iterable
from itertools import accumulate, islice
from typing import Any

import msgspec
from sqlalchemy import Row

from feedsvc.model.codec import FOREVER
from feedsvc.model.plan import FeedPolicy
from feedsvc.model.selection import MATCH_ALL, Selection
from feedsvc.store.windows import BOTTOM, Key, WindowState, key_of

LARGEST = 900 * 2**10
"""Bytes of a feed; readers and validators begin to refuse at a mebibyte."""
_FRAME = 1_500
"""Bytes that an article takes besides what it says."""


def for_policy(before: WindowState, terms: FeedPolicy, selection: Selection = MATCH_ALL) -> WindowState:
    """`before`, as it counts under `terms`: a feed that the operator made longer, or of something else, starts anew."""
    # What is in archives never comes back, however long the feed is made.
    named = "archive" if terms.archive else msgspec.json.encode((terms.limit, terms.max_age, selection)).decode()
    return before if before.terms == named else before._replace(floor=BOTTOM, terms=named)


def apply_limits(
    rows: Iterable[Row[Any]], before: WindowState, terms: FeedPolicy, now: int
) -> tuple[list[Row[Any]], WindowState]:
    """Those of `rows`, all newer than the floor and newest first, that stand in the window; and how it stands then."""
    seen = list(islice(rows, terms.reach))
    young = sum(1 for row in seen if not terms.max_age or row.available > now - terms.max_age)
    stay = min(terms.limit, young, fitting(seen, terms))
    left = stay < len(seen)
    if left and terms.archive:  # documents of one article each would be many
        stay = min(stay, len(seen) - max(1, min(terms.limit, len(seen)) // 3))
    floor = key_of(seen[stay]) if left else before.floor
    turns = seen[stay - 1].available + terms.max_age if terms.max_age and stay else FOREVER
    pending = terms.archive and (left or before.pending)
    return seen[:stay], before._replace(floor=floor, turns=turns, pending=pending)


def close_below(held: list[Row[Any]], now: WindowState, terms: FeedPolicy) -> WindowState:
    """`now`, where nobody looked for what comes after `held`: if these are all there is room for, nothing will."""
    if len(held) < terms.limit:
        return now
    last = key_of(held[-1])
    below = last._replace(id=f"{last.id}\x01")  # no id comes between
    return now._replace(floor=min(now.floor, below, key=lambda key: key.order))


def fitting(rows: list[Row[Any]], terms: FeedPolicy) -> int:
    """How many of `rows` fit into one document, at least one: what readers refuse for its size is lost (so is what
    stands in no archive, and without archives all of them fit)."""
    if not terms.archive:
        return len(rows)
    sizes = accumulate(_size(row) if terms.full else _FRAME for row in rows)
    return max(1, sum(1 for size in sizes if size <= LARGEST))


def _size(row: Row[Any]) -> int:
    """About how many bytes `row` takes in the longest of the formats, where all that is markup is escaped."""
    marks = sum(map(row.body.count, '<>&"\n'))
    size: int = _FRAME + 2 * len(row.copy_) + len(row.body.encode()) + 8 * marks
    return size


def newest_first(row: Row[Any]) -> tuple[int, int, str]:
    return key_of(row).order


def is_above(row: Row[Any], floor: Key) -> bool:
    return newest_first(row) < floor.order
