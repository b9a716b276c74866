"""When an article was published and last changed."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from articles import COPY, DATED, NOON, entry
from feedsvc.library import dates
from feedsvc.model import codec

LATER, FUTURE = NOON + timedelta(hours=1), NOON + timedelta(days=1)
UNSEEN = entry(shown=False, opens=codec.seconds(FUTURE))
UNDATED = replace(COPY, published=None)


def test_an_article_was_shown_if_it_was_once_or_is_open() -> None:
    closed = codec.seconds(FUTURE)
    assert dates.was_shown(entry(shown=True, opens=closed), NOON)
    assert dates.was_shown(entry(shown=False), NOON)
    assert not dates.was_shown(UNSEEN, NOON)


def test_the_date_of_a_new_article_is_that_in_the_file_or_the_files_own() -> None:
    assert dates.published(COPY, None, LATER, NOON) == DATED
    assert dates.published(UNDATED, None, LATER, NOON) == LATER


def test_the_date_that_readers_were_told_stays() -> None:
    assert dates.published(replace(COPY, published=NOON), entry(), LATER, NOON) == DATED
    assert dates.published(replace(COPY, published=NOON), UNSEEN, LATER, NOON) == NOON
    assert dates.published(UNDATED, UNSEEN, LATER, NOON) == DATED


@pytest.mark.parametrize(
    ("said", "told"), [(None, DATED), (FUTURE, DATED), (DATED - timedelta(days=1), DATED), (NOON, NOON)]
)
def test_a_new_article_was_updated_as_it_says_within_reason(said: datetime | None, told: datetime) -> None:
    assert dates.initial_updated(replace(COPY, updated=said), DATED, NOON) == told
    assert dates.updated(replace(COPY, updated=said), UNSEEN, DATED, NOON, NOON) == told


@pytest.mark.parametrize(
    ("said", "touched", "told"),
    [
        (None, None, DATED),
        (LATER, None, DATED),
        (None, NOON, NOON),
        (NOON, LATER, NOON),
        (FUTURE, NOON, NOON),
        (None, DATED - timedelta(days=1), LATER),
        (None, FUTURE, LATER),
    ],
    ids=["no change", "no change seen", "touched", "said", "said for tomorrow", "an old file", "a clock that is wrong"],
)
def test_a_change_that_readers_see_moves_the_date_and_never_back_or_into_the_future(
    said: datetime | None, touched: datetime | None, told: datetime
) -> None:
    assert dates.updated(replace(COPY, updated=said), entry(), DATED, touched, LATER) == told
