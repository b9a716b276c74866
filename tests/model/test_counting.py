"""Numbers with their nouns."""

import pytest

from feedsvc.model.counting import counted


@pytest.mark.parametrize(("number", "text"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (12345, "12,345 files")])
def test_only_one_has_the_singular(number: int, text: str) -> None:
    assert counted(number, "file") == text
