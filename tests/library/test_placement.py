"""Where an article stands in a section that it joins late, or to which it returns."""

import pytest

from feedsvc.library.placement import SectionHistory, is_missed
from feedsvc.store.windows import BOTTOM, Key

ARTICLE = Key(100, 90, "b")
LEFT = Key(200, 190, "a")
"""Newer than the article, and no longer in the feed."""


@pytest.mark.parametrize("floor", [BOTTOM, Key(99, 90, "b"), Key(100, 89, "b"), Key(100, 90, "c")])
@pytest.mark.parametrize("returns", [False, True])
def test_what_is_newer_than_all_that_left_the_feed_keeps_its_place(floor: Key, returns: bool) -> None:
    assert not is_missed(ARTICLE, SectionHistory(floor, holds=False, has_archives=True), returns=returns)


@pytest.mark.parametrize("floor", [LEFT, ARTICLE, Key(100, 90, "a")])
def test_what_joins_below_would_be_missed(floor: Key) -> None:
    assert is_missed(ARTICLE, SectionHistory(floor, holds=False, has_archives=False), returns=False)


@pytest.mark.parametrize("returns", [False, True])
def test_what_an_archive_holds_is_found_there(returns: bool) -> None:
    assert not is_missed(ARTICLE, SectionHistory(LEFT, holds=True, has_archives=True), returns=returns)


def test_what_returns_has_been_in_the_feed_but_may_lack_in_the_archives() -> None:
    assert not is_missed(ARTICLE, SectionHistory(LEFT, holds=False, has_archives=False), returns=True)
    assert is_missed(ARTICLE, SectionHistory(LEFT, holds=False, has_archives=True), returns=True)
