"""The log says each thing once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feedsvc.model.problem import Problem
from feedsvc.model.report import Report
from feedsvc.service.regeneration_log import RegenerationLog
from feedsvc.store.errors import StoreBusy

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
QUIET = Report(edition=4, finished=NOW, read=3)
NEWS = Report(edition=4, finished=NOW, read=3, gone=1, documents=7)
BAD, WORSE = Problem(place="bad.md", reason="no title"), Problem(place="worse.md", reason="no text")
TOOK = timedelta(seconds=1.5)


@pytest.fixture(autouse=True)
def everything_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")


def test_a_problem_is_logged_when_it_comes_and_again_when_it_comes_back(caplog: pytest.LogCaptureFixture) -> None:
    log = RegenerationLog()
    for problems in ({BAD}, {BAD, WORSE}, {WORSE}, {BAD}):
        log.published(QUIET, frozenset(problems), TOOK)
    assert caplog.messages == [str(BAD), str(WORSE), str(BAD)]


def test_only_a_regeneration_that_changed_something_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    log = RegenerationLog()
    log.published(QUIET, frozenset(), TOOK)
    assert caplog.messages == []
    log.published(NEWS, frozenset(), TOOK)
    assert caplog.messages == ["edition 4: 7 documents changed, 3 files read, 1 article gone, 1.50 s"]


def test_the_stories_that_came_and_went_are_named(caplog: pytest.LogCaptureFixture) -> None:
    report = Report(
        edition=4, finished=NOW, read=1, documents=7, news=("withdrew “A\u202e”", "published “B” → https://b")
    )
    RegenerationLog().published(report, frozenset(), TOOK)
    assert caplog.messages[1:] == ["withdrew “A\\u202e”", "published “B” → https://b"]


@pytest.mark.parametrize(
    ("left", "words"),
    [
        ({"backlog_remaining": True, "pending_pages": 9}, "the rest of the archive follows"),
        ({"pending_pages": 9}, "9 more pages and archives follow"),
    ],
)
def test_what_is_left_is_logged(left: dict[str, int], words: str, caplog: pytest.LogCaptureFixture) -> None:
    report = Report(edition=4, finished=NOW, documents=7, **left)  # type: ignore[arg-type]
    RegenerationLog().published(report, frozenset(), TOOK)
    assert words in caplog.messages[1]


def test_a_failure_is_logged_with_its_traceback_only_the_first_time(caplog: pytest.LogCaptureFixture) -> None:
    log = RegenerationLog()
    assert log.failed(ValueError("no way")) == "ValueError: no way"
    log.failed(ValueError("no way"))
    log.failed(ValueError("none either"))
    log.succeeded()
    log.failed(ValueError("none either"))
    assert [bool(record.exc_info) for record in caplog.records] == [True, False, True, True]


def test_trouble_with_the_store_says_all_without_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    RegenerationLog().failed(StoreBusy(f"{Path('state')}: another program is writing to it"))
    assert [bool(record.exc_info) for record in caplog.records] == [False]
