"""When to publish again depends on what a publication found, and on how often it failed."""

from datetime import UTC, datetime, timedelta

from feedsvc.model.report import Report
from feedsvc.service.follow_ups import LAST_RETRY, SOON, FollowUp, after_failure, after_success
from feedsvc.service.scan_request import Scan

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
REPORT = Report(edition=1, finished=NOW)


def test_after_an_ordinary_publication_nothing_more_is_due() -> None:
    assert after_success(REPORT, NOW) == ()


def test_a_file_that_is_being_written_is_looked_at_again_soon() -> None:
    report = Report(edition=1, finished=NOW, unsettled=True)
    assert after_success(report, NOW) == (FollowUp("unsettled", NOW + SOON, Scan.KNOWN),)
    assert timedelta(seconds=0.3) < SOON < timedelta(seconds=1)


def test_an_article_is_published_and_withdrawn_at_its_instant_even_if_that_has_passed_meanwhile() -> None:
    for change in (NOW + timedelta(hours=3), NOW - timedelta(seconds=1)):
        report = Report(edition=1, finished=NOW, next_change_at=change)
        assert after_success(report, NOW) == (FollowUp("change", change, Scan.KNOWN),)


def test_both_may_be_due_and_neither_replaces_the_other() -> None:
    report = Report(edition=1, finished=NOW, unsettled=True, next_change_at=NOW)
    assert len({follow_up.name for follow_up in after_success(report, NOW)}) == 2


def pauses(took: float) -> list[float]:
    """Seconds until the next attempt, after each failure that took as many seconds of processor time."""
    return [(after_failure(failures, NOW, took).when - NOW).total_seconds() for failures in range(1, 9)]


def test_what_failed_is_tried_again_less_and_less_often() -> None:
    assert pauses(10.0) == [1, 2, 4, 8, 16, 32, 60, 60]
    assert after_failure(100_000, NOW, 10.0) == FollowUp("retry", NOW + timedelta(seconds=LAST_RETRY), Scan.FULL)


def test_what_fails_at_once_as_on_a_disk_that_cannot_be_written_is_tried_again_soon_for_good() -> None:
    assert pauses(0.01) == [1, 2, 4, 5, 5, 5, 5, 5]
    assert max(pauses(2.0)) == 16
