"""A child is restarted when it ends, killed when it is silent for too long, and given its time when it is to end."""

import pytest

from feedsvc.service.child_state import FAST, LASTING, PAUSE, SILENCE, STARTUP, ChildState, State

STARTED = ChildState().after_start(100.0)
RUNNING = STARTED.after_heartbeat(101.0)


def test_a_process_is_due_at_once_in_the_beginning() -> None:
    assert ChildState() == (State.IDLE, 0.0, 0.0, 0)


def test_the_first_heartbeat_may_take_longer_than_the_others() -> None:
    assert STARTED == (State.STARTING, 100.0 + STARTUP, 100.0, 0)
    assert RUNNING == (State.RUNNING, 101.0 + SILENCE, 100.0, 0)
    assert STARTUP > SILENCE


def test_every_heartbeat_puts_the_deadline_off() -> None:
    assert RUNNING.after_heartbeat(150.0).deadline == 150.0 + SILENCE


def test_if_the_supervisor_itself_was_suspended_a_child_is_given_time_for_a_heartbeat() -> None:
    assert RUNNING.after_suspension(5000.0) == (State.RUNNING, 5000.0 + SILENCE, 100.0, 0)
    assert STARTED.after_suspension(101.0) == STARTED  # its deadline is later still
    assert STARTED.after_suspension(5000.0).deadline == 5000.0 + SILENCE


def test_a_suspension_changes_nothing_for_a_child_that_is_ending_or_not_there() -> None:
    ending = RUNNING.after_request_to_end(110.0, 3.0)
    assert ending.after_suspension(5000.0) == ending
    assert ChildState().after_suspension(5000.0) == ChildState()


def test_a_child_that_is_ending_is_killed_in_time_whatever_it_sends() -> None:
    ending = RUNNING.after_request_to_end(110.0, 3.0)
    assert ending == (State.ENDING, 113.0, 100.0, 0)
    assert ending.after_heartbeat(112.0) == ending


def test_a_child_that_is_not_there_cannot_be_asked_to_end() -> None:
    idle = STARTED.after_exit(100.5)
    assert idle.after_request_to_end(100.6, 3.0) == idle


def test_a_kill_is_repeated_only_if_the_process_stays() -> None:
    assert RUNNING.after_kill(120.0) == (State.RUNNING, 120.0 + SILENCE, 100.0, 1)


@pytest.mark.parametrize(("lived", "pause"), [(0.0, PAUSE), (FAST - 0.1, PAUSE), (FAST, 0.0), (1000.0, 0.0)])
def test_only_after_an_end_right_after_the_start_the_next_start_waits(lived: float, pause: float) -> None:
    ended = 100.0 + lived
    assert STARTED.after_heartbeat(100.0).after_exit(ended)[:2] == (State.IDLE, ended + pause)


def test_a_child_that_was_asked_to_end_is_followed_by_the_next_at_once() -> None:
    assert STARTED.after_request_to_end(100.5, 3.0).after_exit(100.6)[:2] == (State.IDLE, 100.6)


def test_a_program_that_cannot_be_started_is_tried_again_after_a_pause() -> None:
    assert ChildState().after_failed_start(100.0)[:2] == (State.IDLE, 100.0 + PAUSE)


def test_the_time_for_which_a_child_waits_for_a_processor_does_not_count() -> None:
    assert RUNNING.is_due(RUNNING.deadline, 0.0)
    assert not RUNNING.is_due(RUNNING.deadline + 500.0, 501.0)
    assert RUNNING.is_due(RUNNING.deadline + 500.0, 499.0)
    assert not STARTED.is_due(STARTED.deadline + 9.0, 10.0)


def test_a_child_that_is_ending_and_one_that_is_to_be_started_do_not_wait_for_processors() -> None:
    assert RUNNING.after_request_to_end(110.0, 3.0).is_due(113.0, 500.0)
    assert ChildState().is_due(0.0, 500.0)


def test_each_kill_in_a_row_doubles_the_time_that_the_next_is_given() -> None:
    state, given = ChildState(), []
    for _ in range(9):
        state = state.after_start(0.0)
        given.append((state.deadline, state.after_heartbeat(0.0).deadline))
        state = state.after_kill(state.deadline).after_exit(0.0)
    doubled = [1, 2, 4, 8, 16, 32, 64, 64, 64]
    assert given == [(STARTUP * each, SILENCE * each) for each in doubled]


def test_a_child_that_lasts_is_given_no_more_time_than_the_first() -> None:
    slow = RUNNING._replace(kills=3)
    assert slow.after_heartbeat(100.0 + LASTING - 1).kills == 3
    assert slow.after_heartbeat(100.0 + LASTING).kills == 0


def test_a_kill_of_a_child_that_is_ending_is_no_sign_that_it_needs_more_time() -> None:
    assert RUNNING.after_request_to_end(110.0, 3.0).after_kill(113.0).kills == 0
