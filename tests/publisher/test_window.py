"""What a window lets in, as values: the limits, the floor that only rises, and sizes."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_sample import DAY, HOUR, NOW, entry
from msgspec.structs import replace

from feedsvc.model.codec import FOREVER
from feedsvc.model.plan import FeedPolicy
from feedsvc.model.selection import Selection
from feedsvc.publisher import window
from feedsvc.publisher.window import apply_limits, close_below, count_within_size, for_policy, is_above, key_of
from feedsvc.store.entries import LedgerEntry
from feedsvc.store.windows import BOTTOM, Key, WindowState

POLICY = FeedPolicy(formats=("rss",), limit=5, full=True, interval=300)
ARCHIVED = replace(POLICY, limit=9, archive=True)


def newest(count: int) -> list[LedgerEntry]:
    return [entry(number) for number in range(count)]


def numbers(held: list[LedgerEntry]) -> list[int]:
    return [each.number for each in held]


# --- the number of items ----------------------------------------------------------------------------------------------


def test_a_feed_that_is_not_full_holds_all_and_nothing_has_left() -> None:
    held, state = apply_limits(newest(5), WindowState(), POLICY, NOW)
    assert numbers(held) == [0, 1, 2, 3, 4]
    assert state.floor == BOTTOM


def test_the_floor_is_the_newest_item_that_has_no_room() -> None:
    held, state = apply_limits(newest(8), WindowState(), POLICY, NOW)
    assert numbers(held) == [0, 1, 2, 3, 4]
    assert state.floor == key_of(entry(5))


def test_no_more_items_are_read_than_tell_which_of_them_stay() -> None:
    read: list[int] = []

    def items() -> Iterator[LedgerEntry]:
        for each in newest(100):
            read.append(each.number)
            yield each

    apply_limits(items(), WindowState(), POLICY, NOW)
    assert len(read) == POLICY.candidates_needed == 6


@given(st.lists(st.sets(st.integers(0, 40)), max_size=12), st.integers(1, 6))
def test_nothing_that_ever_left_comes_back_whatever_is_taken_away(gone: list[set[int]], limit: int) -> None:
    """Articles 40 (the oldest) to 0 come one by one; between two of them some are taken away, and given back later."""
    policy, state = replace(POLICY, limit=limit), WindowState()
    there: set[int] = set()
    left: set[int] = set()
    before: set[int] = set()
    for step in range(41):
        there.add(40 - step)
        away = gone[step % len(gone)] if gone else set()
        candidates = [entry(number) for number in sorted(there - away)]
        held, state = apply_limits((each for each in candidates if is_above(each, state.floor)), state, policy, NOW)
        assert len(held) <= limit
        assert not left & set(numbers(held))
        left |= {number for number in before - set(numbers(held)) if number not in away}
        before = set(numbers(held))


def test_ties_are_ordered_by_date_and_then_by_id() -> None:
    late, early, first, second = (
        entry(number, available=NOW, published=NOW - when, id=name)
        for number, when, name in ((1, 1, "urn:d"), (2, 2, "urn:c"), (3, 3, "urn:a"), (4, 3, "urn:b"))
    )
    assert sorted([second, early, first, late], key=window.newest_first) == [late, early, first, second]


# --- age --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("after", "held"), [(0, 3), (1, 3), (HOUR, 2), (3 * HOUR, 0)])
def test_what_is_too_old_leaves_and_the_state_says_when_the_next_one_does(after: int, held: int) -> None:
    policy = replace(POLICY, max_age=3 * HOUR)
    found, state = apply_limits(newest(3), WindowState(), policy, NOW + after)
    assert len(found) == held
    assert state.expires_at == (found[-1].available + 3 * HOUR if found else FOREVER)


# --- archives ---------------------------------------------------------------------------------------------------------


def test_with_archives_a_third_leaves_at_once_and_is_pending() -> None:
    held, state = apply_limits(newest(10), WindowState(), ARCHIVED, NOW)
    assert len(held) == 7
    assert (state.floor, state.pending) == (key_of(entry(7)), True)
    held, state = apply_limits(newest(9), WindowState(), ARCHIVED, NOW)
    assert (len(held), state.pending) == (9, False)


def test_what_is_pending_stays_so_until_it_is_archived() -> None:
    _, state = apply_limits(newest(2), WindowState(pending=True), ARCHIVED, NOW)
    assert state.pending
    _, state = apply_limits(newest(2), WindowState(pending=True), POLICY, NOW)
    assert not state.pending


def test_what_is_too_large_for_a_document_leaves_for_an_archive_and_one_item_always_stays() -> None:
    assert count_within_size([window.LARGEST // 3] * 9) == 3
    assert count_within_size([window.LARGEST * 2]) == 1
    assert count_within_size([0] * 9) == 9
    long = [entry(number, body="x" * 400_000) for number in range(5)]
    held, _ = apply_limits(long, WindowState(), ARCHIVED, NOW, window.size_under(ARCHIVED))
    assert numbers(held) == [0, 1]
    held, _ = apply_limits(long, WindowState(), POLICY, NOW, window.size_under(POLICY))
    assert numbers(held) == [0, 1, 2, 3, 4], "without archives it would be lost"
    summaries = replace(ARCHIVED, full=False)
    held, _ = apply_limits(long, WindowState(), summaries, NOW, window.size_under(summaries))
    assert numbers(held) == [0, 1, 2, 3, 4]


# --- another policy ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "selection"),
    [
        (replace(POLICY, limit=9), Selection()),
        (replace(POLICY, max_age=DAY), Selection()),
        (POLICY, Selection(tags=("fish",))),
    ],
)
def test_a_feed_that_is_made_longer_or_of_something_else_starts_anew(policy: FeedPolicy, selection: Selection) -> None:
    before = for_policy(WindowState(), POLICY)._replace(floor=key_of(entry(5)), updated=NOW)
    assert for_policy(before, POLICY) == before
    after = for_policy(before, policy, selection)
    assert (after.floor, after.updated) == (BOTTOM, NOW)


def test_what_is_in_archives_never_comes_back_however_long_the_feed_is_made() -> None:
    before = for_policy(WindowState(), ARCHIVED)._replace(floor=key_of(entry(5)))
    assert for_policy(before, replace(ARCHIVED, limit=90)) == before


# --- candidates that were not examined --------------------------------------------------------------------------------


def test_a_full_feed_is_closed_right_below_its_last_item_and_that_one_stays() -> None:
    held = newest(5)
    state = close_below(held, WindowState(), POLICY)
    assert is_above(held[-1], state.floor)
    assert not is_above(entry(5), state.floor)
    follower = entry(9, available=held[-1].available, published=held[-1].published, id=held[-1].id + " ")
    assert not is_above(follower, state.floor), "of the same instant, and its id comes right after"


def test_a_feed_with_room_stays_open() -> None:
    assert close_below(newest(4), WindowState(), POLICY) == WindowState()


def test_closing_never_lowers_the_floor() -> None:
    high = Key(NOW, NOW, "urn:a")
    assert close_below(newest(5), WindowState(floor=high), POLICY).floor == high
