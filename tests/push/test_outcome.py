"""What an answer means for the task that asked."""

import pytest

from feedsvc.push.outcome import LONGEST_WAIT, Outcome, Result, outcome_of, retry_after

NOW = 1_795_910_400_000


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_all_of_2xx_is_success(status: int) -> None:
    assert outcome_of(Result(status)) is Outcome.DONE


@pytest.mark.parametrize("status", [301, 302, 304, 307, 308, 400, 401, 403, 404, 408, 418])
def test_redirects_and_client_errors_are_the_targets_own(status: int) -> None:
    assert outcome_of(Result(status)) is Outcome.REFUSED


@pytest.mark.parametrize("status", [0, 429, 500, 502, 503, 504, 599])
def test_no_answer_and_server_errors_are_the_hosts(status: int) -> None:
    assert outcome_of(Result(status, error="" if status else "no connection")) is Outcome.HOST_FAILED


def test_410_says_that_the_target_is_gone() -> None:
    assert outcome_of(Result(410)) is Outcome.GONE


def test_a_forbidden_address_is_no_fault_of_a_host() -> None:
    assert outcome_of(Result(0, error="not sent", is_forbidden=True)) is Outcome.REFUSED


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("120", 120_000),
        (" 5 ", 5_000),
        ("0", 0),
        ("", 0),
        ("-5", 0),
        ("soon", 0),
        ("١٢", 0),
        ("9" * 400, LONGEST_WAIT),
        ("Sun, 29 Nov 2026 00:02:00 GMT", 120_000),
        ("Sat, 28 Nov 2026 00:00:00 GMT", 0),
        ("Mon, 99 Nov 2026 00:00:00 GMT", 0),
        ("Sun, 29 Nov 9999 00:02:00 GMT", LONGEST_WAIT),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_bounded(said: str, wait: int) -> None:
    assert retry_after(Result(503, retry_after=said), NOW) == wait


def test_retry_after_counts_for_429_and_503_alone() -> None:
    assert retry_after(Result(429, retry_after="7"), NOW) == 7_000
    assert retry_after(Result(500, retry_after="7"), NOW) == 0
