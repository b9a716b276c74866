"""Numbers with their nouns."""

import pytest

from feedsvc.model.counting import counted, span


@pytest.mark.parametrize(("number", "text"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (12345, "12,345 files")])
def test_only_one_has_the_singular(number: int, text: str) -> None:
    assert counted(number, "file") == text


@pytest.mark.parametrize(("hours", "text"), [(1, "1 hour"), (48, "48 hours"), (100, "100 hours"), (168, "7 days")])
def test_long_times_are_told_in_days(hours: int, text: str) -> None:
    assert span(hours * 3_600) == text
