"""Why an article is in no feed, or where it stands in one, as values."""

from datetime import timedelta
from typing import Any

import pytest
from ledger_sample import DAY, HOUR, NOON, NOW, article, entry

from feedsvc.model import codec
from feedsvc.model.article import ArticleCopy, Status
from feedsvc.model.codec import FOREVER
from feedsvc.model.feed import EPOCH_DATE, Feed
from feedsvc.model.problem import Problem
from feedsvc.publisher.explain import closed_reason, place_in

COPY = ArticleCopy(title="A")


def reason(copy: ArticleCopy = COPY, rollback: str = "", **columns: Any) -> str:
    return closed_reason(entry(1, copy, **columns), copy, rollback, NOW)


def test_an_open_article_has_no_reason() -> None:
    assert reason() == ""


def test_a_file_that_is_gone_comes_first() -> None:
    found = reason(ArticleCopy(title="A", status=Status.DRAFT), path=None, withdrawn=NOW)
    assert found == f"withdrawn by removal: its file is gone since {NOON.isoformat()}"


@pytest.mark.parametrize(
    ("status", "said"), [(Status.DRAFT, "it is a draft"), (Status.WITHDRAWN, "withdrawn by its status")]
)
def test_a_status_is_named(status: Status, said: str) -> None:
    assert reason(ArticleCopy(title="A", status=status)) == said


def test_an_embargo_is_told_from_a_date_in_the_future() -> None:
    later = NOON + timedelta(hours=1)
    opens = codec.seconds(later)
    assert reason(ArticleCopy(title="A", embargo=later), opens=opens) == f"embargo until {later.isoformat()}"
    assert reason(opens=opens) == f"dated in the future, so not before {later.isoformat()}"


def test_of_an_article_that_was_imported_nothing_is_known_before_its_file_is_read() -> None:
    assert reason(opens=FOREVER, closes=FOREVER) == "its file was not read yet"


def test_the_instant_of_expiry_is_already_too_late() -> None:
    assert reason(closes=NOW) == f"expired {NOON.isoformat()}"
    assert reason(closes=NOW + 1) == ""


def test_a_rollback_is_named_where_it_closed_the_article() -> None:
    assert reason(rollback="rollback to edition 3", closes=NOW + DAY, opens=NOW + DAY) == (
        "taken out by the rollback to edition 3"
    )
    assert reason(rollback="rollback to edition 3") == ""


# --- in one feed ------------------------------------------------------------------------------------------------------


def feed(*numbers: int) -> Feed:
    held = tuple(map(article, numbers))
    return Feed(id="x", path="/x", title="X", description="", home="", updated=EPOCH_DATE, articles=held)


def test_an_article_in_the_feed_is_answered_with_its_place() -> None:
    assert place_in(feed(1, 2, 3), entry(2), 3, NOON, ()) == (True, "item 2 of 3")


def test_an_article_that_a_format_could_not_render_is_not_in_it() -> None:
    trouble = Problem(place="/x", reason=f"json cannot render the article {article(2).url}: boom", remedy="")
    assert place_in(feed(1, 2), entry(2), 3, NOON, (trouble,)) == (False, trouble.reason)
    assert place_in(feed(1, 2), entry(1), 3, NOON, (trouble,)) == (True, "item 1 of 2")


def test_an_article_that_is_missing_left_the_feed_or_had_no_room() -> None:
    assert "does not come back" in place_in(feed(1, 2), entry(5), 3, NOON, ())[1]
    full = place_in(feed(1, 2, 3), entry(5), 3, NOON, ())[1]
    assert f"full since {codec.instant(NOW - 3 * HOUR).isoformat()}" in full
