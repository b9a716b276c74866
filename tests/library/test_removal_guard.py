"""More removals than an editor makes need consent."""

import pytest

from feedsvc.library.removal_guard import FEW, MOST, exceeds_removal_limit, is_suspicious, removal_guard_problem


@pytest.mark.parametrize(
    ("gone", "held", "exceeds", "suspicious"),
    [
        (0, 10, False, False),
        (1, 1, False, False),
        (2, 2, False, True),
        (FEW, 10, False, False),
        (FEW, FEW, False, True),
        (FEW + 1, 10, True, True),
        (20, 100, False, False),
        (21, 100, True, True),
        (MOST, 1_000, False, False),
        (MOST + 1, 1_000, True, True),
    ],
)
def test_how_many_may_go(gone: int, held: int, exceeds: bool, suspicious: bool) -> None:
    assert exceeds_removal_limit(gone, held) == exceeds
    assert is_suspicious(gone, held) == suspicious


def test_the_problem_says_how_to_consent() -> None:
    assert "--accept-removals" in removal_guard_problem("articles", "all gone").remedy
