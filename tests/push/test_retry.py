"""When a failed request is tried again, and when a host is left in peace."""

import pytest

from feedsvc.push.adapter import Attempt, Prepared, settled
from feedsvc.push.outcome import Outcome, Request
from feedsvc.push.retry import (
    DELIVERIES,
    HOUR,
    OPENS,
    PINGS,
    RetryPolicy,
    after_host_failure,
    is_given_up,
    next_attempt,
    room_at,
)
from feedsvc.store.push_hosts import HostState
from feedsvc.store.push_tasks import Task

NOW = 1_000_000_000_000
WELL = HostState("hub.example", 0, 0, 0, "")


def failed(state: HostState, now: int, *, policy: RetryPolicy = DELIVERIES, wish: int = 0) -> HostState:
    return after_host_failure(state, policy, now, "503", retry_after=wish, chance=1.0)


def failed_often(times: int, policy: RetryPolicy = DELIVERIES) -> HostState:
    """A host that failed so many times, each time as soon as it was tried again."""
    state = WELL
    for _ in range(times):
        state = failed(state, max(NOW, state.until), policy=policy)
    return state


@pytest.mark.parametrize(("attempts", "wait"), [(1, 5), (2, 30), (3, 120), (4, 600), (5, 3600), (6, 3600), (500, 3600)])
def test_each_wait_is_longer_up_to_an_hour(attempts: int, wait: int) -> None:
    assert next_attempt(DELIVERIES, attempts, NOW, 1.0) == NOW + wait * 1_000


@pytest.mark.parametrize("chance", [0.0, 0.3, 1.0])
def test_chance_spreads_a_wait_over_its_second_half(chance: float) -> None:
    assert next_attempt(DELIVERIES, 2, NOW, chance) - NOW == 15_000 + int(15_000 * chance)


def test_a_hub_that_comes_back_is_told_within_a_minute() -> None:
    assert next_attempt(PINGS, 1_000, NOW, 1.0) - NOW <= 60_000
    state = failed_often(1_000, PINGS)
    assert state.until - failed_often(999, PINGS).until <= 60_000


def test_a_host_is_left_in_peace_after_failures_in_a_row_and_longer_each_time() -> None:
    assert failed_often(OPENS - 1).until <= NOW
    rests = [failed_often(times + 1).until - failed_often(times).until for times in range(OPENS, OPENS + 4)]
    assert rests == sorted(rests)
    assert rests[0] > 0
    assert failed_often(40).until - failed_often(39).until == HOUR


def test_requests_that_were_under_way_together_count_until_the_host_rests() -> None:
    state = WELL
    for _ in range(64):
        state = failed(state, NOW)
    assert state.failures == OPENS
    assert state.until == failed_often(OPENS).until


def test_a_wish_to_wait_is_kept_even_by_a_host_that_failed_once_and_never_longer_than_an_hour() -> None:
    assert failed(WELL, NOW, wish=90_000).until == NOW + 90_000
    assert failed(WELL, NOW, wish=90_000_000).until == NOW + HOUR
    assert failed(failed(WELL, NOW, wish=1_000), NOW, wish=5_000).until == NOW + 5_000


def test_the_first_failure_is_remembered_until_the_host_is_well() -> None:
    assert failed(failed(WELL, NOW), NOW + 60_000).since == NOW


def test_an_edition_is_given_up_after_a_day_and_not_before() -> None:
    assert not is_given_up(DELIVERIES, NOW, NOW + DELIVERIES.give_up - 1)
    assert is_given_up(DELIVERIES, NOW, NOW + DELIVERIES.give_up)


def test_a_host_that_is_tried_again_after_a_rest_gets_one_request() -> None:
    assert room_at(OPENS) == 1
    assert room_at(OPENS - 1) > 1


def test_an_edition_announced_during_a_failed_attempt_is_tried_as_after_its_first_failure() -> None:
    task = Task(
        1, "deliver", "https://r.example/", "r.example", "https://n.example/rss.xml", 7, NOW, 9, b"", b"", None, 0
    )
    prepared = Prepared(Request("POST", task.target), 7)
    after = settled(Attempt(task, prepared, Outcome.HOST_FAILED, NOW, 1.0), DELIVERIES)
    assert (after.attempts, after.due - NOW, after.first_due - NOW) == (10, DELIVERIES.waits[-1], DELIVERIES.waits[0])
