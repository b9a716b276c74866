"""Selects the contents of a feed by number, age and floor: nothing older than an item that ever left it. Pure
functions."""

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, islice
from typing import Protocol, TypeVar

import msgspec

from feedsvc.model.codec import FOREVER
from feedsvc.model.plan import FeedPolicy
from feedsvc.model.selection import MATCH_ALL, Selection
from feedsvc.store.entries import LedgerEntry
from feedsvc.store.windows import BOTTOM, Key, WindowState

LARGEST = 900 * 2**10
"""Maximum bytes of a feed; readers and validators begin to refuse at one mebibyte."""
_FRAME = 1_500
"""Bytes that an item takes besides its text."""


class WindowItem(Protocol):
    """The fields of an article that windows need: its number, and those by which feeds are ordered."""

    @property
    def number(self) -> int: ...
    @property
    def available(self) -> int: ...
    @property
    def published(self) -> int: ...
    @property
    def id(self) -> str: ...
    def judged_at(self, now: int) -> int: ...


T = TypeVar("T", bound=WindowItem)


def for_policy(before: WindowState, policy: FeedPolicy, selection: Selection = MATCH_ALL) -> WindowState:
    """The state `before` as it counts under `policy`: if the limit, the maximum age or the selection changed, the floor
    is reset.

    For a feed with archives the floor stays: articles in an archive never come back.
    """
    named = "archive" if policy.archive else msgspec.json.encode((policy.limit, policy.max_age, selection)).decode()
    return before if before.policy == named else before._replace(floor=BOTTOM, policy=named)


def apply_limits(
    items: Iterable[T], before: WindowState, policy: FeedPolicy, now: int, size: Callable[[T], int] = lambda _item: 0
) -> tuple[list[T], WindowState]:
    """The items in the window at `now` (seconds), and the new state of the window.

    `items` are all newer than the floor, newest first; no more of them are read than needed. `size` is the bytes that
    an item takes, 0 if there is no limit.
    """
    seen = list(islice(items, policy.candidates_needed))
    young = sum(1 for item in seen if not policy.max_age or item.available > now - policy.max_age)
    stay = min(policy.limit, young, count_within_size(map(size, seen)))
    has_left = stay < len(seen)
    if has_left and policy.archive:  # archive several articles at once: one document each would be too many
        stay = min(stay, len(seen) - max(1, min(policy.limit, len(seen)) // 3))
    floor = key_of(seen[stay]) if has_left else before.floor
    expires = seen[stay - 1].available + policy.max_age if policy.max_age and stay else FOREVER
    pending = policy.archive and (has_left or before.pending)
    return seen[:stay], before._replace(floor=floor, expires_at=expires, pending=pending)


def close_below(held: Sequence[WindowItem], state: WindowState, policy: FeedPolicy) -> WindowState:
    """`state` for a feed of which only the candidates down to the last of `held` were examined.

    If the feed is full, the floor is raised to just below its last item: older candidates must not enter later.
    """
    if len(held) < policy.limit:
        return state
    below = key_of(held[-1]).next_older()
    return state._replace(floor=min(state.floor, below, key=lambda key: key.order))


def count_within_size(sizes: Iterable[int]) -> int:
    """The number of items that fit into one document, at least one: readers refuse larger documents."""
    return max(1, sum(1 for total in accumulate(sizes) if total <= LARGEST))


def size_under(policy: FeedPolicy) -> Callable[[LedgerEntry], int]:
    """The size of an entry in a feed. It is 0 without archives: an item left out for its size would be lost."""
    if not policy.archive:
        return lambda _entry: 0
    return _full_size if policy.full else lambda _entry: _FRAME


def _full_size(entry: LedgerEntry) -> int:
    """The approximate bytes of `entry` in the longest of the formats, where all markup is escaped."""
    marks = sum(map(entry.body.count, '<>&"\n'))
    return _FRAME + 2 * len(entry.encoded_copy) + len(entry.body.encode()) + 8 * marks


def key_of(item: WindowItem) -> Key:
    """The sort key of `item` in feeds."""
    return Key(item.available, item.published, item.id)


def newest_first(item: WindowItem) -> tuple[int, int, str]:
    """A sort key: smaller for newer items."""
    return key_of(item).order


def is_above(item: WindowItem, floor: Key) -> bool:
    """True if `item` is newer than every item that ever left the feed."""
    return newest_first(item) < floor.order
